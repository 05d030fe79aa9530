using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Receipts;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Server.Services;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Server.Webhooks;

/// <summary>
/// Sends for a webhook while its node holds the lease: reads the stream as any subscriber does, posts frame after frame, and
/// goes on when one was accepted. What was not accepted is read again before it is tried again, never kept: a text that was
/// killed meanwhile is not sent.
/// </summary>
public sealed partial class WebhookRunner(
    IWebhookStore store,
    ILogStore log,
    LogTail tail,
    CursorService cursors,
    SubscriptionReader reader,
    AccessDirectory access,
    DeliveryRecorder deliveries,
    AuditTrail audit,
    Quotas quotas,
    WebhookSender sender,
    WebhookOptions options,
    IOptions<ServerOptions> server,
    TimeProvider time,
    ILogger<WebhookRunner> logger)
{
    /// <summary>How long to wait after a fault of this server or its database.</summary>
    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(1);

    private readonly WebhookBackoff _backoff = new(options, Random.Shared);

    /// <summary>Sends until stopped, parked, or another node or the owner has taken over.</summary>
    /// <param name="webhook">The webhook, as it was when the lease was taken.</param>
    /// <param name="stopping">No further delivery is begun.</param>
    /// <param name="lost">The delivery that is under way is broken off.</param>
    public async Task RunAsync(WebhookRecord webhook, CancellationToken stopping, CancellationToken lost)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, lost);
        var sending = new Sending(webhook, either.Token, lost);
        while (!either.IsCancellationRequested)
        {
            try
            {
                var wait = sending.Webhook.Status.NextAttemptTime is { } next ? next.ToDateTimeOffset() - time.GetUtcNow() : TimeSpan.Zero;
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, sending.Stopping);
                }

                if (!await ReadAsync(sending))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFault(logger, webhook.WebhookId, exception);
                await Task.Delay(FaultDelay, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads on from the place, and posts, until something is not accepted.</summary>
    /// <returns>False when this node is to send no more.</returns>
    private async Task<bool> ReadAsync(Sending sending)
    {
        var settings = sending.Webhook.Settings;
        var caller = WebhookCatalog.ReaderOf(settings.Partner);
        if ((await log.ReadStreamsAsync(sending.Stopping)).Find(settings.Stream) is not { } definition)
        {
            return await ParkAsync(sending, WebhookParkReason.AccessEnded, StreamRejections.NotFound(settings.Stream));
        }

        using var session = await OpenAsync(caller, definition, settings.IncludeHeld, sending.Stopping);
        if (session.Ended is { } refused)
        {
            return await ParkAsync(sending, WebhookParkReason.AccessEnded, refused);
        }

        var stream = await tail.WaitForAsync(definition, sending.Stopping);
        var start = await cursors.CheckAsync(sending.Webhook.Place, stream.Definition, sending.Stopping);
        if (start.Rejection is { } unusable)
        {
            return await EndAsync(sending, stream.Definition, unusable);
        }

        if (settings.IncludeHeld)
        {
            await audit.RecordHeldStreamAsync(caller, "", settings.Stream, sending.Stopping);
        }

        var consumer = new ConsumerKey(settings.Partner, settings.Consumer, settings.Stream);
        using var delivery = deliveries.Open(consumer, start.Value, settings.IncludeHeld, exact: false);
        var audience = new Audience(settings.IncludeHeld, Desk: false, settings.View == ArticleView.Headlines);

        // A delivery that was tried before is put together again from its updates, one by one: frames of another size, of a page
        // or of the live tail, would not end where it ended.
        var again = sending.Webhook.BatchCount;
        var limits = new FrameLimits(again > 0 ? 1 : MaxUpdates(settings), FrameLimits.DefaultMaxBytes);
        var (gathered, blankings) = (new List<EncodedFrame>(), tail.Blankings);
        try
        {
            await foreach (var frame in reader.ReadAsync(
                stream, start.Value, audience, limits, server.Value.Subscriptions.HeartbeatInterval, session, delivery, keepsFrames: true, CancellationToken.None, sending.Stopping))
            {
                if (frame.Kind is not (Kind.Updates or Kind.SnapshotComplete) && gathered.Count == 0)
                {
                    // Nothing to send; the place moves on over what the outlet does not get.
                    if (frame.After != sending.Webhook.Place && !await ReportAsync(sending, sending.Webhook with { Place = frame.After, BatchCount = 0 }))
                    {
                        return false;
                    }

                    continue;
                }

                if (frame.Kind == Kind.Updates)
                {
                    gathered.Add(frame);
                    if (gathered.Count < again)
                    {
                        continue;
                    }
                }

                if (again > 0 && tail.Blankings != blankings)
                {
                    // What was gathered may hold a text that was killed meanwhile.
                    return true;
                }

                // Where fewer updates are left than were tried, this frame is what follows them: it is read again.
                var next = await AttemptAsync(sending, gathered.Count > 0 ? gathered : frame.Alone, delivery);
                if (next != Next.ReadOn || again > 0)
                {
                    return next != Next.End;
                }

                gathered.Clear();
            }
        }
        catch (SubscriptionEndedException exception)
        {
            return await EndAsync(sending, stream.Definition, exception.Rejection);
        }

        return true;
    }

    /// <summary>Opens the session that the reading rests on. Another node may have granted the stream a moment ago: that is looked up before it counts.</summary>
    private async Task<AccessSession> OpenAsync(Caller caller, StreamDefinition definition, bool held, CancellationToken cancellationToken)
    {
        var session = access.Open(caller, definition, held);
        if (session.Ended is null)
        {
            return session;
        }

        session.Dispose();
        await access.RefreshAsync(cancellationToken);
        return access.Open(caller, definition, held);
    }

    /// <summary>The stream cannot be read on: with a snapshot, if its owner wants that and it helps; otherwise not before somebody sees to it.</summary>
    private async Task<bool> EndAsync(Sending sending, StreamDefinition stream, Rejection why)
    {
        if (why.Reason is not (ErrorReason.CursorExpired or ErrorReason.StreamChanged or ErrorReason.EpochLost or ErrorReason.CursorStreamMismatch))
        {
            return await ParkAsync(sending, WebhookParkReason.AccessEnded, why);
        }

        if (!sending.Webhook.Settings.SnapshotWhenLost)
        {
            return await ParkAsync(sending, WebhookParkReason.PlaceLost, why);
        }

        // The tail may not yet have come to the filter that the stream has now.
        var now = (await log.ReadStreamsAsync(sending.Stopping)).Find(stream.StreamId) ?? stream;
        var snapshot = await cursors.StartAsync(
            new StartPosition { Snapshot = new Empty() }, now, new ConsumerKey(sending.Webhook.PartnerId, "", stream.StreamId), sending.Stopping);
        LogSnapshot(logger, sending.Webhook.WebhookId, why.Reason);
        return await ReportAsync(sending, sending.Webhook with { Place = snapshot.Value, BatchCount = 0 });
    }

    private async Task<bool> ParkAsync(Sending sending, WebhookParkReason reason, Rejection why)
    {
        var status = sending.Webhook.Status.Clone();
        (status.ParkReason, status.ParkError, status.ParkMessage) = (reason, why.Reason, why.Message);
        await ReportAsync(sending, sending.Webhook with { Status = status }, parks: true);
        return false;
    }

    private static int MaxUpdates(Webhook settings) => settings.MaxBatchUpdates == 0
        ? SubscriptionCalls.DefaultBatchUpdates
        : Math.Min(settings.MaxBatchUpdates, SubscriptionCalls.MaxBatchUpdates);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} could not be looked after; trying again")]
    private static partial void LogFault(ILogger logger, string webhook, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Webhook} goes on with a snapshot: {Reason}")]
    private static partial void LogSnapshot(ILogger logger, string webhook, ErrorReason reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} is parked: {Reason}")]
    private static partial void LogParked(ILogger logger, string webhook, WebhookParkReason reason);

    private enum Next
    {
        /// <summary>It was accepted.</summary>
        ReadOn,

        /// <summary>It is to be tried again.</summary>
        TryAgain,

        /// <summary>This node is to send no more.</summary>
        End,
    }

    /// <summary>One run: the webhook as this node's last report left it.</summary>
    private sealed class Sending(WebhookRecord webhook, CancellationToken stopping, CancellationToken lost)
    {
        public WebhookRecord Webhook { get; set; } = webhook;

        public CancellationToken Stopping { get; } = stopping;

        public CancellationToken Lost { get; } = lost;
    }
}
