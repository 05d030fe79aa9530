using Syndication.V1;

namespace Syndication.Access;

/// <summary>
/// Partners, keys and what is counted of them, in the database. Partners and keys are changed by entries of the log
/// (<see cref="Log.AppendBatch"/>) alone. Any member may throw <see cref="Log.StoreUnavailableException"/>.
/// </summary>
public interface IAccessStore
{
    /// <summary>All partners and keys.</summary>
    Task<AccessSet> ReadAccessAsync(CancellationToken cancellationToken);

    /// <summary>When keys were used last, by id; keys that never were are missing.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadKeyUsesAsync(CancellationToken cancellationToken);

    /// <summary>Adds to what was counted, in one transaction.</summary>
    /// <param name="keyUses">When keys were used; an earlier time than the stored one changes nothing.</param>
    /// <param name="usage">What partners have used since the last call, by partner and day.</param>
    Task AddUsageAsync(IReadOnlyCollection<KeyUse> keyUses, IReadOnlyCollection<PartnerUsage> usage, CancellationToken cancellationToken);

    /// <summary>What a partner has used, newest day first.</summary>
    /// <param name="firstDay">Inclusive.</param>
    Task<IReadOnlyList<PartnerUsage>> ReadUsageAsync(string partnerId, DateOnly firstDay, CancellationToken cancellationToken);

    /// <summary>What all partners have used on one day.</summary>
    Task<IReadOnlyList<PartnerUsage>> ReadDayAsync(DateOnly day, CancellationToken cancellationToken);
}

/// <summary>A key was used.</summary>
public readonly record struct KeyUse(string KeyId, DateTimeOffset Time);

/// <summary>What a partner has used on one day, UTC.</summary>
public readonly record struct PartnerUsage(string PartnerId, DateOnly Day, long Requests, long Bytes);

/// <summary>A partner as it is after a batch.</summary>
/// <param name="Partner">Its new state.</param>
/// <param name="ExpectedRevision">The revision that it must have before; 0 when it must be new.</param>
public sealed record PartnerChange(Partner Partner, int ExpectedRevision);

/// <summary>A key as it is after a batch.</summary>
/// <param name="Record">Its new state.</param>
/// <param name="IsNew">Whether it must be new; else it must exist.</param>
public sealed record ApiKeyChange(ApiKeyRecord Record, bool IsNew);
