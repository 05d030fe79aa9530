using Microsoft.Extensions.Options;
using Syndication.Server.Configuration;
using Syndication.Tail;

namespace Syndication.Server.Demo;

/// <summary>Plays the demo beside the running server: streams, the sample wire and its script, then an update now and then, for ever.</summary>
public sealed partial class DemoService(
    LogTail tail,
    DemoDesk desk,
    DemoPartner partner,
    NowAndThen nowAndThen,
    IOptions<ServerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    Random random,
    ILogger<DemoService> logger) : BackgroundService
{
    private const int MinPauseMillis = 6_000;
    private const int MaxPauseMillis = 14_000;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WaitForTailAsync(stoppingToken);
            await PlayAsync(stoppingToken);
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(MinPauseMillis, MaxPauseMillis)), time, stoppingToken);
                await TickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PlayAsync(CancellationToken cancellationToken)
    {
        foreach (var request in DemoStreams.Requests)
        {
            await desk.CreateAsync(request, cancellationToken);
        }

        var partnerKey = await partner.EnsureAsync(cancellationToken);
        var commands = Commands();
        LogCommands(logger, DemoStreams.Requests.Count, commands);
        if (partnerKey is not null)
        {
            // On standard output: a key has no place in a log.
            Console.Out.WriteLine($"Demo partner \"{DemoPartner.PartnerId}\" may read {string.Join(" and ", DemoPartner.Streams)} with this key: {partnerKey}");
        }

        var started = time.GetUtcNow();
        DateTimeOffset? opened;
        while ((opened = await desk.DoAsync(DemoScript.Opening, started, cancellationToken)) is null)
        {
            await Task.Delay(RetryPause, time, cancellationToken);
        }

        foreach (var step in DemoScript.After(opened.Value))
        {
            if (step.Due - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, cancellationToken);
            }

            await desk.DoAsync(step.Request, started, cancellationToken);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await nowAndThen.NextAsync(cancellationToken) is { } request)
            {
                await desk.DoAsync(request, DateTimeOffset.MinValue, cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The archive could not be read; the next tick tries again.
            LogFault(logger, exception);
        }
    }

    /// <summary>Waits until the server listens and the tail reads: what is published then is seen by who follows.</summary>
    private async Task WaitForTailAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        void OnChanged(bool isReading) => _ = isReading && reading.TrySetResult();
        tail.ReadingChanged += OnChanged;
        try
        {
            // Looked at after listening, so that no change falls in between.
            OnChanged(tail.IsReading);
            await started.Task.WaitAsync(cancellationToken);
            await reading.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            tail.ReadingChanged -= OnChanged;
        }
    }

    private string Commands()
    {
        const string Wire = "dotnet run --project src/Syndication.Cli --";
        var url = options.Value.Grpc.Url.TrimEnd('/');
        var server = url == "http://localhost:5080" ? "" : $" --server {url}";
        return string.Join(
            Environment.NewLine,
            [
                $"  {Wire} streams list{server}",
                $"  {Wire} follow world-fr --from snapshot{server}",
                $"  {Wire} get demo-detroit-accord{server}",
                $"  {Wire} correct demo-detroit-reactions --note \"Nom corrigé.\" --headline \"Au marché de Karskoï, on cherche les quotas\"{server}",
                $"  {Wire} withdraw demo-comet-lander --advisory \"Kill: the probe is still asleep.\"{server}",
            ]);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: {Count} streams; the sample wire follows. Try in another terminal:\n{Commands}")]
    private static partial void LogCommands(ILogger logger, int count, string commands);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Demo: the archive could not be read; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
