using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Subscriptions;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Deliveries;

/// <summary>The webhooks: what there are, and how their owners make and change them. Each answer is on disk.</summary>
public sealed partial class WebhookCatalog(
    IWebhookStore store,
    IAuditStore audit,
    ILogStore log,
    AccessDirectory access,
    CursorService cursors,
    PageTokens pages,
    WebhookTargets targets,
    WebhookSender sender,
    WebhookOptions options,
    TimeProvider time)
{
    private const string IdCharacters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int IdLength = 16;

    /// <summary>How often a change is decided anew because somebody else was first.</summary>
    private const int MaxConflicts = 10;

    /// <summary>Told after each change: the node's dispatcher looks at once. Must be quick.</summary>
    public event Action? Changed;

    /// <summary>The caller as which a partner's webhooks read: they rest on its grants, not on one of its keys.</summary>
    public static Caller ReaderOf(string partnerId) => new() { Principal = partnerId, Roles = [CallerRole.Partner] };

    /// <summary>One webhook.</summary>
    public async Task<Outcome<Webhook>> GetAsync(Caller caller, string webhookId, CancellationToken cancellationToken)
    {
        var found = await FindAsync(caller, webhookId, cancellationToken);
        return found.Rejection is { } rejection ? rejection : await ShowWithLagAsync(found.Value, cancellationToken);
    }

    /// <summary>Webhooks, by id.</summary>
    public async Task<Outcome<ListWebhooksResponse>> ListAsync(Caller caller, ListWebhooksRequest request, CancellationToken cancellationToken)
    {
        if (request.States.Any(state => !System.Enum.IsDefined(state) || state == WebhookState.Unspecified))
        {
            return Rejection.OfField("states", "holds what is no state");
        }

        if (caller.IsPartner && request.Partner.Length > 0 && request.Partner != caller.Principal)
        {
            return AccessRejections.PartnerNotFound(request.Partner);
        }

        var arguments = request.Clone();
        (arguments.PageSize, arguments.PageToken) = (0, "");
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var partner = caller.IsPartner ? caller.Principal : request.Partner.Length > 0 ? request.Partner : null;
        var all = (await store.ListAsync(partner, cancellationToken))
            .Where(webhook => (request.Stream.Length == 0 || webhook.Settings.Stream == request.Stream)
                && (request.States.Count == 0 || request.States.Contains(webhook.State)))
            .ToList();
        var response = new ListWebhooksResponse();
        foreach (var webhook in all.Skip((int)place.First).Take(size))
        {
            response.Webhooks.Add(await ShowWithLagAsync(webhook, cancellationToken));
        }

        response.NextPageToken = place.First + size < all.Count ? pages.Seal(arguments, new PagePlace(place.First + size)) : "";
        return response;
    }

    /// <summary>The latest attempts of a webhook, newest first.</summary>
    public async Task<Outcome<ListWebhookDeliveriesResponse>> ListDeliveriesAsync(
        Caller caller, ListWebhookDeliveriesRequest request, CancellationToken cancellationToken)
    {
        var found = await FindAsync(caller, request.Webhook, cancellationToken);
        if (found.Rejection is { } missing)
        {
            return missing;
        }

        var arguments = new ListWebhookDeliveriesRequest { Webhook = request.Webhook };
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var attempts = await store.ListAttemptsAsync(request.Webhook, place.First == 0 ? long.MaxValue : place.First, size + 1, cancellationToken);
        var response = new ListWebhookDeliveriesResponse { Deliveries = { attempts.Take(size) } };
        response.NextPageToken = attempts.Count > size ? pages.Seal(arguments, new PagePlace(response.Deliveries[^1].Attempt)) : "";
        return response;
    }

    /// <summary>Posts a ping.</summary>
    public async Task<Outcome<TestWebhookResponse>> TestAsync(
        Caller caller, string address, TestWebhookRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var found = await FindAsync(caller, request.Webhook, cancellationToken);
        if (found.Rejection is { } rejection)
        {
            return rejection;
        }

        var webhook = found.Value;
        var now = LogTime.Floor(time.GetUtcNow());
        var payload = new WebhookPayload
        {
            WebhookId = webhook.WebhookId,
            Stream = webhook.Settings.Stream,
            Consumer = webhook.Settings.Consumer,
            Ping = true,
            ServerTime = Timestamp.FromDateTimeOffset(now),
        };
        var requestId = request.RequestId.Length > 0 ? request.RequestId : Guid.NewGuid().ToString();
        var answer = await sender.PostAsync(
            webhook, DeliveryIds.OfPing(webhook.WebhookId, caller.Principal, requestId), WebhookSender.Encode(payload), cancellationToken);
        await audit.AddAsync([EventOf(caller, address, webhook, $"tested: {(answer.IsAccepted ? "accepted" : answer.Error)}")], cancellationToken);
        return new TestWebhookResponse
        {
            Accepted = answer.IsAccepted,
            HttpStatus = answer.Status,
            Error = answer.Error,
            ResponseExcerpt = answer.Excerpt,
            Duration = Duration.FromTimeSpan(answer.Duration),
            AttemptTime = Timestamp.FromDateTimeOffset(now),
        };
    }

    private async Task<Outcome<WebhookRecord>> FindAsync(Caller caller, string webhookId, CancellationToken cancellationToken)
    {
        if (webhookId.Length == 0)
        {
            return Rejection.OfField("webhook", "is required");
        }

        return await store.FindAsync(webhookId, cancellationToken) is { } found && (!caller.IsPartner || found.PartnerId == caller.Principal)
            ? found
            : WebhookRejections.NotFound(webhookId);
    }

    private Webhook Show(WebhookRecord record)
    {
        var webhook = record.Settings.Clone();
        webhook.State = record.State;
        webhook.Status = record.Status.Clone();
        webhook.Status.Attempts = record.Attempts;
        if (record.State != WebhookState.Parked)
        {
            // Paused since, perhaps: what parked it is no news any more.
            (webhook.Status.ParkReason, webhook.Status.ParkError, webhook.Status.ParkMessage) = (WebhookParkReason.Unspecified, ErrorReason.Unspecified, "");
        }

        webhook.Cursor = cursors.Seal(record.Place);
        webhook.PreviousSecretExpireTime = record.PreviousUntil is { } until && until > time.GetUtcNow() ? Timestamp.FromDateTimeOffset(until) : null;
        return webhook;
    }

    private async Task<Webhook> ShowWithLagAsync(WebhookRecord record, CancellationToken cancellationToken)
    {
        var webhook = Show(record);
        if ((await log.ReadStreamsAsync(cancellationToken)).Find(webhook.Stream) is { } stream
            && (await cursors.CheckAsync(record.Place, stream, cancellationToken)).Rejection is null)
        {
            var (count, oldest) = await log.CountAfterAsync(
                record.Place.StreamKey, webhook.IncludeHeld, record.Place.Rank.Number, Tail.FrameLimits.MaxLag, cancellationToken);
            webhook.Lag = Tail.FrameLimits.LagOf(count, oldest, time.GetUtcNow());
        }

        return webhook;
    }

    private AuditRecord EventOf(Caller caller, string address, WebhookRecord webhook, string detail) => new()
    {
        Time = LogTime.Floor(time.GetUtcNow()),
        Action = AuditAction.ChangeWebhook,
        Principal = caller.Principal,
        KeyId = caller.KeyId,
        Subject = webhook.WebhookId,
        Detail = $"{webhook.PartnerId}, {webhook.Settings.Stream}: {detail}",
        Address = address,
    };

    /// <summary>Decides a change, writes it, and decides anew where somebody else was first.</summary>
    /// <param name="caller">Who wants it.</param>
    /// <param name="address">From where.</param>
    /// <param name="requestId">What makes it repeatable; empty when it is not to be.</param>
    /// <param name="fingerprint">The request's, without its id.</param>
    /// <param name="parser">Reads a remembered response.</param>
    /// <param name="decide">Decides, from what is stored now.</param>
    private async Task<Outcome<T>> ChangeAsync<T>(
        Caller caller,
        string address,
        string requestId,
        byte[] fingerprint,
        MessageParser<T> parser,
        Func<Task<Outcome<Decided<T>>>> decide,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        RequestKey? key = requestId.Length == 0 ? null : new RequestKey(caller.Principal, requestId);
        for (var attempt = 0; attempt < MaxConflicts; attempt++)
        {
            if (key is { } known && await store.FindRequestAsync(known, cancellationToken) is { } answered)
            {
                return CryptographicOperations.FixedTimeEquals(answered.Fingerprint, fingerprint)
                    ? parser.ParseFrom(answered.Response)
                    : new Rejection(ErrorReason.RequestIdReused, $"request_id \"{requestId}\" was used with another content.");
            }

            var outcome = await decide();
            if (outcome.Rejection is { } rejection)
            {
                return rejection;
            }

            var decided = outcome.Value;
            var change = new WebhookChange(decided.Webhook, decided.Kind, EventOf(caller, address, decided.Webhook, decided.Detail))
            {
                SetsState = decided.SetsState,
                Request = key is { } made ? new NewWebhookRequest(made, fingerprint, decided.Response.ToByteArray()) : null,
            };
            if (await store.WriteAsync(change, cancellationToken))
            {
                Changed?.Invoke();
                return decided.Response;
            }
        }

        return new Rejection(ErrorReason.Overloaded, "The webhook is being changed by others: try again.");
    }

    /// <param name="Webhook">The webhook as it is after the change, with its new revision.</param>
    /// <param name="Kind">What is written.</param>
    /// <param name="SetsState">Whether the state is.</param>
    /// <param name="Response">The answer, without a secret.</param>
    /// <param name="Detail">For the audit.</param>
    private sealed record Decided<T>(WebhookRecord Webhook, WebhookChangeKind Kind, bool SetsState, T Response, string Detail);
}
