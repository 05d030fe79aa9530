using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Deliveries;

public sealed partial class WebhookCatalog
{
    /// <summary>How long the look-up of a name may take while its owner waits: one that cannot be looked up now may be later.</summary>
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Creates a webhook.</summary>
    public async Task<Outcome<CreateWebhookResponse>> CreateAsync(
        Caller caller, string address, CreateWebhookRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (request.Webhook is not { } wanted)
        {
            fields.Add(new FieldViolation("webhook", "is required"));
            return Rejection.OfFields(fields);
        }

        var partner = caller.IsPartner && wanted.Partner.Length == 0 ? caller.Principal : wanted.Partner;
        if (partner.Length == 0)
        {
            fields.Add(new FieldViolation("webhook.partner", "is required"));
        }

        if (wanted.Stream.Length == 0)
        {
            fields.Add(new FieldViolation("webhook.stream", "is required"));
        }

        if (!System.Enum.IsDefined(wanted.View))
        {
            fields.Add(new FieldViolation("webhook.view", $"{(int)wanted.View} is no view"));
        }

        var consumer = Consumers.NameOf(wanted.Consumer);
        if (consumer.Rejection is not null)
        {
            fields.Add(new FieldViolation("webhook.consumer", "is no consumer name: [A-Za-z0-9._~:-]{1,200}"));
        }

        CheckSettings(fields, wanted, withUrl: true);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var secret = WebhookSecret.Create();
        CreateWebhookResponse? made = null;
        var outcome = await ChangeAsync(
            caller,
            address,
            request.RequestId,
            Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
            CreateWebhookResponse.Parser,
            async () =>
            {
                var now = Timestamp.FromDateTimeOffset(LogTime.Floor(time.GetUtcNow()));
                var settings = new Webhook
                {
                    WebhookId = $"whk_{RandomNumberGenerator.GetString(IdCharacters, IdLength)}",
                    Partner = partner,
                    Stream = wanted.Stream,
                    Consumer = consumer.Value,
                    Url = wanted.Url,
                    DisplayName = wanted.DisplayName,
                    View = wanted.View,
                    IncludeHeld = wanted.IncludeHeld,
                    MaxBatchUpdates = wanted.MaxBatchUpdates,
                    SnapshotWhenLost = wanted.SnapshotWhenLost,
                    Revision = 1,
                    CreateTime = now,
                    UpdateTime = now,
                };
                var place = await CheckNewAsync(caller, settings, request.Start, cancellationToken);
                if (place.Rejection is { } rejection)
                {
                    return rejection;
                }

                var created = new WebhookRecord
                {
                    Settings = settings,
                    State = WebhookState.Active,
                    Secret = secret,
                    Place = place.Value,
                    Status = new WebhookStatus(),
                };
                made = new CreateWebhookResponse { Webhook = Show(created) };
                return new Decided<CreateWebhookResponse>(created, WebhookChangeKind.Create, SetsState: true, made, "created");
            },
            cancellationToken);
        if (outcome.Rejection is null && ReferenceEquals(outcome.Value, made))
        {
            outcome.Value.Secret = WebhookSecret.Show(secret);
        }

        return outcome;
    }

    /// <summary>Checks what a new webhook rests on.</summary>
    /// <returns>The place that it starts from.</returns>
    private async Task<Outcome<Cursor>> CheckNewAsync(Caller caller, Webhook settings, StartPosition? start, CancellationToken cancellationToken)
    {
        var partners = access.Current;
        if ((caller.IsPartner && caller.Principal != settings.Partner) || partners.FindPartner(settings.Partner) is null)
        {
            return AccessRejections.PartnerNotFound(settings.Partner);
        }

        var place = await StartAsync(settings, start, cancellationToken);
        if (place.Rejection is not null)
        {
            return place;
        }

        var others = await store.ListAsync(settings.Partner, cancellationToken);
        if (others.FirstOrDefault(other => (other.Settings.Stream, other.Settings.Consumer) == (settings.Stream, settings.Consumer)) is { } same)
        {
            return WebhookRejections.Exists(same.Settings);
        }

        if (others.Count >= options.MaxPerPartner)
        {
            return WebhookRejections.LimitReached(settings.Partner, options.MaxPerPartner);
        }

        return await CheckTargetAsync(settings.Url, cancellationToken) is { } refused ? refused : place;
    }

    private void CheckSettings(List<FieldViolation> fields, Webhook wanted, bool withUrl)
    {
        if (withUrl && targets.Check(wanted.Url) is { } wrong)
        {
            fields.Add(new FieldViolation("webhook.url", wanted.Url.Length == 0 ? "is required" : wrong));
        }

        FieldViolation.CheckLength(fields, "webhook.display_name", wanted.DisplayName, 200);
        if (wanted.MaxBatchUpdates < 0)
        {
            fields.Add(new FieldViolation("webhook.max_batch_updates", "is negative"));
        }
    }

    /// <summary>Tells at once what each connection would be refused for. A name that has no answer now may have one later.</summary>
    private async Task<Rejection?> CheckTargetAsync(string url, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LookUpTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await targets.FindAsync(new Uri(url).IdnHost, either.Token);
            return null;
        }
        catch (TargetRefusedException exception)
        {
            return WebhookRejections.TargetRefused(exception.Message);
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<Outcome<StreamDefinition>> ReadableStreamAsync(Webhook settings, CancellationToken cancellationToken) => access.StreamOf(
        ReaderOf(settings.Partner), settings.Stream, settings.IncludeHeld, await log.ReadStreamsAsync(cancellationToken));

    private async Task<Outcome<Cursor>> StartAsync(Webhook settings, StartPosition? start, CancellationToken cancellationToken)
    {
        var stream = await ReadableStreamAsync(settings, cancellationToken);
        return stream.Rejection is { } rejection
            ? rejection
            : await cursors.StartAsync(
                start, stream.Value, new ConsumerKey(settings.Partner, settings.Consumer, settings.Stream), cancellationToken);
    }
}
