using Syndication.Articles;
using Syndication.Changes;
using Syndication.V1;

namespace Syndication.Log;

/// <summary>One entry of the log, as read from the store, with the article's content as far as it is sent.</summary>
public sealed record LogEntry
{
    /// <summary>1, 2, 3 … in commit order, without holes but for those that retention makes.</summary>
    public required long Number { get; init; }

    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>Random, stable over replays.</summary>
    public required Guid UpdateId { get; init; }

    /// <summary>When it was committed, UTC; never decreases along the log. Microseconds.</summary>
    public required DateTimeOffset CommitTime { get; init; }

    /// <summary>The article; null in internal entries.</summary>
    public ArticleRecord? Article { get; init; }

    /// <summary>The version in force after the entry for readers with access to held articles; in <see cref="EntryKind.EpochBegun"/>, the epoch's count.</summary>
    public int Version { get; init; }

    /// <summary>The version in force for readers without that access; 0 when they know of none.</summary>
    public int PublicVersion { get; init; }

    /// <summary>Whether readers without access to held articles are told of this entry at all.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The article's status after the entry.</summary>
    public ArticleStatus Status { get; init; }

    /// <summary>The public text of a hold or kill.</summary>
    public string Advisory { get; init; } = "";

    /// <summary>The content of <see cref="Version"/>, in entries that carry an article.</summary>
    public EncodedArticle? Content { get; init; }

    /// <summary>The content of <see cref="PublicVersion"/>; the same object as <see cref="Content"/> when the versions are the same.</summary>
    public EncodedArticle? PublicContent { get; init; }

    /// <summary>
    /// What the version in force says differently from the one before, for those readers for whom the entry put another in
    /// force; null where there was none before.
    /// </summary>
    public EncodedChanges? Changes { get; init; }

    /// <summary>Whether one kind of reader is told the changes. What ends a hold or an embargo puts another version in force for those alone who had not been told.</summary>
    public static bool TellsChanges(EntryKind kind, bool held) => !held || kind != EntryKind.Released;

    /// <summary>What the entry means to the readers of each stream whose index is kept, but for the stream <c>all</c>.</summary>
    public IReadOnlyList<Membership> Memberships { get; init; } = [];

    /// <summary>Whether entries of this kind carry an article.</summary>
    public bool CarriesArticle => Carries(Kind);

    /// <summary>The place just after this entry.</summary>
    public LogPosition Position => new(Number, LogPosition.CheckOf(UpdateId));

    /// <summary>Whether entries of a kind change who may do what.</summary>
    public static bool ChangesAccess(EntryKind kind) => kind is >= EntryKind.PartnerChanged and <= EntryKind.StreamRevoked;

    /// <summary>Whether entries of a kind carry an article.</summary>
    public static bool Carries(EntryKind kind) =>
        kind is EntryKind.Published or EntryKind.Updated or EntryKind.Corrected or EntryKind.Released;
}
