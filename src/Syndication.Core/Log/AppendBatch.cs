using Syndication.Access;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.Streams;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Log;

/// <summary>
/// What one transaction writes. Decided outside it, from a state that the store checks again inside: an article that has
/// another <see cref="ArticleRecord.LastNumber"/>, a request id that exists by now or another set of streams is a conflict,
/// and nothing is written.
/// </summary>
public sealed record AppendBatch
{
    /// <summary>The time to commit at; the store takes the later of it and the last entry's.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The number of the last stream change that the memberships were decided with.</summary>
    public required long StreamsNumber { get; init; }

    /// <summary>The entries in order; they are given consecutive numbers.</summary>
    public List<NewEntry> Entries { get; } = [];

    /// <summary>The articles as they are after the batch, each once.</summary>
    public List<ArticleChange> Articles { get; } = [];

    /// <summary>The requests that are answered by this batch.</summary>
    public List<NewRequest> Requests { get; } = [];

    /// <summary>The changes of streams.</summary>
    public List<StreamChange> Streams { get; } = [];

    /// <summary>The changes of vocabularies, each scheme once; another change of streams or vocabularies before them is a conflict.</summary>
    public List<VocabularyChange> Vocabularies { get; } = [];

    /// <summary>Which entry changed a stream or a vocabulary last, from 0: decisions that rest on the streams before it are void. -1: none did.</summary>
    public int LastStreamsOrdinal => Streams.Select(change => change.EntryOrdinal).Concat(Vocabularies.Select(change => change.EntryOrdinal)).DefaultIfEmpty(-1).Max();

    /// <summary>The changes of partners and their grants, each partner once; one that is not at its expected revision is a conflict.</summary>
    public List<PartnerChange> Partners { get; } = [];

    /// <summary>The changes of keys; a new one whose id exists is a conflict.</summary>
    public List<ApiKeyChange> Keys { get; } = [];

    /// <summary>The acknowledged places, in order.</summary>
    public List<Acknowledgement> Acknowledgements { get; } = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => Entries.Count == 0 && Requests.Count == 0 && Acknowledgements.Count == 0;
}

/// <summary>An entry that has no number yet.</summary>
public sealed record NewEntry
{
    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>Random.</summary>
    public required Guid UpdateId { get; init; }

    /// <summary>Who did it.</summary>
    public required string Principal { get; init; }

    /// <summary>The article's id; empty in internal entries.</summary>
    public string ArticleId { get; init; } = "";

    /// <summary>See <see cref="LogEntry.Version"/>.</summary>
    public int Version { get; init; }

    /// <summary>See <see cref="LogEntry.PublicVersion"/>.</summary>
    public int PublicVersion { get; init; }

    /// <summary>See <see cref="LogEntry.IsPublic"/>.</summary>
    public bool IsPublic { get; init; }

    /// <summary>See <see cref="LogEntry.Status"/>.</summary>
    public ArticleStatus Status { get; init; }

    /// <summary>The public text of a hold or kill; in internal entries the stream, partner or key that they concern, for the audit.</summary>
    public string Advisory { get; init; } = "";

    /// <summary>The desk's reason for a hold or kill; in internal entries what was done, for the audit.</summary>
    public string InternalReason { get; init; } = "";

    /// <summary>The new version's content, in entries that make one; its time is that of the commit.</summary>
    public EncodedArticle? NewVersion { get; init; }

    /// <summary>What the version in force says differently from the one before, in entries that put another in force; else null.</summary>
    public EncodedChanges? Changes { get; init; }

    /// <summary>What the entry means to each stream; streams to which it means nothing are left out.</summary>
    public IReadOnlyList<Membership> Memberships { get; init; } = [];
}

/// <summary>An article as it is after a batch.</summary>
/// <param name="Record">
/// The new state; its <see cref="ArticleRecord.LastNumber"/> is set by the store to the number of the article's last entry in the batch.
/// </param>
/// <param name="ExpectedLastNumber">The number that it must have before; 0 when it must be new.</param>
/// <param name="FirstPublished">Whether the batch makes it public for the first time: the time is that of the commit.</param>
/// <param name="Advised">Whether the batch sets the advisory: its time is that of the commit.</param>
public sealed record ArticleChange(ArticleRecord Record, long ExpectedLastNumber, bool FirstPublished, bool Advised);

/// <summary>A request id, in its scope.</summary>
public readonly record struct RequestKey(string Principal, string RequestId);

/// <summary>A request that a batch answers.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Fingerprint">SHA-256 over the request without its id.</param>
/// <param name="EntryOrdinal">Which of <see cref="AppendBatch.Entries"/> it made, from 0; -1 when none.</param>
/// <param name="Response">The encoded response, without what only the commit gives.</param>
public sealed record NewRequest(RequestKey Key, byte[] Fingerprint, int EntryOrdinal, byte[] Response);

/// <summary>A request that was answered before.</summary>
/// <param name="Fingerprint">SHA-256 over the request without its id.</param>
/// <param name="Receipt">The entry that it made; default when it made none.</param>
/// <param name="Response">The encoded response, without what only the commit gives.</param>
public sealed record AnsweredRequest(byte[] Fingerprint, AppendReceipt Receipt, byte[] Response);

/// <summary>Where an entry ended up.</summary>
/// <param name="Position">Just after the entry.</param>
/// <param name="UpdateId">The entry's id.</param>
/// <param name="CommitTime">When it was committed.</param>
public readonly record struct AppendReceipt(LogPosition Position, Guid UpdateId, DateTimeOffset CommitTime);

/// <summary>A consumer, in its scope.</summary>
public readonly record struct ConsumerKey(string Principal, string Consumer, string StreamId);

/// <summary>A consumer's place in a stream.</summary>
/// <param name="Key">The consumer.</param>
/// <param name="Cursor">The place: an encoded <see cref="Tokens.Cursor"/>.</param>
/// <param name="Rank">The place's rank among the stream's: larger is later.</param>
/// <param name="Rewind">Whether it may move backwards.</param>
/// <param name="Time">When it was acknowledged, UTC.</param>
public sealed record Acknowledgement(ConsumerKey Key, byte[] Cursor, PlaceRank Rank, bool Rewind, DateTimeOffset Time);

/// <summary>Orders places: a place inside a snapshot counts as on its way to the snapshot's end.</summary>
/// <param name="Number">The entry up to which the log, or the snapshot, goes.</param>
/// <param name="Within">The place inside the snapshot; <see cref="long.MaxValue"/> outside.</param>
public readonly record struct PlaceRank(long Number, long Within)
{
    /// <summary>Negative when this place is earlier, positive when it is later.</summary>
    public int CompareTo(PlaceRank other) => (Number, Within).CompareTo((other.Number, other.Within));
}

/// <summary>What became of a batch.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>It is on disk.</summary>
    /// <param name="FirstNumber">The number of the first entry.</param>
    /// <param name="CommitTime">The time of all its entries.</param>
    /// <param name="Epoch">The log's incarnation, read under the counter's lock: cursors to the entries are stamped with it.</param>
    public sealed record Committed(long FirstNumber, DateTimeOffset CommitTime, int Epoch) : AppendResult
    {
        /// <summary>The entries as <see cref="ILogStore.ReadTailAsync"/> reads them, so that nobody need read them; null: read them.</summary>
        public IReadOnlyList<LogEntry>? Entries { get; init; }
    }

    /// <summary>Another writer was first: nothing was written; read again and decide again.</summary>
    public sealed record Conflict : AppendResult;
}
