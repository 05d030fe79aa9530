using System.Collections.Frozen;
using Syndication.V1;

namespace Syndication.Access;

/// <summary>All partners with their grants, and all keys, as they are after one internal entry of the log. Immutable: the messages are not to be changed.</summary>
public sealed class AccessSet
{
    private readonly FrozenDictionary<string, Partner> _partners;
    private readonly FrozenDictionary<string, ApiKeyRecord> _keys;
    private readonly FrozenDictionary<string, ApiKeyRecord> _byHash;

    /// <summary>Takes partners and keys as stored.</summary>
    public AccessSet(IEnumerable<Partner> partners, IEnumerable<ApiKeyRecord> keys)
    {
        _partners = partners.ToFrozenDictionary(partner => partner.PartnerId, StringComparer.Ordinal);
        _keys = keys.ToFrozenDictionary(key => key.Key.KeyId, StringComparer.Ordinal);
        _byHash = _keys.Values.ToFrozenDictionary(key => Convert.ToHexString(key.SecretHash), StringComparer.Ordinal);
    }

    /// <summary>Nobody.</summary>
    public static AccessSet Empty { get; } = new([], []);

    /// <summary>The partners, in no order.</summary>
    public IEnumerable<Partner> Partners => _partners.Values;

    /// <summary>The keys, in no order, revoked and expired ones among them.</summary>
    public IEnumerable<ApiKeyRecord> Keys => _keys.Values;

    /// <summary>The partner of that name; null when there is none.</summary>
    public Partner? FindPartner(string partnerId) => _partners.GetValueOrDefault(partnerId);

    /// <summary>The key of that id; null when there is none.</summary>
    public ApiKeyRecord? FindKey(string keyId) => _keys.GetValueOrDefault(keyId);

    /// <summary>The key whose secret has that hash; null when there is none.</summary>
    public ApiKeyRecord? FindByHash(byte[] secretHash) => _byHash.GetValueOrDefault(Convert.ToHexString(secretHash));

    /// <summary>The grants of a partner that are in force, by stream; none while it is disabled.</summary>
    public IEnumerable<Grant> GrantsOf(string partnerId, DateTimeOffset now) =>
        FindPartner(partnerId) is { Disabled: false } partner ? partner.Grants.Where(grant => IsInForce(grant, now)) : [];

    /// <summary>Whether a grant has begun and not ended.</summary>
    public static bool IsInForce(Grant grant, DateTimeOffset now) =>
        (grant.StartTime is null || grant.StartTime.ToDateTimeOffset() <= now) && (grant.EndTime is null || now < grant.EndTime.ToDateTimeOffset());

    /// <summary>Whether a key is neither revoked nor expired.</summary>
    public static bool IsInForce(ApiKey key, DateTimeOffset now) =>
        key.RevokeTime is null && (key.ExpireTime is null || now < key.ExpireTime.ToDateTimeOffset());
}

/// <summary>A key as stored.</summary>
/// <param name="Key">The key; its time of last use is kept elsewhere.</param>
/// <param name="SecretHash">SHA-256 of the secret. The secret is 256 random bits: a slow hash would protect nothing more.</param>
public sealed record ApiKeyRecord(ApiKey Key, byte[] SecretHash);
