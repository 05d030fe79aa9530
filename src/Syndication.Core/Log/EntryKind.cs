using Syndication.V1;

namespace Syndication.Log;

/// <summary>What a log entry records. Values below 100 are the contract's <see cref="UpdateKind"/>; the others are internal.</summary>
public enum EntryKind
{
    /// <summary>First version of an article.</summary>
    Published = UpdateKind.Published,

    /// <summary>A later version.</summary>
    Updated = UpdateKind.Updated,

    /// <summary>A later version that corrects an error.</summary>
    Corrected = UpdateKind.Corrected,

    /// <summary>A hold began.</summary>
    Withheld = UpdateKind.Withheld,

    /// <summary>A hold or an embargo ended.</summary>
    Released = UpdateKind.Released,

    /// <summary>A kill.</summary>
    Withdrawn = UpdateKind.Withdrawn,

    /// <summary>The time of use ended.</summary>
    Expired = UpdateKind.Expired,

    /// <summary>A stream was created, changed or deleted. Takes a number like any other entry, is sent to nobody.</summary>
    StreamChanged = 100,

    /// <summary>A partner was created, changed, disabled or enabled. As with the kinds below, all nodes apply it in its place of the order.</summary>
    PartnerChanged = 101,

    /// <summary>A key was issued.</summary>
    KeyIssued = 102,

    /// <summary>A key was revoked.</summary>
    KeyRevoked = 103,

    /// <summary>A stream was granted to a partner, or the grant was changed.</summary>
    StreamGranted = 104,

    /// <summary>A grant was revoked.</summary>
    StreamRevoked = 105,
}
