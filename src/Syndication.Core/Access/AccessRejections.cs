using Syndication.V1;

namespace Syndication.Access;

/// <summary>The refusals that concern access.</summary>
public static class AccessRejections
{
    /// <summary>There is no such partner.</summary>
    public static Rejection PartnerNotFound(string partnerId) => new(ErrorReason.PartnerNotFound, $"There is no partner \"{partnerId}\".")
    {
        Metadata = new Dictionary<string, string> { ["partner"] = partnerId },
    };

    /// <summary>The name is taken.</summary>
    public static Rejection PartnerExists(string partnerId, string who) => new(ErrorReason.PartnerExists, $"{who} is called \"{partnerId}\" already.")
    {
        Metadata = new Dictionary<string, string> { ["partner"] = partnerId },
    };

    /// <summary>There is no such key.</summary>
    public static Rejection KeyNotFound(string keyId) => new(ErrorReason.KeyNotFound, $"There is no key \"{keyId}\".")
    {
        Metadata = new Dictionary<string, string> { ["key_id"] = keyId },
    };

    /// <summary>The partner has no such grant.</summary>
    public static Rejection GrantNotFound(string partnerId, string streamId) =>
        new(ErrorReason.GrantNotFound, $"Partner \"{partnerId}\" has no grant for stream \"{streamId}\".")
        {
            Metadata = new Dictionary<string, string> { ["partner"] = partnerId, ["stream"] = streamId },
        };

    /// <summary>The partner is at another revision.</summary>
    public static Rejection RevisionMismatch(string partnerId, int expected, int current) =>
        new(ErrorReason.RevisionMismatch, $"Partner \"{partnerId}\" is at revision {current}, not {expected}.")
        {
            Metadata = new Dictionary<string, string>
            {
                ["partner"] = partnerId,
                ["expected_revision"] = $"{expected}",
                ["current_revision"] = $"{current}",
            },
        };

    /// <summary>The call has no credential.</summary>
    public static readonly Rejection CredentialMissing = new(
        ErrorReason.CredentialMissing, "The call has no credential: send \"authorization: Bearer KEY\".");

    /// <summary>The credential is unknown, expired or revoked: which of them is not told.</summary>
    public static readonly Rejection CredentialInvalid = new(ErrorReason.CredentialInvalid, "The credential is unknown, expired or revoked.");

    /// <summary>The partner is disabled.</summary>
    public static readonly Rejection PartnerDisabled = new(ErrorReason.PartnerDisabled, "The partner is disabled: ask the desk.");

    /// <summary>The caller asked for held articles and may not have them.</summary>
    public static readonly Rejection EmbargoAccessRequired = new(
        ErrorReason.EmbargoAccessRequired, "include_held: the caller's grants give no access to articles under embargo.");

    /// <summary>The grant by which a stream was open has ended.</summary>
    public static Rejection GrantEnded(string streamId) => new(ErrorReason.GrantEnded, $"The grant for stream \"{streamId}\" has ended.")
    {
        Metadata = new Dictionary<string, string> { ["stream"] = streamId },
    };

    /// <summary>The last key of an administrator stays.</summary>
    public static readonly Rejection LastAdministrator = new(
        ErrorReason.LastAdministrator, "It is the last key of an administrator that works: issue another one first.");
}
