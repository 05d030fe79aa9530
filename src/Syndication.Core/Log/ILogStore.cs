using System.Text;
using Syndication.Streams;
using Syndication.Vocabularies;

namespace Syndication.Log;

/// <summary>
/// The update log in a database: one counter row, entries in commit order, an index of each stream's entries. Every node
/// of the service has one over the same database. Any member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface ILogStore
{
    /// <summary>Writes a batch in one transaction: all of it, or nothing.</summary>
    /// <remarks>
    /// The counter row is locked last before the entries are numbered and until the commit, so that numbers become visible
    /// in order: identity columns and sequences give them before the commit, and a reader would pass over the slower one.
    /// </remarks>
    Task<AppendResult> AppendAsync(AppendBatch batch, CancellationToken cancellationToken);

    /// <summary>Reads what decisions are made from.</summary>
    /// <param name="articleIds">The articles to read; unknown ones are missing from the answer.</param>
    /// <param name="requests">The request ids to look up.</param>
    Task<AppendState> ReadStateAsync(IReadOnlyCollection<string> articleIds, IReadOnlyCollection<RequestKey> requests, CancellationToken cancellationToken);

    /// <summary>The end of the log.</summary>
    Task<LogHead> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>All streams.</summary>
    Task<StreamSet> ReadStreamsAsync(CancellationToken cancellationToken);

    /// <summary>All vocabularies, by scheme.</summary>
    /// <param name="concepts">Whether to read their concepts, too.</param>
    Task<IReadOnlyList<StoredVocabulary>> ReadVocabulariesAsync(bool concepts, CancellationToken cancellationToken);

    /// <summary>Reads entries with everything that a node's tail needs, in ascending number.</summary>
    /// <param name="after">Exclusive.</param>
    /// <param name="maxCount">At least 1.</param>
    /// <param name="maxBytes">Stops after the entry whose content passes this.</param>
    Task<IReadOnlyList<LogEntry>> ReadTailAsync(long after, int maxCount, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Reads the entries that mean something to the readers of one stream, in ascending number.</summary>
    Task<LogPage> ReadPageAsync(PageQuery query, CancellationToken cancellationToken);

    /// <summary>The number after which the log must be read to get the last <paramref name="count"/> entries.</summary>
    Task<LogPosition> ReadPositionBeforeLastAsync(int count, CancellationToken cancellationToken);

    /// <summary>The place just before the first entry that was committed at or after a time.</summary>
    Task<LogPosition> ReadPositionAtAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>The id check of an entry; null when there is no such entry, because retention dropped it or the log ends before.</summary>
    Task<uint?> ReadCheckAsync(long number, CancellationToken cancellationToken);

    /// <summary>How many of a stream's updates lie after a number, counted up to <paramref name="limit"/>, and when the first was committed.</summary>
    Task<(int Count, DateTimeOffset? Oldest)> CountAfterAsync(long streamKey, bool held, long after, int limit, CancellationToken cancellationToken);

    /// <summary>A consumer's acknowledged cursor; null when it has none.</summary>
    Task<byte[]?> ReadAcknowledgedAsync(ConsumerKey consumer, CancellationToken cancellationToken);

    /// <summary>The places that all consumers have acknowledged.</summary>
    Task<IReadOnlyList<Acknowledgement>> ListAcknowledgedAsync(CancellationToken cancellationToken);

    /// <summary>The articles whose embargo or time of use has ended by <paramref name="now"/>, and when the next one will.</summary>
    Task<DueArticles> ReadDueAsync(DateTimeOffset now, int maxCount, CancellationToken cancellationToken);

    /// <summary>All entries of an article with their contents, in ascending number.</summary>
    Task<IReadOnlyList<LogEntry>> ReadHistoryAsync(long articleKey, CancellationToken cancellationToken);

    /// <summary>Writes what a search of the archive found for a stream, and how far it has come. Repeating it changes nothing.</summary>
    /// <returns>False when the stream has another filter by now: stop.</returns>
    Task<bool> WriteBackfillAsync(long streamKey, IReadOnlyList<BackfilledEntry> entries, long through, CancellationToken cancellationToken);

    /// <summary>What a stream's index says of some articles, up to and including a number.</summary>
    Task<IReadOnlyDictionary<long, MembershipState>> ReadMembershipAsync(
        long streamKey, IReadOnlyCollection<long> articleKeys, long through, CancellationToken cancellationToken);

    /// <summary>
    /// Drops superseded entries that were committed before <paramref name="cutoff"/>. The latest entry of each article, the
    /// latest that carries it, the latest that means something to each stream, kills and all article versions stay.
    /// </summary>
    /// <returns>How many were dropped; fewer than <paramref name="maxCount"/> means that none is left.</returns>
    Task<int> DropSupersededAsync(DateTimeOffset cutoff, int maxCount, CancellationToken cancellationToken);

    /// <summary>Drops the index of filters that no stream has any more.</summary>
    /// <returns>How many of its entries were dropped; fewer than <paramref name="maxCount"/> means that none is left.</returns>
    Task<int> DropRetiredAsync(int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a new incarnation of the log at its end: with an entry of its own (<see cref="EntryKind.EpochBegun"/>), numbered
    /// under the counter's lock like any other, so that a place tells for certain to which incarnation it belongs.
    /// </summary>
    Task<LogHead> BeginEpochAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The keys under which cursors and page tokens are sealed, oldest first.</summary>
    Task<IReadOnlyList<TokenKey>> ReadTokenKeysAsync(CancellationToken cancellationToken);

    /// <summary>Adds a key.</summary>
    Task AddTokenKeyAsync(TokenKey key, CancellationToken cancellationToken);
}

/// <summary>The end of the log.</summary>
/// <param name="Position">After the last entry.</param>
/// <param name="Epoch">Counts the log's incarnations, from 1. Read in one state of the database with the rest.</param>
/// <param name="EpochId">Names this incarnation: random.</param>
/// <param name="Dropped">What retention has dropped.</param>
/// <param name="Forks">Where each earlier incarnation ended, by its count.</param>
public sealed record LogHead(LogPosition Position, int Epoch, Guid EpochId, DroppedEntries Dropped, IReadOnlyDictionary<int, long> Forks);

/// <summary>What decisions are made from.</summary>
/// <param name="Articles">The articles, by id.</param>
/// <param name="Memberships">What the index says of them, by article key and stream key.</param>
/// <param name="Requests">The requests that were answered before.</param>
/// <param name="StreamsNumber">The number of the last stream change.</param>
public sealed record AppendState(
    IReadOnlyDictionary<string, ArticleRecord> Articles,
    IReadOnlyDictionary<(long ArticleKey, long StreamKey), MembershipState> Memberships,
    IReadOnlyDictionary<RequestKey, AnsweredRequest> Requests,
    long StreamsNumber);

/// <summary>Asks for a page of a stream.</summary>
/// <param name="StreamKey">The stream in its filter's revision.</param>
/// <param name="Held">Whether the reader may see held articles.</param>
/// <param name="After">Exclusive.</param>
/// <param name="Through">Inclusive; <see cref="long.MaxValue"/> for the end of the log.</param>
/// <param name="Compacted">Only the latest entry of each article that the stream holds as of <paramref name="Through"/>, and kills.</param>
/// <param name="MaxCount">How many entries at most.</param>
/// <param name="MaxBytes">Stops after the update that passes this.</param>
/// <param name="Encoder">Makes the updates.</param>
public sealed record PageQuery(
    long StreamKey, bool Held, long After, long Through, bool Compacted, int MaxCount, long MaxBytes, EntryEncoder Encoder);

/// <summary>Encodes an entry from where the store has it: a replay that copied it first would take twice the memory and a third more time.</summary>
/// <param name="entry">As the page's readers are told of it; lives until the encoder returns.</param>
/// <param name="buffer">Where the update's memory is taken from.</param>
public delegate ReadOnlyMemory<byte> EntryEncoder(in EntryBytes entry, PageBuffer buffer);

/// <summary>An entry of a page, encoded.</summary>
/// <param name="Position">The place just after it.</param>
/// <param name="CommitTime">When it was committed, UTC.</param>
/// <param name="Withdrawn">The id of the article that it kills; null in other entries.</param>
/// <param name="Bytes">What the query's encoder made of it.</param>
public readonly record struct PageUpdate(LogPosition Position, DateTimeOffset CommitTime, string? Withdrawn, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Encodes an entry.</summary>
    public static PageUpdate Of(in EntryBytes entry, EntryEncoder encoder, PageBuffer buffer) => new(
        new LogPosition(entry.Number, LogPosition.CheckOf(entry.UpdateId)),
        entry.CommitTime,
        entry.Kind == EntryKind.Withdrawn ? Encoding.UTF8.GetString(entry.ArticleId) : null,
        encoder(entry, buffer));
}

/// <summary>A page of a stream.</summary>
/// <param name="Updates">What was found.</param>
/// <param name="ReadThrough">Up to where the stream was searched, which advances even when nothing matched.</param>
/// <param name="Dropped">What retention had dropped when the page was read.</param>
/// <param name="IsEnd">Whether there was nothing more to read; a stream whose archive is still searched ends where the search has come.</param>
/// <param name="Epoch">The log's incarnation, read in the same state of the database: cursors into the page are stamped with it.</param>
public sealed record LogPage(IReadOnlyList<PageUpdate> Updates, LogPosition ReadThrough, DroppedEntries Dropped, bool IsEnd, int Epoch)
{
    /// <summary>When the first entry after the page was committed, UTC, where the store has seen it; null where it has not, or there is none.</summary>
    public DateTimeOffset? NextCommitTime { get; init; }

    /// <summary>The memory of the updates; null where there are none.</summary>
    public PageBuffer? Buffer { get; init; }
}

/// <summary>What retention has dropped.</summary>
/// <param name="Floor">The highest number; 0 when none.</param>
/// <param name="Sweeps">How often it has dropped something.</param>
public readonly record struct DroppedEntries(long Floor, long Sweeps);

/// <summary>Articles for which the clock has something to say.</summary>
/// <param name="Embargoes">Ids of articles whose embargo has ended.</param>
/// <param name="Expiries">Ids of articles whose time of use has ended.</param>
/// <param name="Next">When the next embargo or time of use ends; null when none is set.</param>
public sealed record DueArticles(IReadOnlyList<string> Embargoes, IReadOnlyList<string> Expiries, DateTimeOffset? Next);

/// <summary>An entry that a search of the archive found for a stream.</summary>
public readonly record struct BackfilledEntry(long Number, long ArticleKey, MembershipAction Open, MembershipAction Held);

/// <summary>A key for cursors and page tokens.</summary>
/// <param name="KeyId">Names it inside a token.</param>
/// <param name="Secret">32 random bytes.</param>
/// <param name="CreateTime">When it was made, UTC.</param>
public sealed record TokenKey(int KeyId, byte[] Secret, DateTimeOffset CreateTime);

/// <summary>The database cannot be reached or does not answer. Whether a write took effect is not known.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
