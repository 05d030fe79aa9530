using Syndication.V1;

namespace Syndication.Log;

/// <summary>
/// Where an article stands: what the store keeps of it beside its versions and entries. Immutable; a change makes a new
/// one. Hold and embargo are independent: the embargo ends what is in <see cref="LiftedVersion"/>, the hold freezes
/// <see cref="PublicVersion"/>.
/// </summary>
public sealed record ArticleRecord
{
    /// <summary>The store's own key; 0 until the store gave it one.</summary>
    public required long ArticleKey { get; init; }

    /// <summary>The contract's id.</summary>
    public required string ArticleId { get; init; }

    /// <summary>The newest version, held or not.</summary>
    public required int LatestVersion { get; init; }

    /// <summary>The newest version that is under no embargo; 0 when all are.</summary>
    public int LiftedVersion { get; init; }

    /// <summary>The newest version that readers without access to held articles have been told of; 0 when none.</summary>
    public int PublicVersion { get; init; }

    /// <summary>Held back until released.</summary>
    public bool Withheld { get; init; }

    /// <summary>Killed.</summary>
    public bool Withdrawn { get; init; }

    /// <summary>The time of use of the version in force has ended.</summary>
    public bool Expired { get; init; }

    /// <summary>When the embargo of the latest version ends; null when it has none or it was lifted.</summary>
    public DateTimeOffset? EmbargoTime { get; init; }

    /// <summary>When the time of use of the lifted version ends; null when it does not or already has.</summary>
    public DateTimeOffset? ExpireTime { get; init; }

    /// <summary>When the time of use of the embargoed version ends.</summary>
    public DateTimeOffset? HeldExpireTime { get; init; }

    /// <summary>When readers without access to held articles were first told of it.</summary>
    public DateTimeOffset? FirstPublishedTime { get; init; }

    /// <summary>The public text of the hold or kill.</summary>
    public string Advisory { get; init; } = "";

    /// <summary>The desk's reason for the hold or kill.</summary>
    public string InternalReason { get; init; } = "";

    /// <summary>When the hold or kill was committed.</summary>
    public DateTimeOffset? AdvisoryTime { get; init; }

    /// <summary>The number of its latest entry: changes with every change, so that a writer notices another's.</summary>
    public long LastNumber { get; init; }

    /// <summary>Whether an embargo is running.</summary>
    public bool IsEmbargoed => LatestVersion > LiftedVersion;

    /// <summary>What takes the text away.</summary>
    public Blankings Blankings =>
        (Withheld ? Blankings.Withheld : 0) | (Withdrawn ? Blankings.Withdrawn : 0) | (Expired ? Blankings.Expired : 0);

    /// <inheritdoc cref="BlankingsExtensions.For"/>
    public ArticleStatus? BlankedFor(bool heldTexts) => Blankings.For(heldTexts);

    /// <summary>The status of one version as somebody sees it who may see held articles.</summary>
    public ArticleStatus StatusOf(int version) => this switch
    {
        { Withdrawn: true } => ArticleStatus.Withdrawn,
        { Withheld: true } => ArticleStatus.Withheld,
        _ when version > LiftedVersion => ArticleStatus.Embargoed,
        { Expired: true } => ArticleStatus.Expired,
        _ => ArticleStatus.Usable,
    };
}
