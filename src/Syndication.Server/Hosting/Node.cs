using Grpc.Health.V1;
using Grpc.HealthCheck;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Receipts;
using Syndication.Search;
using Syndication.Server.Access;
using Syndication.Server.Webhooks;
using Syndication.Streams;
using Syndication.Tail;
using Syndication.Tokens;

namespace Syndication.Server.Hosting;

/// <summary>The work that a node does beside answering calls: one writer, one tail, the clock, the search for new streams, retention.</summary>
public sealed partial class Node(
    LogAppender appender,
    LogTail tail,
    ArticleClock clock,
    StreamBackfill backfill,
    RetentionSweeper retention,
    TextIndexer indexer,
    AccessDirectory access,
    FirstAdministrator administrator,
    Quotas quotas,
    DeliveryRecorder deliveries,
    AuditTrail audit,
    WebhookDispatcher webhooks,
    TokenSealer sealer,
    HealthServiceImpl health,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Node> logger) : BackgroundService
{
    private static readonly TimeSpan KeyRefreshInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        SetHealth(serving: false);
        await sealer.RefreshAsync(cancellationToken);
        await administrator.EnsureAsync(cancellationToken);
        await access.RefreshAsync(cancellationToken);
        await tail.RefreshHeadAsync(cancellationToken);
        tail.ReadingChanged += SetHealth;
        lifetime.ApplicationStopping.Register(() => SetHealth(serving: false));
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The host stops its services in the reverse order of their start, the web server first: when the token fires here, the
    /// calls have drained and no publish is waiting for the writer.
    /// </remarks>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Task.Run(() => appender.RunAsync(stoppingToken), CancellationToken.None),
        KeepRunningAsync("tail", tail.RunAsync, stoppingToken),
        KeepRunningAsync("clock", clock.RunAsync, stoppingToken),
        KeepRunningAsync("search of the archive", backfill.RunAsync, stoppingToken),
        KeepRunningAsync("retention", retention.RunAsync, stoppingToken),
        KeepRunningAsync("full-text index", indexer.RunAsync, stoppingToken),
        KeepRunningAsync("access", access.RunAsync, stoppingToken),
        KeepRunningAsync("quotas", quotas.RunAsync, stoppingToken),
        KeepRunningAsync("audit", audit.RunAsync, stoppingToken),
        SendAndRecordAsync(stoppingToken),
        KeepRunningAsync("token keys", RefreshKeysAsync, stoppingToken));

    /// <summary>Webhooks and calls end before the receipts do: what they have sent is still to be written.</summary>
    private async Task SendAndRecordAsync(CancellationToken cancellationToken)
    {
        using var sent = new CancellationTokenSource();
        var recording = KeepRunningAsync("receipts", deliveries.RunAsync, sent.Token);
        await KeepRunningAsync("webhooks", webhooks.RunAsync, cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await sent.CancelAsync();
        await recording;
    }

    /// <summary>Starts a loop again that has ended with a fault: each catches its own, and one that slipped through must not end it unseen.</summary>
    private Task KeepRunningAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
            {
                while (!cancellationToken.IsCancellationRequested)
                {
                    try
                    {
                        await loop(cancellationToken);
                        return;
                    }
                    catch (Exception exception)
                    {
                        LogRestarted(logger, name, exception);
                        await Task.Delay(RestartDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                }
            },
            CancellationToken.None);

    private async Task RefreshKeysAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(KeyRefreshInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await sealer.RefreshAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogKeyFault(logger, exception);
            }
        }
    }

    private void SetHealth(bool serving)
    {
        var status = serving && !lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.NotServing;
        health.SetStatus("", status);
        health.SetStatus("syndication.v1", status);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The loop \"{Name}\" ended with a fault and is started again")]
    private static partial void LogRestarted(ILogger logger, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The token keys could not be read; trying again")]
    private static partial void LogKeyFault(ILogger logger, Exception exception);
}
