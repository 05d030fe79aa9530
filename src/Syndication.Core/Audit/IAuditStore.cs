using Syndication.Log;
using Syndication.V1;

namespace Syndication.Audit;

/// <summary>
/// The audit in the database: the log itself, and a table of what the log does not record and of what retention has taken
/// from it. Any member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IAuditStore
{
    /// <summary>Appends events, in one transaction.</summary>
    Task AddAsync(IReadOnlyCollection<AuditRecord> events, CancellationToken cancellationToken);

    /// <summary>The events of the table, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">Exclusive.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<AuditRecord>> ReadEventsAsync(AuditQuery query, AuditPlace before, int maxCount, CancellationToken cancellationToken);

    /// <summary>The entries of the log as events, newest first; their ids are the entries' numbers.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">Exclusive: a number.</param>
    /// <param name="maxCount">How many at most.</param>
    /// <param name="maxScan">How many entries to look at: rare ones are found over several calls.</param>
    Task<AuditLogPage> ReadLogAsync(AuditQuery query, long before, int maxCount, int maxScan, CancellationToken cancellationToken);
}

/// <summary>Which events are asked for.</summary>
/// <param name="Principal">Only what it did; empty for all.</param>
/// <param name="Actions">Only these; empty for all.</param>
/// <param name="Subject">Only what concerns it; empty for all.</param>
/// <param name="From">Inclusive; null for all.</param>
/// <param name="To">Exclusive; null for all.</param>
public sealed record AuditQuery(
    string Principal, IReadOnlyCollection<AuditAction> Actions, string Subject, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>An event.</summary>
public sealed record AuditRecord
{
    /// <summary>The store's key; 0 until the store gave it one.</summary>
    public long Id { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>Who; empty where nobody could be identified.</summary>
    public string Principal { get; init; } = "";

    /// <summary>With which key; empty for others than keys.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>To what.</summary>
    public string Subject { get; init; } = "";

    /// <summary>More, for people.</summary>
    public string Detail { get; init; } = "";

    /// <summary>From where.</summary>
    public string Address { get; init; } = "";

    /// <summary>How often.</summary>
    public int Count { get; init; } = 1;

    /// <summary>As the contract shows it.</summary>
    public AuditEvent ToEvent() => new()
    {
        Time = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Time),
        Action = Action,
        Principal = Principal,
        KeyId = KeyId,
        Subject = Subject,
        Detail = Detail,
        Address = Address,
        Count = Count,
    };
}

/// <summary>A place among the events, which are ordered by time.</summary>
/// <param name="Time">Microseconds since 1970-01-01 UTC.</param>
/// <param name="Id">Tells those of one time apart.</param>
public readonly record struct AuditPlace(long Time, long Id)
{
    /// <summary>Later than all.</summary>
    public static readonly AuditPlace End = new(long.MaxValue, long.MaxValue);
}

/// <summary>A page of the log's entries as events.</summary>
/// <param name="Events">The events; fewer than asked for does not mean that there are no more.</param>
/// <param name="ScannedTo">Everything from this number on was looked at; 0 when nothing is left before it.</param>
public sealed record AuditLogPage(IReadOnlyList<AuditRecord> Events, long ScannedTo);

/// <summary>What the log's entries are in the audit.</summary>
public static class AuditActions
{
    /// <summary>The kinds of entries that the audit shows, and as what.</summary>
    public static IReadOnlyDictionary<EntryKind, AuditAction> OfKinds { get; } = new Dictionary<EntryKind, AuditAction>
    {
        [EntryKind.Published] = AuditAction.Publish,
        [EntryKind.Updated] = AuditAction.Publish,
        [EntryKind.Corrected] = AuditAction.Publish,
        [EntryKind.Withheld] = AuditAction.Withhold,
        [EntryKind.Released] = AuditAction.Release,
        [EntryKind.Withdrawn] = AuditAction.Withdraw,
        [EntryKind.Expired] = AuditAction.Expire,
        [EntryKind.StreamChanged] = AuditAction.ChangeStream,
        [EntryKind.VocabularyChanged] = AuditAction.ChangeVocabulary,
        [EntryKind.PartnerChanged] = AuditAction.ChangePartner,
        [EntryKind.KeyIssued] = AuditAction.IssueKey,
        [EntryKind.KeyRevoked] = AuditAction.RevokeKey,
        [EntryKind.StreamGranted] = AuditAction.GrantStream,
        [EntryKind.StreamRevoked] = AuditAction.RevokeStream,
    };

    /// <summary>The kinds that some actions are made of; for no action all.</summary>
    public static IReadOnlyCollection<EntryKind> KindsOf(IReadOnlyCollection<AuditAction> actions) =>
        [.. OfKinds.Where(pair => actions.Count == 0 || actions.Contains(pair.Value)).Select(pair => pair.Key)];
}
