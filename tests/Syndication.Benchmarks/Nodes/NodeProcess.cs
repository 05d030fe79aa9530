using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Syndication.Benchmarks.Load;

namespace Syndication.Benchmarks.Nodes;

/// <summary>A node in a process of its own, with its own folder of data.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(1);

    /// <summary>Longer than the search index lets entries gather.</summary>
    private static readonly TimeSpan SettleInterval = TimeSpan.FromMilliseconds(400);

    private const double IdleShare = 0.03;

    private readonly Process _process;
    private readonly string _data;
    private readonly bool _keepsData;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private NodeProcess(string name, Process process, string data, bool keepsData)
    {
        Name = name;
        _process = process;
        (_data, _keepsData) = (data, keepsData);
        _reading = ReadAsync();
    }

    /// <summary>What the node is called in reports.</summary>
    public string Name { get; }

    /// <summary>Where it serves gRPC.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>Starts the server.</summary>
    /// <param name="build">Another build of this program; null for this one.</param>
    /// <param name="settings">More settings, as <c>--Syndication:KEY=VALUE</c>.</param>
    public static Task<NodeProcess> StartServerAsync(string? build, params string[] settings) =>
        StartAsync("server", build, data => ServerArguments(data, settings));

    /// <summary>Starts the server over a folder of data, which is kept.</summary>
    public static Task<NodeProcess> StartServerOverAsync(string data, params string[] settings) =>
        StartAsync("server", null, folder => ServerArguments(folder, settings), data);

    /// <summary>Starts the bare loops.</summary>
    /// <param name="checks">Whether articles are decoded, checked and indexed too.</param>
    public static Task<NodeProcess> StartBareAsync(bool checks = false) => StartAsync("bare", null, data => checks ? ["bare", data, "--checks"] : ["bare", data]);

    /// <summary>Collects garbage to the last byte, so that what is left is what is held, and asks what the node has used.</summary>
    public async Task<NodeStats> CompactAsync()
    {
        await _process.StandardInput.WriteLineAsync("compact");
        return NodeStats.Parse(await ReadAnswerAsync());
    }

    /// <summary>Asks what the node has used.</summary>
    public async Task<NodeStats> ReadStatsAsync()
    {
        await _process.StandardInput.WriteLineAsync("stats");
        return NodeStats.Parse(await ReadAnswerAsync());
    }

    /// <summary>Waits until the node does nothing more, such as indexing what was published before, and asks what it has used.</summary>
    public async Task<NodeStats> SettleAsync()
    {
        var before = await ReadStatsAsync();
        while (true)
        {
            await Task.Delay(SettleInterval);
            var now = await ReadStatsAsync();
            if ((now - before).CpuMicroseconds < SettleInterval.TotalMicroseconds * IdleShare)
            {
                return now;
            }

            before = now;
        }
    }

    /// <summary>Has a bare node send so many updates to its subscribers.</summary>
    public Task SendAsync(int count) => _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"send {count}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The node ends by itself when its input does.
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(AnswerPatience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
        if (!_keepsData)
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    private static string[] ServerArguments(string data, string[] settings) =>
    [
        "serve", $"--Syndication:DataDirectory={data}", "--Syndication:Grpc:Url=http://127.0.0.1:0", "--Syndication:Http:Url=http://127.0.0.1:0",
        $"--Syndication:BootstrapAdminKey={LoadClient.Key}", .. settings,
    ];

    private static async Task<NodeProcess> StartAsync(string name, string? build, Func<string, string[]> arguments, string? keptData = null)
    {
        var data = keptData ?? Directory.CreateTempSubdirectory("syndication-benchmark-").FullName;
        var host = build is null ? Environment.ProcessPath! : Path.GetFullPath(build);
        var start = new ProcessStartInfo(host)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = data,
        };

        // A host watches its folder for new settings by itself: each write to the bare loop's database would wake it.
        start.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        }

        foreach (var argument in arguments(data))
        {
            start.ArgumentList.Add(argument);
        }

        var node = new NodeProcess(name, Process.Start(start)!, data, keptData is not null);
        try
        {
            node.Address = new Uri(await node.ReadAnswerAsync());
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private async Task<string> ReadAnswerAsync() => await _answers.Reader.ReadAsync().AsTask().WaitAsync(AnswerPatience);

    /// <summary>Reads on while nobody asks: a node whose log nobody reads would stand still.</summary>
    private async Task ReadAsync()
    {
        var lastLines = new Queue<string>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(NodeControl.Mark, StringComparison.Ordinal))
            {
                _answers.Writer.TryWrite(line[NodeControl.Mark.Length..]);
                continue;
            }

            lastLines.Enqueue(line);
            if (lastLines.Count > 20)
            {
                lastLines.Dequeue();
            }
        }

        _answers.Writer.Complete(new InvalidOperationException($"The {Name} has ended: {string.Join('\n', lastLines)}"));
    }
}
