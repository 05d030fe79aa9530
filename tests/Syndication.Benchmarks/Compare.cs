using Spectre.Console;
using Syndication.Benchmarks.Bare;
using Syndication.Benchmarks.Measures;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.Benchmarks.Reports;

namespace Syndication.Benchmarks;

/// <summary>
/// Measures the server and, beside it, bare loops that send and store the same bytes: what is left is what the server's
/// promises cost. Both are driven by the same client in the same round, in turns; the first rounds are for the compiler.
/// </summary>
/// <param name="rounds">How often each figure is taken.</param>
/// <param name="subscribers">How many streams follow the log.</param>
/// <param name="updates">How many updates each of them receives in a round.</param>
/// <param name="baseline">Another build of this program, whose server takes the place of the bare loops; null for those.</param>
/// <param name="progress">Told of each round.</param>
internal sealed class Compare(int rounds, int subscribers, int updates, string? baseline, IAnsiConsole progress)
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

    /// <summary>The measurements, by name.</summary>
    public static readonly string[] Groups = ["fan-out", "publish", "import", "replay", "latency"];

    /// <summary>The mean length of an encoded article, in bytes.</summary>
    public double ArticleBytes => _requests.ArticleBytes;

    /// <summary>Runs one measurement, or all.</summary>
    public async Task<Report> RunAsync(string? only)
    {
        foreach (var group in Groups.Where(group => only is null || only == group))
        {
            string[] settings = group == "replay" ? [SmallWindow] : [];
            await using var server = await NodeProcess.StartServerAsync(build: null, settings);
            await using var bare = baseline is null ? await NodeProcess.StartBareAsync() : await NodeProcess.StartServerAsync(baseline, settings);
            if (group == "replay")
            {
                progress.WriteLine($"replay: storing {StoredUpdates} updates in each");
                await PublishLoad.RunAsync(server, _requests, StoredUpdates - 1, 256);
                await PublishLoad.RunAsync(bare, _requests, StoredUpdates - 1, 256);
            }

            for (var round = 1; round <= MaxWarmUpRounds; round++)
            {
                progress.WriteLine($"{group}: warming up");
                var before = (Server: await server.ReadStatsAsync(), Bare: await bare.ReadStatsAsync());
                await MeasureAsync(group, new Report(), server, bare, round);
                if (IsWarm(await server.ReadStatsAsync() - before.Server) && IsWarm(await bare.ReadStatsAsync() - before.Bare))
                {
                    break;
                }
            }

            for (var round = 1; round <= rounds; round++)
            {
                progress.WriteLine($"{group}: round {round} of {rounds}");
                await MeasureAsync(group, _report, server, bare, round);
            }
        }

        return _report;
    }

    private static bool IsWarm(NodeStats used) => used.JitMicroseconds < used.CpuMicroseconds * WarmShare;

    private Task MeasureAsync(string group, Report report, NodeProcess server, NodeProcess bare, int round) => group switch
    {
        "fan-out" => FanOutAsync(report, server, bare, round),
        "publish" => PublishAsync(report, server, bare, round),
        "import" => ImportAsync(report, server, round),
        "replay" => ReplayAsync(report, server, bare, round),
        _ => LatencyAsync(report, server, bare, round),
    };

    private async Task FanOutAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        var group = $"fan-out to {subscribers}";
        var (ours, once) = await InTurnAsync(
            round,
            () => FanOut.PublishedAsync(server, _requests, subscribers, updates),
            () => baseline is null
                ? FanOut.SentAsync(bare, BareService.Once, subscribers, updates)
                : FanOut.PublishedAsync(bare, _requests, subscribers, updates));
        report.Figure(group, "delivered", "1/s", higherIsBetter: true).Add(ours.PerSecond, once.PerSecond);
        report.Figure(group, "processor time a delivery", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, once.CpuMicroseconds);
        report.Figure(group, "allocated a delivery", "bytes", higherIsBetter: false).Add(ours.AllocatedBytes, once.AllocatedBytes);
        report.Figure(group, "received a delivery", "bytes", higherIsBetter: false).Add(ours.Bytes, once.Bytes);
        report.Figure(group, "updates in a frame", "mean", higherIsBetter: true).Add(ours.FrameUpdates, once.FrameUpdates);
        report.Figure(group, "encodings an update", "mean", higherIsBetter: false).Add(ours.Encodings);
        if (baseline is null)
        {
            var each = await FanOut.SentAsync(bare, BareService.Each, subscribers, updates);
            report.Figure(group, "delivered, bare encodes for each", "1/s", higherIsBetter: true).Add(ours.PerSecond, each.PerSecond);
            report.Figure(group, "processor time, bare encodes for each", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, each.CpuMicroseconds);
        }
    }

    private async Task PublishAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        foreach (var inFlight in new[] { 1, 64, 256 })
        {
            var group = $"publish, {inFlight} in flight";
            var count = inFlight == 1 ? 1_000 : 10_000;
            var (ours, theirs) = await InTurnAsync(
                round,
                () => PublishLoad.RunAsync(server, _requests, count, inFlight),
                () => PublishLoad.RunAsync(bare, _requests, count, inFlight));
            report.Figure(group, "answered", "1/s", higherIsBetter: true).Add(ours.PerSecond, theirs.PerSecond);
            report.Figure(group, "slowest of a hundred", "ms", higherIsBetter: false).Add(ours.P99Milliseconds, theirs.P99Milliseconds);
            report.Figure(group, "processor time", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, theirs.CpuMicroseconds);
            report.Figure(group, "allocated", "bytes", higherIsBetter: false).Add(ours.AllocatedBytes, theirs.AllocatedBytes);
        }
    }

    /// <summary>Against single publishes to the same server: what a call for many saves.</summary>
    private async Task ImportAsync(Report report, NodeProcess server, int round)
    {
        const int Alone = 5_000;
        const int InFlight = 64;
        const string Group = "import of 20,000";
        var (import, publish) = await InTurnAsync<object>(
            round,
            async () => await BulkImport.RunAsync(server, _requests, StoredUpdates),
            async () => await PublishLoad.RunAsync(server, _requests, Alone, InFlight));
        var (ours, theirs) = ((ImportResult)import, (PublishResult)publish);
        report.Figure(Group, $"stored, against publishes, {InFlight} in flight", "1/s", higherIsBetter: true).Add(ours.PerSecond, theirs.PerSecond);
        report.Figure(Group, "growth of the server's memory", "bytes", higherIsBetter: false).Add(ours.NodeBytes);
        report.Figure(Group, "growth of the client's memory", "bytes", higherIsBetter: false).Add(ours.ClientBytes);
    }

    private async Task ReplayAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        foreach (var readers in new[] { 1, 10 })
        {
            var group = $"replay, {readers} at once";
            var (ours, theirs) = await InTurnAsync(
                round,
                () => Replay.RunAsync(server, "all", readers, StoredUpdates),
                () => Replay.RunAsync(bare, baseline is null ? BareService.Stored : "all", readers, StoredUpdates));
            report.Figure(group, "read", "1/s", higherIsBetter: true).Add(ours.PerSecond, theirs.PerSecond);
            report.Figure(group, "processor time an update", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, theirs.CpuMicroseconds);
            report.Figure(group, "allocated an update", "bytes", higherIsBetter: false).Add(ours.AllocatedBytes, theirs.AllocatedBytes);
        }
    }

    private async Task LatencyAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        var group = $"200/s to {subscribers}";
        var (ours, theirs) = await InTurnAsync(
            round,
            () => Latency.RunAsync(server, _requests, subscribers, updates),
            () => Latency.RunAsync(bare, _requests, subscribers, updates));
        report.Figure(group, "publish to delivery, median", "ms", higherIsBetter: false).Add(ours.P50, theirs.P50);
        report.Figure(group, "publish to delivery, slowest of a hundred", "ms", higherIsBetter: false).Add(ours.P99, theirs.P99);
    }

    /// <summary>The other one is first in every second round: neither has the quieter machine.</summary>
    private static async Task<(T Server, T Bare)> InTurnAsync<T>(int round, Func<Task<T>> server, Func<Task<T>> bare)
    {
        if (round % 2 == 0)
        {
            var first = await server();
            return (first, await bare());
        }

        var other = await bare();
        return (await server(), other);
    }
}
