using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Syndication.Benchmarks.Load;

namespace Syndication.Benchmarks.Nodes;

/// <summary>A node in a process of its own, with its own folder of data.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _data;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private NodeProcess(string name, Process process, string data)
    {
        Name = name;
        _process = process;
        _data = data;
        _reading = ReadAsync();
    }

    /// <summary>What the node is called in reports.</summary>
    public string Name { get; }

    /// <summary>Where it serves gRPC.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>Starts the server.</summary>
    /// <param name="build">Another build of this program; null for this one.</param>
    /// <param name="settings">More settings, as <c>--Syndication:KEY=VALUE</c>.</param>
    public static Task<NodeProcess> StartServerAsync(string? build, params string[] settings) => StartAsync("server", build, data =>
        ["serve", $"--Syndication:DataDirectory={data}", "--Syndication:Grpc:Url=http://127.0.0.1:0", "--Syndication:Http:Url=http://127.0.0.1:0", $"--Syndication:BootstrapAdminKey={LoadClient.Key}", .. settings]);

    /// <summary>Starts the bare loops.</summary>
    public static Task<NodeProcess> StartBareAsync() => StartAsync("bare", null, data => ["bare", data]);

    /// <summary>Asks what the node has used.</summary>
    public async Task<NodeStats> ReadStatsAsync()
    {
        await _process.StandardInput.WriteLineAsync("stats");
        return NodeStats.Parse(await ReadAnswerAsync());
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
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<NodeProcess> StartAsync(string name, string? build, Func<string, string[]> arguments)
    {
        var data = Directory.CreateTempSubdirectory("syndication-benchmark-").FullName;
        var host = build is null ? Environment.ProcessPath! : Path.GetFullPath(build);
        var start = new ProcessStartInfo(host)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = data,
        };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        }

        foreach (var argument in arguments(data))
        {
            start.ArgumentList.Add(argument);
        }

        var node = new NodeProcess(name, Process.Start(start)!, data);
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
