using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.Log;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Sqlite;

public sealed partial class SqliteLogStore
{
    /// <summary>What an entry is read with; entries have the alias <c>e</c>. The order is <see cref="ReadEntry"/>'s.</summary>
    private const string EntryColumns =
        """
        e.number, e.kind, e.update_id, e.commit_time_us, e.version, e.public_version, e.is_public, e.status, e.advisory, e.memberships,
        c.version, c.change, c.version_time_us, c.head, c.body, c.desk,
        p.version, p.change, p.version_time_us, p.head, p.body, p.desk,
        a.article_key, a.article_id, a.latest_version, a.lifted_version, a.public_version, a.withheld, a.withdrawn, a.expired,
        a.embargo_time_us, a.expire_time_us, a.held_expire_time_us, a.first_published_time_us, a.advisory, a.internal_reason,
        a.advisory_time_us, a.last_number, e.changes
        """;

    /// <summary>
    /// What an update of a page is made of, as readers with or without access to held articles are told of it. The order is
    /// <see cref="EncodeEntry"/>'s; blankings are those of <see cref="Blankings"/>. An entry without its article's id was written by a
    /// process of an earlier version that ran on beside this one.
    /// </summary>
    private const string UpdateColumns =
        """
        e.number, e.kind, e.update_id, e.commit_time_us, CASE WHEN @Held THEN e.version ELSE e.public_version END, e.status, e.advisory,
        e.changes, e.memberships, coalesce(e.article_id, (SELECT a.article_id FROM articles a WHERE a.article_key = e.article_key)),
        b.withheld + 2 * b.withdrawn + 4 * b.expired,
        CASE WHEN e.article_id IS NULL
            THEN (SELECT a.first_published_time_us FROM articles a WHERE a.article_key = e.article_key) ELSE e.first_published_time_us END,
        c.change, c.version_time_us, c.head, c.body, c.desk
        """;

    private const int ActionOrdinal = 17;

    /// <summary>Of the articles those alone that are blanked: they lie together, where to look each one up costs a page of the file.</summary>
    private const string UpdateJoins =
        """
        LEFT JOIN articles b INDEXED BY articles_blanked
            ON b.article_key = e.article_key AND b.withheld + b.withdrawn + b.expired > 0
        LEFT JOIN article_versions c ON c.number = CASE WHEN @Held THEN e.content_number ELSE e.public_content_number END
        """;

    private const int ContentOrdinal = 10;
    private const int PublicContentOrdinal = 16;

    private const string EntryJoins =
        """
        LEFT JOIN articles a ON a.article_key = e.article_key
        LEFT JOIN article_versions c ON c.number = e.content_number
        LEFT JOIN article_versions p ON p.number = nullif(e.public_content_number, e.content_number)
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> ReadTailAsync(long after, int maxCount, long maxBytes, CancellationToken cancellationToken)
    {
        const string Read = $"SELECT {EntryColumns} FROM log_entries e {EntryJoins} WHERE e.number > @after ORDER BY e.number LIMIT @maxCount";
        return Task.FromResult<IReadOnlyList<LogEntry>>(database.Read(connection =>
        {
            using var rows = connection.Select(Read, after, maxCount);
            return ReadEntries(rows, maxBytes);
        }));
    }

    /// <inheritdoc/>
    public Task<LogPage> ReadPageAsync(PageQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => ReadPage(connection, query)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> ReadHistoryAsync(long articleKey, CancellationToken cancellationToken)
    {
        const string Read = $"SELECT {EntryColumns} FROM log_entries e {EntryJoins} WHERE e.article_key = @articleKey ORDER BY e.number";
        return Task.FromResult<IReadOnlyList<LogEntry>>(database.Read(connection =>
        {
            using var rows = connection.Select(Read, articleKey);
            return ReadEntries(rows, long.MaxValue);
        }));
    }

    /// <inheritdoc/>
    public Task<LogPosition> ReadPositionBeforeLastAsync(int count, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT number, update_id FROM log_entries WHERE number <= (SELECT head FROM log_state WHERE id = 1) - @count
            ORDER BY number DESC LIMIT 1
            """;
        return Task.FromResult(database.Read(connection => ReadPosition(connection, Read, new { count })));
    }

    /// <inheritdoc/>
    public Task<LogPosition> ReadPositionAtAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        const string Probe = "SELECT commit_time_us FROM log_entries WHERE number >= @number ORDER BY number LIMIT 1";
        const string Head = "SELECT head FROM log_state WHERE id = 1";
        const string Last = "SELECT number, update_id FROM log_entries WHERE number <= @number ORDER BY number DESC LIMIT 1";
        return Task.FromResult(database.Read(connection =>
        {
            // Times never decrease along the log, so it is searched by halves: some 20 look-ups in a million entries, and
            // no index for every publish to write.
            var wanted = LogTime.ToMicroseconds(time);
            var before = 0L;
            var after = connection.ExecuteScalar<long>(Head) + 1;
            while (after - before > 1)
            {
                var middle = before + ((after - before) / 2);
                var found = connection.ExecuteScalar<long?>(Probe, new { number = middle });
                (before, after) = found is { } commitTime && commitTime < wanted ? (middle, after) : (before, middle);
            }

            return ReadPosition(connection, Last, new { number = before }) with { Number = before };
        }));
    }

    /// <inheritdoc/>
    public Task<uint?> ReadCheckAsync(long number, CancellationToken cancellationToken)
    {
        const string Read = "SELECT number, update_id FROM log_entries WHERE number = @number";
        return Task.FromResult(database.Read(connection =>
        {
            var position = ReadPosition(connection, Read, new { number });
            return position.Number == 0 ? (uint?)null : position.Check;
        }));
    }

    /// <inheritdoc/>
    public Task<(int Count, DateTimeOffset? Oldest)> CountAfterAsync(
        long streamKey, bool held, long after, int limit, CancellationToken cancellationToken)
    {
        const string CountAll =
            """
            SELECT count(*), min(number) FROM (
                SELECT number FROM log_entries WHERE number > @after AND kind < 100 AND (is_public = 1 OR @held) ORDER BY number LIMIT @limit)
            """;
        const string CountStream =
            """
            SELECT count(*), min(number) FROM (
                SELECT number FROM stream_entries
                WHERE stream_key = @streamKey AND number > @after AND CASE WHEN @held THEN held ELSE open END <> 0
                ORDER BY number LIMIT @limit)
            """;
        const string TimeOf = "SELECT commit_time_us FROM log_entries WHERE number = @number";
        return Task.FromResult(database.Read(connection =>
        {
            using var rows = streamKey == 0
                ? connection.Select(CountAll, after, held, limit)
                : connection.Select(CountStream, streamKey, after, held, limit);
            rows.Read();
            var count = (int)rows.Number(0);
            return (count, count > 0 ? LogTime.FromMicroseconds(connection.Number(TimeOf, rows.Number(1))) : (DateTimeOffset?)null);
        }));
    }

    private static LogPage ReadPage(StoreConnection connection, PageQuery query)
    {
        const string ReadState = "SELECT head, head_check, floor, sweeps, epoch FROM log_state WHERE id = 1";
        const string ReadSearched = "SELECT backfilled_through FROM stream_filters WHERE stream_key = @StreamKey";
        const string ReadCheck = "SELECT number, update_id FROM log_entries WHERE number = @number";
        const string Action = "CASE WHEN @Held THEN s.held ELSE s.open END";
        const string ReadAll =
            $"""
            SELECT {UpdateColumns} FROM log_entries e {UpdateJoins}
            WHERE e.number > @After AND e.number <= @through AND e.kind < 100 AND (e.is_public = 1 OR @Held)
            ORDER BY e.number LIMIT @MaxCount
            """;
        const string ReadStream =
            $"""
            SELECT {UpdateColumns}, {Action} FROM stream_entries s CROSS JOIN log_entries e ON e.number = s.number {UpdateJoins}
            WHERE s.stream_key = @StreamKey AND s.number > @After AND s.number <= @through AND {Action} <> 0
            ORDER BY s.number LIMIT @MaxCount
            """;
        const string ReadAllCompacted =
            $"""
            SELECT {UpdateColumns} FROM log_entries e {UpdateJoins}
            WHERE e.number > @After AND e.number <= @through AND e.kind < 100 AND (e.is_public = 1 OR @Held)
                AND NOT EXISTS (
                    SELECT 1 FROM log_entries l
                    WHERE l.article_key = e.article_key AND l.number > e.number AND l.number <= @through AND (l.is_public = 1 OR @Held))
            ORDER BY e.number LIMIT @MaxCount
            """;
        const string ReadStreamCompacted =
            $"""
            SELECT {UpdateColumns}, {Action} FROM stream_entries s CROSS JOIN log_entries e ON e.number = s.number {UpdateJoins}
            WHERE s.stream_key = @StreamKey AND s.number > @After AND s.number <= @through AND {Action} = 1
                AND NOT EXISTS (
                    SELECT 1 FROM stream_entries l
                    WHERE l.article_key = s.article_key AND l.stream_key = @StreamKey AND l.number > s.number AND l.number <= @through
                        AND CASE WHEN @Held THEN l.held ELSE l.open END <> 0)
            ORDER BY s.number LIMIT @MaxCount
            """;
        LogPosition head;
        DroppedEntries dropped;
        int epoch;
        using (var state = connection.Select(ReadState))
        {
            state.Read();
            head = new LogPosition(state.Number(0), (uint)state.Number(1));
            dropped = new DroppedEntries(state.Number(2), state.Number(3));
            epoch = (int)state.Number(4);
        }

        var through = Math.Min(query.Through, head.Number);
        if (query.StreamKey != 0 && query.After < query.StreamKey)
        {
            // While the archive is searched for a new filter, what lies behind the search is complete, and nothing else is.
            var searched = connection.ExecuteScalar<long>(ReadSearched, query);
            through = searched < query.StreamKey ? Math.Min(through, searched) : through;
        }

        if (through <= query.After)
        {
            return new LogPage([], new LogPosition(query.After, 0), dropped, IsEnd: true, epoch);
        }

        var sql = (query.StreamKey == 0, query.Compacted) switch
        {
            (true, false) => ReadAll,
            (true, true) => ReadAllCompacted,
            (false, false) => ReadStream,
            (false, true) => ReadStreamCompacted,
        };
        using var rows = query.StreamKey == 0
            ? connection.Select(sql, query.Held, query.After, through, query.MaxCount + 1)
            : connection.Select(sql, query.Held, query.StreamKey, query.After, through, query.MaxCount + 1);
        var buffer = new PageBuffer();
        var (updates, next) = EncodeEntries(rows, query, buffer);
        if (next is not null)
        {
            return new LogPage(updates, updates[^1].Position, dropped, IsEnd: false, epoch) { Buffer = buffer, NextCommitTime = next };
        }

        var end = through == head.Number
            ? head
            : ReadPosition(connection, ReadCheck, new { number = through }) with { Number = through };
        return new LogPage(updates, end, dropped, IsEnd: true, epoch) { Buffer = buffer };
    }

    /// <summary>Encodes entries out of the database's memory until there are enough, and looks at the one behind.</summary>
    private static (List<PageUpdate> Updates, DateTimeOffset? Next) EncodeEntries(SqlRows rows, PageQuery query, PageBuffer buffer)
    {
        var updates = new List<PageUpdate>();
        var bytes = 0L;
        while (rows.Read())
        {
            var commitTime = LogTime.FromMicroseconds(rows.Number(3));
            if (updates.Count == query.MaxCount || bytes > query.MaxBytes)
            {
                return (updates, commitTime);
            }

            var update = EncodeEntry(rows, query, commitTime, buffer);
            updates.Add(update);
            bytes += update.Bytes.Length;
        }

        return (updates, null);
    }

    private static PageUpdate EncodeEntry(SqlRows row, PageQuery query, DateTimeOffset commitTime, PageBuffer buffer)
    {
        var isAll = query.StreamKey == StreamDefinition.AllKey;
        var version = (int)row.Number(4);
        var entry = new EntryBytes
        {
            Number = row.Number(0),
            Kind = (EntryKind)row.Number(1),
            UpdateId = new Guid(row.Bytes(2), bigEndian: true),
            CommitTime = commitTime,
            Version = version,
            Status = (ArticleStatus)row.Number(5),
            Advisory = row.Bytes(6),
            Changes = ChangesBytes.Of(row.Bytes(7)),
            Action = isAll ? MembershipAction.Deliver : (MembershipAction)row.Number(ActionOrdinal),
            Continues = isAll || Membership.Continues(row.Bytes(8), query.StreamKey, query.Held),
            ArticleId = row.Bytes(9),
            Blankings = (Blankings)(row.OptionalNumber(10) ?? 0),
            FirstPublishedTime = row.OptionalNumber(11) is { } time ? LogTime.FromMicroseconds(time) : null,
            Content = row.IsNull(12)
                ? default
                : new ArticleBytes(
                    version, (ChangeType)row.Number(12), LogTime.FromMicroseconds(row.Number(13)), row.Bytes(14), row.Bytes(15), row.Bytes(16)),
        };
        return PageUpdate.Of(entry, query.Encoder, buffer);
    }

    /// <summary>Reads entries until the bytes of their contents pass a bound.</summary>
    private static List<LogEntry> ReadEntries(SqlRows rows, long maxBytes)
    {
        var entries = new List<LogEntry>();
        var bytes = 0L;
        while (rows.Read())
        {
            var entry = ReadEntry(rows);
            entries.Add(entry);
            bytes += SizeOf(entry.Content) + (entry.Changes?.Length ?? 0) + (ReferenceEquals(entry.Content, entry.PublicContent) ? 0 : SizeOf(entry.PublicContent));
            if (bytes > maxBytes)
            {
                break;
            }
        }

        return entries;
    }

    private static long SizeOf(EncodedArticle? content) =>
        content is null ? 0 : content.Head.Length + content.Body.Length + content.Desk.Length;

    private static LogEntry ReadEntry(SqlRows row)
    {
        var content = ReadContent(row, ContentOrdinal);
        var publicVersion = (int)row.Number(5);
        return new LogEntry
        {
            Number = row.Number(0),
            Kind = (EntryKind)row.Number(1),
            UpdateId = new Guid(row.Bytes(2), bigEndian: true),
            CommitTime = LogTime.FromMicroseconds(row.Number(3)),
            Version = (int)row.Number(4),
            PublicVersion = publicVersion,
            IsPublic = row.Number(6) != 0,
            Status = (ArticleStatus)row.Number(7),
            Advisory = row.Text(8),
            Memberships = Membership.Unpack(row.Bytes(9)),
            Changes = row.IsNull(38) ? null : EncodedChanges.Unpack(row.Bytes(38)),
            Content = content,
            PublicContent = content is not null && content.Version == publicVersion ? content : ReadContent(row, PublicContentOrdinal),
            Article = row.IsNull(22) ? null : ArticleRow.Read(row, 22),
        };
    }

    private static EncodedArticle? ReadContent(SqlRows row, int first) => row.IsNull(first)
        ? null
        : new EncodedArticle(
            (int)row.Number(first),
            (ChangeType)row.Number(first + 1),
            LogTime.FromMicroseconds(row.Number(first + 2)),
            Copy(row.Bytes(first + 3)),
            Copy(row.Bytes(first + 4)),
            Copy(row.Bytes(first + 5)));

    private static byte[] Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return [];
        }

        // Overwritten at once: to clear it first would take as long as the copy.
        var copy = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>Reads a number and an update id.</summary>
    /// <returns><see cref="LogPosition.Start"/> when there is no row.</returns>
    private static LogPosition ReadPosition(SqliteConnection connection, string sql, object parameters)
    {
        using var reader = (DbDataReader)connection.ExecuteReader(sql, parameters);
        return reader.Read()
            ? new LogPosition(reader.GetInt64(0), LogPosition.CheckOf(new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true)))
            : LogPosition.Start;
    }
}
