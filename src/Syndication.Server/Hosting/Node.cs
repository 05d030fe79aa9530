using Grpc.Health.V1;
using Grpc.HealthCheck;
using Syndication.Access;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Search;
using Syndication.Server.Access;
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
    TokenSealer sealer,
    HealthServiceImpl health,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Node> logger) : BackgroundService
{
    private static readonly TimeSpan KeyRefreshInterval = TimeSpan.FromHours(1);

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
        Task.Run(() => tail.RunAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => clock.RunAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => backfill.RunAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => retention.RunAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => indexer.RunAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => access.RunAsync(stoppingToken), CancellationToken.None),
        Task.Run(() => quotas.RunAsync(stoppingToken), CancellationToken.None),
        RefreshKeysAsync(stoppingToken));

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

    [LoggerMessage(Level = LogLevel.Error, Message = "The token keys could not be read; trying again")]
    private static partial void LogKeyFault(ILogger logger, Exception exception);
}
