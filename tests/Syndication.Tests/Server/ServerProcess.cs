using System.Diagnostics;
using System.Globalization;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>The built server as a process of its own, so that it can be killed and started again on the same folder.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<Uri> _addresses = [];
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GrpcChannel? _channel;

    private ServerProcess(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Syndication.Server.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"The server ended:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri GrpcAddress => _addresses[0];

    public Uri HttpAddress => _addresses[1];

    /// <summary>Everything that the process has written.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a server on free ports and waits until it listens.</summary>
    /// <param name="settings">Such as <c>Subscriptions:StallLimit=00:00:01</c>.</param>
    public static async Task<ServerProcess> StartAsync(DataDirectory data, params string[] settings)
    {
        var process = new ServerProcess(
        [
            "--Syndication:Grpc:Url=http://127.0.0.1:0",
            "--Syndication:Http:Url=http://127.0.0.1:0",
            $"--Syndication:DataDirectory={data.Path}",
            TestKeys.Setting,
            .. settings.Select(setting => $"--Syndication:{setting}"),
        ]);
        await process._listening.Task.WaitAsync(FrameReader.Patience, TestContext.Current.CancellationToken);
        return process;
    }

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] args)
    {
        await using var process = new ServerProcess(args);
        _ = process._listening.Task.Exception;
        return (await process.WaitForExitAsync(), process.Output);
    }

    /// <summary>The memory that is the process's own, in bytes; on Linux.</summary>
    public long PrivateBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))["RssAnon:".Length..^"kB".Length],
        CultureInfo.InvariantCulture);

    /// <summary>A connection as clients have it by default.</summary>
    public GrpcChannel Channel => _channel ??= TestKeys.Connect(GrpcAddress);

    public CallInvoker Calls => Channel.Intercept(new BoundedCalls());

    public PublishingService.PublishingServiceClient Publishing => new(Calls);

    public ArticleService.ArticleServiceClient Articles => new(Calls);

    public StreamService.StreamServiceClient Streams => new(Calls);

    public SubscriptionService.SubscriptionServiceClient Subscriptions => new(Calls);

    public ServerService.ServerServiceClient Server => new(Calls);

    /// <summary>Asks the process to end, as a service manager does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Stops the process where it stands: it answers nothing and its timers do not run, but its connections stay.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>Lets a frozen process go on.</summary>
    public void Thaw() => Signal("CONT");

    /// <summary>Ends the process at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(FrameReader.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _channel?.Dispose();

        // What was thrown here has been seen where it was awaited.
        _ = _listening.Task.Exception;
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            _addresses.Add(new Uri(line[(at + Listening.Length)..].Trim()));
            if (_addresses.Count == 2)
            {
                _listening.TrySetResult();
            }
        }
    }
}
