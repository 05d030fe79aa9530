using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Outlet;

/// <summary>Keeps the store equal to the stream, and confirms kills.</summary>
internal sealed partial class OutletWorker(SyndicationClient client, OutletStore store, IOptions<OutletOptions> options, ILogger<OutletWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batches = client.ConsumeAsync(
            new()
            {
                Stream = options.Value.Stream,
                Consumer = options.Value.Consumer,
                StartAfter = store.ReadCheckpoint(),
                OnDisconnected = gap => LogDisconnected(gap.Error?.Message ?? gap.Cause.ToString(), gap.RetryDelay),
                OnReconnected = LogReconnected,
                OnCaughtUp = LogCaughtUp,
                OnPlaceLost = error => LogPlaceLost(error.Reason),
            },
            stoppingToken);
        await foreach (var batch in batches)
        {
            store.Apply(batch);
            await ConfirmKillsAsync(stoppingToken);
        }
    }

    private async Task ConfirmKillsAsync(CancellationToken cancellationToken)
    {
        foreach (var articleId in store.ReadUnconfirmedKills())
        {
            try
            {
                await client.Subscriptions.ConfirmWithdrawalAsync(
                    new() { RequestId = Guid.CreateVersion7().ToString(), ArticleId = articleId, Consumer = options.Value.Consumer, Note = "Taken down." },
                    cancellationToken: cancellationToken);
                LogConfirmed(articleId);
            }
            catch (SyndicationException error) when (error.Reason is ErrorReason.ArticleNotFound or ErrorReason.RoleRequired)
            {
                // Killed before we were sent any of it, or we are no partner: nobody waits for us.
            }
            catch (SyndicationException error) when (error.IsTransient)
            {
                return; // With the next batch, which may be a heartbeat, again.
            }

            store.MarkConfirmed(articleId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Disconnected: {Why}; connecting again in {Delay}")]
    private partial void LogDisconnected(string why, TimeSpan delay);

    [LoggerMessage(LogLevel.Information, "Connected again after {Gap}; nothing was missed")]
    private partial void LogReconnected(TimeSpan gap);

    [LoggerMessage(LogLevel.Information, "Caught up: live")]
    private partial void LogCaughtUp();

    [LoggerMessage(LogLevel.Warning, "The place in the stream is lost ({Reason}): taking a snapshot")]
    private partial void LogPlaceLost(ErrorReason reason);

    [LoggerMessage(LogLevel.Information, "Killed {ArticleId} is taken down, and the desk knows")]
    private partial void LogConfirmed(string articleId);
}
