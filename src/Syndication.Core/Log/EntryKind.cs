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

    /// <summary>
    /// A new incarnation of the log began, after a restore from a backup; <see cref="LogEntry.Version"/> is its count. An entry
    /// like any other, so that every node changes over at the same place. Sent to nobody.
    /// </summary>
    EpochBegun = 101,

    /// <summary>A partner was created, changed, disabled or enabled. As with the kinds below, all nodes apply it in its place of the order.</summary>
    PartnerChanged = 110,

    /// <summary>A key was issued.</summary>
    KeyIssued = 111,

    /// <summary>A key was revoked.</summary>
    KeyRevoked = 112,

    /// <summary>A stream was granted to a partner, or the grant was changed.</summary>
    StreamGranted = 113,

    /// <summary>A grant was revoked.</summary>
    StreamRevoked = 114,

    /// <summary>A vocabulary was loaded or deleted. The streams for which that changes what they hold follow as <see cref="StreamChanged"/>.</summary>
    VocabularyChanged = 120,
}
