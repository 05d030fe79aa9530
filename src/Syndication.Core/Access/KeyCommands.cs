using Google.Protobuf.WellKnownTypes;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.V1;

namespace Syndication.Access;

/// <summary>Issues a key. The answer that is remembered for a repeated request holds no secret.</summary>
public sealed record IssueApiKeyCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The key as requested, with its id.</summary>
    public required ApiKey Issued { get; init; }

    /// <summary>SHA-256 of its secret.</summary>
    public required byte[] SecretHash { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        var partner = access.FindPartner(Issued.Principal);
        if (Issued.Role == CallerRole.Partner && partner is null)
        {
            return AccessRejections.PartnerNotFound(Issued.Principal);
        }

        if (Issued.Role != CallerRole.Partner && partner is not null)
        {
            return AccessRejections.PartnerExists(Issued.Principal, "A partner");
        }

        var issued = Issued.Clone();
        issued.CreateTime = Timestamp.FromDateTimeOffset(scope.Now);
        scope.Batch.Keys.Add(new ApiKeyChange(new ApiKeyRecord(issued, SecretHash), IsNew: true));
        if (partner is not null)
        {
            // A partner that is changed meanwhile is decided again.
            scope.Batch.Partners.Add(new PartnerChange(partner, partner.Revision));
        }

        var ordinal = Add(scope, EntryKind.KeyIssued, issued.KeyId, $"{issued.Role.ToString().ToLowerInvariant()} {issued.Principal}");
        return new Decision(new IssueApiKeyResponse { Key = issued }, ordinal);
    }
}

/// <summary>Revokes a key.</summary>
public sealed record RevokeApiKeyCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The key.</summary>
    public required string KeyId { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        if (access.FindKey(KeyId) is not { } record)
        {
            return AccessRejections.KeyNotFound(KeyId);
        }

        if (record.Key.RevokeTime is not null)
        {
            return new Decision(new RevokeApiKeyResponse { Key = record.Key }, -1);
        }

        bool IsAdministrator(ApiKey key) => key.Role == CallerRole.Administrator && AccessSet.IsInForce(key, scope.Now);
        if (IsAdministrator(record.Key) && !access.Keys.Any(other => other.Key.KeyId != KeyId && IsAdministrator(other.Key) && other.Key.ExpireTime is null))
        {
            return AccessRejections.LastAdministrator;
        }

        var revoked = record.Key.Clone();
        revoked.RevokeTime = Timestamp.FromDateTimeOffset(scope.Now);
        scope.Batch.Keys.Add(new ApiKeyChange(record with { Key = revoked }, IsNew: false));
        var ordinal = Add(scope, EntryKind.KeyRevoked, KeyId, $"{revoked.Role.ToString().ToLowerInvariant()} {revoked.Principal}");
        return new Decision(new RevokeApiKeyResponse { Key = revoked }, ordinal);
    }
}
