using Syndication.Audit;
using Syndication.Log;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Deliveries;

/// <summary>
/// Webhooks in the database: what their owners set, and how the sending goes. One node sends for a webhook at a time: it holds
/// a lease, and each of its writes names the fence of that lease. Any member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IWebhookStore
{
    /// <summary>One webhook; null when there is none.</summary>
    Task<WebhookRecord?> FindAsync(string webhookId, CancellationToken cancellationToken);

    /// <summary>All webhooks, by id.</summary>
    /// <param name="partnerId">Only this partner's; null for all.</param>
    Task<IReadOnlyList<WebhookRecord>> ListAsync(string? partnerId, CancellationToken cancellationToken);

    /// <summary>A request that was answered before; null when it was not.</summary>
    Task<AnsweredWebhookRequest?> FindRequestAsync(RequestKey key, CancellationToken cancellationToken);

    /// <summary>Writes an owner's change, its request and its event of the audit, in one transaction.</summary>
    /// <returns>False when somebody else was first: the revision, the request or the partner's stream and consumer is taken. Nothing is written then.</returns>
    Task<bool> WriteAsync(WebhookChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the leases of active webhooks that nobody holds, or whose holder has let them run out, and renews the node's own
    /// once a third of their time is over. Writes nothing where there is nothing to take or to renew.
    /// </summary>
    /// <param name="node">Names the node, for as long as its process lives.</param>
    /// <param name="now">The time.</param>
    /// <param name="duration">How long a lease lasts.</param>
    /// <returns>The leases that the node holds, and whether any webhook is active at all.</returns>
    Task<WebhookLeases> LeaseAsync(Guid node, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives the node's leases back, so that others need not wait for their end.</summary>
    Task ReleaseAsync(Guid node, CancellationToken cancellationToken);

    /// <summary>Writes how the sending goes.</summary>
    /// <returns>False when the fence is another by now: the lease is lost, or the owner has changed something. Nothing is written then.</returns>
    Task<bool> ReportAsync(WebhookReport report, CancellationToken cancellationToken);

    /// <summary>The latest attempts, newest first.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="before">Exclusive; <see cref="long.MaxValue"/> starts with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<WebhookDelivery>> ListAttemptsAsync(string webhookId, long before, int maxCount, CancellationToken cancellationToken);
}

/// <summary>An owner's change.</summary>
/// <param name="Webhook">The webhook as it is after it, with the revision after it.</param>
/// <param name="Kind">What of it is written.</param>
/// <param name="Event">The event of the audit.</param>
public sealed record WebhookChange(WebhookRecord Webhook, WebhookChangeKind Kind, AuditRecord Event)
{
    /// <summary>Whether the state is written: by whoever means to change it. The sender may have parked the webhook meanwhile.</summary>
    public bool SetsState { get; init; }

    /// <summary>Remembered, where it is to be repeatable.</summary>
    public NewWebhookRequest? Request { get; init; }
}

/// <summary>What of a webhook an owner's change writes. All but <see cref="Create"/> need the revision before it.</summary>
public enum WebhookChangeKind
{
    /// <summary>All of it; there must be none yet.</summary>
    Create,

    /// <summary>Settings and secrets. The sender's own writes go on.</summary>
    Settings,

    /// <summary>The same and the status; the fence is raised, so that the sender starts anew from it.</summary>
    Restart,

    /// <summary>The same and the place.</summary>
    Rewind,

    /// <summary>Takes it away, with its attempts and requests.</summary>
    Delete,
}

/// <summary>An answered request to remember.</summary>
/// <param name="Key">Scoped to the principal.</param>
/// <param name="Fingerprint">SHA-256 over the request without its id.</param>
/// <param name="Response">The encoded response, without a secret.</param>
public sealed record NewWebhookRequest(RequestKey Key, byte[] Fingerprint, byte[] Response);

/// <summary>A request that was answered before.</summary>
public sealed record AnsweredWebhookRequest(byte[] Fingerprint, byte[] Response);

/// <summary>What a look for leases gave.</summary>
/// <param name="Held">The node's own.</param>
/// <param name="AnyActive">Whether any webhook is active, whoever sends for it.</param>
public sealed record WebhookLeases(IReadOnlyList<WebhookLease> Held, bool AnyActive);

/// <summary>The right to send for a webhook.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Fence">Names this lease in each write.</param>
/// <param name="Revision">The webhook's revision.</param>
/// <param name="Until">When it ends, unless it is renewed.</param>
public readonly record struct WebhookLease(string WebhookId, long Fence, int Revision, DateTimeOffset Until);

/// <summary>How the sending goes.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Fence">That of the sender's lease.</param>
/// <param name="Place">Everything before it was accepted.</param>
/// <param name="BatchCount">How many updates the delivery has that is being tried; 0 when none is.</param>
/// <param name="Attempts">How many attempts were made, ever.</param>
/// <param name="Status">The rest.</param>
public sealed record WebhookReport(string WebhookId, long Fence, Cursor Place, int BatchCount, long Attempts, WebhookStatus Status)
{
    /// <summary>Whether the webhook is parked with it, unless its owner has paused it meanwhile.</summary>
    public bool Parks { get; init; }

    /// <summary>The attempt that has ended; null when none has.</summary>
    public WebhookDelivery? Attempt { get; init; }

    /// <summary>How many attempts are kept, with that one.</summary>
    public int KeptAttempts { get; init; }

    /// <summary>The event of the audit; null when there is none.</summary>
    public AuditRecord? Event { get; init; }
}
