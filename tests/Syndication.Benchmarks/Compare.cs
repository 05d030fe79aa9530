using Spectre.Console;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.Benchmarks.Reports;

namespace Syndication.Benchmarks;

/// <summary>How a comparison is made.</summary>
/// <param name="Rounds">How often each figure is taken.</param>
/// <param name="Subscribers">How many streams follow the log in the smaller fan-out.</param>
/// <param name="Updates">How many updates each of them receives in a round.</param>
/// <param name="ArchiveUpdates">How long the log is in which a stream's few updates are to be found.</param>
/// <param name="Settings">The server's, as <c>--Syndication:KEY=VALUE</c>.</param>
/// <param name="Baseline">Another build of this program, whose server takes the place of the bare loops; null for those.</param>
internal sealed record CompareOptions(
    int Rounds, int Subscribers, int Updates, int ArchiveUpdates, IReadOnlyList<string> Settings, string? Baseline);

/// <summary>
/// Measures the server and, beside it, bare loops that send and store the same bytes: what is left is what the server's
/// promises cost. Both are driven by the same client in the same round, in turns; the first rounds are for the compiler.
/// </summary>
/// <param name="options">How.</param>
/// <param name="progress">Told of each round.</param>
internal sealed partial class Compare(CompareOptions options, IAnsiConsole progress) : IDisposable
{
    private const int StoredUpdates = 20_000;

    /// <summary>
    /// A measurement begins when the compiler takes less than this of a round's processor time: after one round alone it still
    /// took a quarter, and servers run for weeks.
    /// </summary>
    private const double WarmShare = 0.03;

    private const int MaxWarmUpRounds = 12;

    /// <summary>The smallest window: replay is to come from the store, not from memory.</summary>
    private const string SmallWindow = "--Syndication:Subscriptions:WindowBytes=1048576";

    private readonly PublishRequests _requests = new();
    private readonly Report _report = new();
    private string? _archive;

    /// <summary>The measurements, by name.</summary>
    public static readonly string[] Groups =
        ["fan-out", "fan-out-1000", "streams", "publish", "latency", "replay", "sparse", "idle", "stalled", "import", "start"];

    /// <summary>The mean length of an encoded article, in bytes.</summary>
    public double ArticleBytes => _requests.ArticleBytes;

    /// <summary>Runs one measurement, or all.</summary>
    public async Task<Report> RunAsync(string? only)
    {
        foreach (var group in Groups.Where(group => only is null || only == group))
        {
            switch (group)
            {
                case "sparse":
                    await SparseAsync();
                    break;
                case "start":
                    await StartAsync();
                    break;
                default:
                    await MeasureAsync(group);
                    break;
            }
        }

        return _report;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_archive is not null)
        {
            Directory.Delete(_archive, recursive: true);
        }
    }

    private async Task MeasureAsync(string group)
    {
        string[] settings = group == "replay" ? [.. options.Settings, SmallWindow] : [.. options.Settings];
        await using var server = await NodeProcess.StartServerAsync(build: null, settings);
        await using var bare = options.Baseline is null ? await NodeProcess.StartBareAsync() : await NodeProcess.StartServerAsync(options.Baseline, settings);
        await using var checking = group == "publish" && options.Baseline is null ? await NodeProcess.StartBareAsync(checks: true) : null;
        if (group == "replay")
        {
            progress.WriteLine($"replay: storing {StoredUpdates} updates in each");
            await Measures.PublishLoad.RunAsync(server, _requests, StoredUpdates - 1, 256);
            await Measures.PublishLoad.RunAsync(bare, _requests, StoredUpdates - 1, 256);
        }

        for (var round = 1; round <= MaxWarmUpRounds; round++)
        {
            progress.WriteLine($"{group}: warming up");
            var before = (Server: await server.ReadStatsAsync(), Bare: await bare.ReadStatsAsync());
            await MeasureAsync(group, new Report(), server, bare, checking, round);
            if (IsWarm(await server.ReadStatsAsync() - before.Server) && IsWarm(await bare.ReadStatsAsync() - before.Bare))
            {
                break;
            }
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            progress.WriteLine($"{group}: round {round} of {options.Rounds}");
            await MeasureAsync(group, _report, server, bare, checking, round);
        }
    }

    private static bool IsWarm(NodeStats used) => used.JitMicroseconds < used.CpuMicroseconds * WarmShare;

    private Task MeasureAsync(string group, Report report, NodeProcess server, NodeProcess bare, NodeProcess? checking, int round) => group switch
    {
        "fan-out" => FanOutAsync(report, server, bare, round, options.Subscribers, options.Updates),
        "fan-out-1000" => FanOutAsync(report, server, bare, round, ManySubscribers, Math.Max(1, options.Updates / 4)),
        "streams" => StreamsAsync(report, server, round),
        "publish" => PublishAsync(report, server, bare, checking, round),
        "latency" => LatencyAsync(report, server, bare, round),
        "replay" => ReplayAsync(report, server, bare, round),
        "idle" => IdleAsync(report, server, bare, round),
        "stalled" => StalledAsync(report, server, round),
        _ => ImportAsync(report, server, round),
    };

    private async Task<string> ArchiveAsync()
    {
        if (_archive is null)
        {
            progress.WriteLine($"writing an archive of {options.ArchiveUpdates} updates");
            _archive = Directory.CreateTempSubdirectory("syndication-benchmark-").FullName;
            await Archive.WriteAsync(_archive, options.ArchiveUpdates, static number => number % SparseEvery == 0);
        }

        return _archive;
    }
}
