using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.V1;

namespace Syndication.Deliveries;

public sealed partial class WebhookCatalog
{
    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    private static readonly HashSet<string> Updatable = ["url", "display_name", "max_batch_updates", "snapshot_when_lost"];

    /// <summary>Changes a webhook's settings.</summary>
    public async Task<Outcome<UpdateWebhookResponse>> UpdateAsync(
        Caller caller, string address, UpdateWebhookRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        var wanted = request.Webhook ?? new Webhook();
        var mask = request.UpdateMask?.Paths.ToHashSet() is { Count: > 0 } paths ? paths : Updatable;
        if (wanted.WebhookId.Length == 0)
        {
            fields.Add(new FieldViolation("webhook.webhook_id", "is required"));
        }

        foreach (var path in mask.Where(path => !Updatable.Contains(path)))
        {
            fields.Add(new FieldViolation("update_mask", $"\"{path}\" cannot be changed; {string.Join(", ", Updatable)} can"));
        }

        if (request.Revision <= 0)
        {
            fields.Add(new FieldViolation("revision", "is required: the revision that is changed"));
        }

        CheckSettings(fields, wanted, mask.Contains("url"));
        return await ChangeAsync(
            caller,
            address,
            request.RequestId,
            wanted.WebhookId,
            fields,
            Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
            UpdateWebhookResponse.Parser,
            async webhook =>
            {
                if (webhook.Settings.Revision != request.Revision)
                {
                    return WebhookRejections.RevisionMismatch(webhook.WebhookId, request.Revision, webhook.Settings.Revision);
                }

                if (mask.Contains("url") && await CheckTargetAsync(wanted.Url, cancellationToken) is { } refused)
                {
                    return refused;
                }

                var changed = Next(webhook) with { Status = WithoutFailures(webhook.Status) };
                var settings = changed.Settings;
                settings.Url = mask.Contains("url") ? wanted.Url : settings.Url;
                settings.DisplayName = mask.Contains("display_name") ? wanted.DisplayName : settings.DisplayName;
                settings.MaxBatchUpdates = mask.Contains("max_batch_updates") ? wanted.MaxBatchUpdates : settings.MaxBatchUpdates;
                settings.SnapshotWhenLost = mask.Contains("snapshot_when_lost") ? wanted.SnapshotWhenLost : settings.SnapshotWhenLost;
                return new Decided<UpdateWebhookResponse>(
                    changed, WebhookChangeKind.Restart, SetsState: false, new() { Webhook = Show(changed) }, $"changed {string.Join(", ", mask.Order(StringComparer.Ordinal))}");
            },
            cancellationToken);
    }

    /// <summary>Deletes a webhook.</summary>
    public Task<Outcome<DeleteWebhookResponse>> DeleteAsync(
        Caller caller, string address, DeleteWebhookRequest request, CancellationToken cancellationToken) => ChangeAsync(
        caller,
        address,
        request.RequestId,
        request.Webhook,
        [],
        Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
        DeleteWebhookResponse.Parser,
        webhook => Ready(new Decided<DeleteWebhookResponse>(Next(webhook), WebhookChangeKind.Delete, SetsState: false, new(), "deleted")),
        cancellationToken);

    /// <summary>Stops sending.</summary>
    public Task<Outcome<PauseWebhookResponse>> PauseAsync(
        Caller caller, string address, PauseWebhookRequest request, CancellationToken cancellationToken) => ChangeAsync(
        caller,
        address,
        request.RequestId,
        request.Webhook,
        [],
        Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
        PauseWebhookResponse.Parser,
        webhook =>
        {
            var paused = Next(webhook) with { State = WebhookState.Paused };
            return Ready(new Decided<PauseWebhookResponse>(paused, WebhookChangeKind.Settings, SetsState: true, new() { Webhook = Show(paused) }, "paused"));
        },
        cancellationToken);

    /// <summary>Goes on sending.</summary>
    public Task<Outcome<ResumeWebhookResponse>> ResumeAsync(
        Caller caller, string address, ResumeWebhookRequest request, CancellationToken cancellationToken) => ChangeAsync(
        caller,
        address,
        request.RequestId,
        request.Webhook,
        [],
        Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
        ResumeWebhookResponse.Parser,
        async webhook =>
        {
            if ((await ReadableStreamAsync(webhook.Settings, cancellationToken)).Rejection is { } rejection)
            {
                return rejection;
            }

            var resumed = Next(webhook) with { State = WebhookState.Active, Status = WithoutFailures(webhook.Status) };
            return new Decided<ResumeWebhookResponse>(resumed, WebhookChangeKind.Restart, SetsState: true, new() { Webhook = Show(resumed) }, "resumed");
        },
        cancellationToken);

    /// <summary>Gives a webhook a new secret.</summary>
    public async Task<Outcome<RotateWebhookSecretResponse>> RotateSecretAsync(
        Caller caller, string address, RotateWebhookSecretRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        var overlap = options.SecretOverlap;
        if (request.Overlap is { } given)
        {
            overlap = given is { Seconds: >= 0 and <= int.MaxValue, Nanos: >= 0 and <= 999_999_999 } ? given.ToTimeSpan() : TimeSpan.MaxValue;
            if (overlap > MaxOverlap)
            {
                fields.Add(new FieldViolation("overlap", "is not between 0 and 30 days"));
            }
        }

        var secret = WebhookSecret.Create();
        RotateWebhookSecretResponse? made = null;
        var outcome = await ChangeAsync(
            caller,
            address,
            request.RequestId,
            request.Webhook,
            fields,
            Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
            RotateWebhookSecretResponse.Parser,
            webhook =>
            {
                var rotated = Next(webhook) with
                {
                    Secret = secret,
                    PreviousSecret = overlap > TimeSpan.Zero ? webhook.Secret : null,
                    PreviousUntil = overlap > TimeSpan.Zero ? LogTime.Floor(time.GetUtcNow() + overlap) : null,
                };
                made = new RotateWebhookSecretResponse { Webhook = Show(rotated) };
                return Ready(new Decided<RotateWebhookSecretResponse>(
                    rotated, WebhookChangeKind.Settings, SetsState: false, made, $"new secret, the old one for {overlap}"));
            },
            cancellationToken);
        if (outcome.Rejection is null && ReferenceEquals(outcome.Value, made))
        {
            outcome.Value.Secret = WebhookSecret.Show(secret);
        }

        return outcome;
    }

    /// <summary>Puts a webhook to another place.</summary>
    public Task<Outcome<RewindWebhookResponse>> RewindAsync(
        Caller caller, string address, RewindWebhookRequest request, CancellationToken cancellationToken) => ChangeAsync(
        caller,
        address,
        request.RequestId,
        request.Webhook,
        request.Start is { PositionCase: not StartPosition.PositionOneofCase.None } ? [] : [new FieldViolation("start", "is required: where to go")],
        Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
        RewindWebhookResponse.Parser,
        async webhook =>
        {
            var place = await StartAsync(webhook.Settings, request.Start, cancellationToken);
            if (place.Rejection is { } rejection)
            {
                return rejection;
            }

            var rewound = Next(webhook) with
            {
                Place = place.Value,
                BatchCount = 0,
                Replays = webhook.Replays + 1,
                Status = WithoutFailures(webhook.Status),
            };
            return new Decided<RewindWebhookResponse>(
                rewound, WebhookChangeKind.Rewind, SetsState: false, new() { Webhook = Show(rewound) }, $"rewound: {request.Start.PositionCase}");
        },
        cancellationToken);

    /// <summary>A change of a webhook that exists.</summary>
    private async Task<Outcome<T>> ChangeAsync<T>(
        Caller caller,
        string address,
        string requestId,
        string webhookId,
        List<FieldViolation> fields,
        byte[] fingerprint,
        MessageParser<T> parser,
        Func<WebhookRecord, Task<Outcome<Decided<T>>>> decide,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        Publisher.CheckRequestId(fields, requestId);
        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await ChangeAsync(
                caller,
                address,
                requestId,
                fingerprint,
                parser,
                async () =>
                {
                    var found = await FindAsync(caller, webhookId, cancellationToken);
                    return found.Rejection is { } rejection ? rejection : await decide(found.Value);
                },
                cancellationToken);
    }

    private static Task<Outcome<Decided<T>>> Ready<T>(Decided<T> decided) => Task.FromResult<Outcome<Decided<T>>>(decided);

    /// <summary>The webhook at its next revision.</summary>
    private WebhookRecord Next(WebhookRecord webhook)
    {
        var settings = webhook.Settings.Clone();
        settings.Revision++;
        settings.UpdateTime = Timestamp.FromDateTimeOffset(LogTime.Floor(time.GetUtcNow()));
        return webhook with { Settings = settings };
    }

    private static WebhookStatus WithoutFailures(WebhookStatus status)
    {
        var clean = status.Clone();
        (clean.Failures, clean.FirstFailureTime, clean.NextAttemptTime) = (0, null, null);
        return clean;
    }
}
