using Syndication.Articles;
using Syndication.Changes;
using Syndication.V1;

namespace Syndication.Log;

/// <summary>
/// An entry of the log where its bytes lie, in an object or in the database's memory, as far as one kind of readers is told of
/// it: what an update is made of.
/// </summary>
public readonly ref struct EntryBytes
{
    /// <summary>The entry's number.</summary>
    public required long Number { get; init; }

    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>Random, stable over replays.</summary>
    public required Guid UpdateId { get; init; }

    /// <summary>When it was committed, UTC.</summary>
    public required DateTimeOffset CommitTime { get; init; }

    /// <summary>The article's id, UTF-8.</summary>
    public required ReadOnlySpan<byte> ArticleId { get; init; }

    /// <summary>The version in force after the entry.</summary>
    public required int Version { get; init; }

    /// <summary>The article's status after the entry, for readers with access to held articles.</summary>
    public required ArticleStatus Status { get; init; }

    /// <summary>What the entry means to the stream: not <see cref="MembershipAction.None"/>.</summary>
    public required MembershipAction Action { get; init; }

    /// <summary>Whether the stream held the article before: only then its readers are told what changed.</summary>
    public required bool Continues { get; init; }

    /// <summary>What the article's text is kept back by now, whatever it was then.</summary>
    public required Blankings Blankings { get; init; }

    /// <summary>The public text of a hold or kill, UTF-8.</summary>
    public ReadOnlySpan<byte> Advisory { get; init; }

    /// <summary>When readers without access to held articles were first told of the article; null when they were not.</summary>
    public DateTimeOffset? FirstPublishedTime { get; init; }

    /// <summary>The content of the version, in entries that carry an article; not used where it may not be given out.</summary>
    public ArticleBytes Content { get; init; }

    /// <summary>What the version says differently from the one before.</summary>
    public ChangesBytes Changes { get; init; }
}
