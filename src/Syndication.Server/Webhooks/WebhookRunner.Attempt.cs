using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Receipts;
using Syndication.Subscriptions;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Server.Webhooks;

public sealed partial class WebhookRunner
{
    /// <summary>How long a webhook waits that has used up its partner's quota, before it looks again.</summary>
    private static readonly TimeSpan QuotaDelay = TimeSpan.FromMinutes(1);

    /// <summary>Posts frames as one delivery, and writes what came of it.</summary>
    private async Task<Next> AttemptAsync(Sending sending, IReadOnlyList<EncodedFrame> frames, Delivery delivery)
    {
        var webhook = sending.Webhook;
        var now = LogTime.Floor(time.GetUtcNow());
        var status = webhook.Status.Clone();
        status.NextAttemptTime = null;
        if (quotas.CheckBytes(webhook.PartnerId) is { } usedUp)
        {
            status.LastError = usedUp.Message;
            status.NextAttemptTime = Timestamp.FromDateTimeOffset(now + (usedUp.RetryDelay < QuotaDelay ? usedUp.RetryDelay.Value : QuotaDelay));
            return await ReportAsync(sending, webhook with { Status = status }) ? Next.TryAgain : Next.End;
        }

        var payload = PayloadOf(webhook, frames);
        var updateIds = payload.Updates.Select(update => update.UpdateId).ToList();
        var deliveryId = DeliveryIds.Of(webhook, updateIds, payload.SnapshotComplete ? payload.SnapshotId : "");

        // Before it is sent: whoever tries it again, also after this process was killed, sends the same. And it tells whether
        // the lease is still this node's.
        status.LastAttemptTime = Timestamp.FromDateTimeOffset(now);
        webhook = webhook with { Attempts = webhook.Attempts + 1, BatchCount = payload.Updates.Count, Status = status };
        if (!await ReportAsync(sending, webhook))
        {
            return Next.End;
        }

        var body = WebhookSender.Encode(payload);
        var answer = await sender.PostAsync(webhook, deliveryId, body, sending.Lost);
        quotas.AddBytes(webhook.PartnerId, body.Length);
        var attempt = new WebhookDelivery
        {
            Attempt = webhook.Attempts,
            DeliveryId = deliveryId,
            AttemptTime = status.LastAttemptTime,
            DurationMillis = (long)answer.Duration.TotalMilliseconds,
            Accepted = answer.IsAccepted,
            HttpStatus = answer.Status,
            Error = answer.Error,
            ResponseExcerpt = answer.Excerpt,
            UpdateCount = updateIds.Count,
            FirstUpdateId = updateIds.FirstOrDefault(""),
            LastUpdateId = updateIds.LastOrDefault(""),
            SnapshotComplete = payload.SnapshotComplete,
            Cursor = payload.Cursor,
            StartCursor = cursors.Seal(webhook.Place),
        };
        status = status.Clone();
        (status.LastHttpStatus, status.LastError) = (answer.Status, answer.Error);
        if (!answer.IsAccepted)
        {
            return await FailAsync(sending, webhook with { Status = status }, answer, attempt);
        }

        foreach (var frame in frames)
        {
            delivery.OnTaken(frame);
        }

        (status.Failures, status.FirstFailureTime, status.LastAcceptTime) = (0, null, Timestamp.FromDateTimeOffset(LogTime.Floor(time.GetUtcNow())));
        webhook = webhook with { Place = frames[^1].After, BatchCount = 0, Status = status };
        return await PersistAsync(sending, webhook, attempt, parks: false) ? Next.ReadOn : Next.End;
    }

    private async Task<Next> FailAsync(Sending sending, WebhookRecord webhook, WebhookAnswer answer, WebhookDelivery attempt)
    {
        var status = webhook.Status;
        status.Failures++;
        status.FirstFailureTime ??= attempt.AttemptTime;
        var next = LogTime.Floor(time.GetUtcNow()) + _backoff.Delay(status.Failures, answer.RetryAfter);
        var isUsedUp = _backoff.IsUsedUp(status.Failures, status.FirstFailureTime.ToDateTimeOffset(), next);
        if (answer.IsGone || isUsedUp)
        {
            status.ParkReason = answer.IsGone ? WebhookParkReason.Gone : WebhookParkReason.AttemptsFailed;
            status.ParkError = ErrorReason.Unspecified;
            status.ParkMessage = answer.IsGone
                ? "The receiver has answered 410 Gone."
                : $"{status.Failures} attempts have failed since {status.FirstFailureTime.ToDateTimeOffset():u}; the last: {answer.Error}.";
            await PersistAsync(sending, webhook, attempt, parks: true);
            return Next.End;
        }

        status.NextAttemptTime = Timestamp.FromDateTimeOffset(next);
        return await PersistAsync(sending, webhook, attempt, parks: false) ? Next.TryAgain : Next.End;
    }

    private static WebhookPayload PayloadOf(WebhookRecord webhook, IReadOnlyList<EncodedFrame> frames)
    {
        var payload = new WebhookPayload
        {
            WebhookId = webhook.WebhookId,
            Stream = webhook.Settings.Stream,
            Consumer = webhook.Settings.Consumer,
            SnapshotId = DeliveryIds.OfSnapshot(webhook.WebhookId, webhook.Place),
            SnapshotComplete = frames[0].Kind == Kind.SnapshotComplete,
        };
        foreach (var frame in frames)
        {
            var decoded = frame.Decode();
            (payload.Cursor, payload.ServerTime, payload.Lag) = (decoded.Cursor, decoded.ServerTime, decoded.Lag);
            if (decoded.Updates is { } batch)
            {
                payload.Updates.Add(batch.Updates);
            }
        }

        return payload;
    }

    /// <summary>Writes the outcome of an attempt, as often as it takes: only the end of the lease stops it.</summary>
    private async Task<bool> PersistAsync(Sending sending, WebhookRecord webhook, WebhookDelivery attempt, bool parks)
    {
        while (true)
        {
            try
            {
                return await ReportAsync(sending, webhook, parks, attempt);
            }
            catch (StoreUnavailableException exception)
            {
                LogFault(logger, webhook.WebhookId, exception);
                await Task.Delay(FaultDelay, time, sending.Lost);
            }
        }
    }

    private async Task<bool> ReportAsync(Sending sending, WebhookRecord webhook, bool parks = false, WebhookDelivery? attempt = null)
    {
        var written = await store.ReportAsync(
            new WebhookReport(webhook.WebhookId, webhook.Fence, webhook.Place, webhook.BatchCount, webhook.Attempts, webhook.Status)
            {
                Parks = parks,
                Attempt = attempt,
                KeptAttempts = options.KeepAttempts,
                Event = parks ? ParkEventOf(webhook) : null,
            },
            CancellationToken.None);
        sending.Webhook = webhook;
        if (written && parks)
        {
            LogParked(logger, webhook.WebhookId, webhook.Status.ParkReason);
        }

        return written;
    }

    private AuditRecord ParkEventOf(WebhookRecord webhook) => new()
    {
        Time = LogTime.Floor(time.GetUtcNow()),
        Action = AuditAction.ChangeWebhook,
        Principal = Caller.ServerPrincipal,
        Subject = webhook.WebhookId,
        Detail = $"{webhook.PartnerId}, {webhook.Settings.Stream}: parked: {webhook.Status.ParkMessage}",
    };
}
