using System.Data.Common;
using System.Text;
using Microsoft.Data.SqlClient;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.Log;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.SqlServer;

public sealed partial class SqlServerLogStore
{
    // Under READ COMMITTED, each statement of a batch sees a state of its own. So every read of the log takes the head first and
    // reads up to it: what is committed by then is seen, with row versioning or without, and nothing that is still open. What
    // retention has dropped is read last: a page cannot have missed an entry of whose loss it does not tell.

    /// <summary>What an entry is read with; entries have the alias <c>e</c>. The order is <see cref="ReadEntry"/>'s.</summary>
    private const string EntryColumns =
        $"""
        e.number, e.kind, e.update_id, e.commit_time_us, e.version, e.public_version, e.is_public, e.status, e.advisory, e.memberships,
        v.version, v.change, v.version_time_us, v.head, v.body, v.desk,
        p.version, p.change, p.version_time_us, p.head, p.body, p.desk,
        {ArticleRow.Columns}, e.changes
        """;

    private const string EntryJoins =
        """
        LEFT JOIN dbo.articles AS a ON a.article_key = e.article_key
        LEFT JOIN dbo.article_versions AS v ON v.number = e.content_number
        LEFT JOIN dbo.article_versions AS p ON p.number = e.public_content_number AND p.number <> e.content_number
        """;

    /// <summary>
    /// What an update of a page is made of, as readers with or without access to held articles are told of it. The order is
    /// <see cref="EncodeEntry"/>'s.
    /// </summary>
    private const string UpdateColumns =
        """
        e.number, e.kind, e.update_id, e.commit_time_us, CASE WHEN @held = 1 THEN e.version ELSE e.public_version END AS version_in_force,
        e.status, e.advisory, e.changes, e.memberships, a.article_id, a.withheld, a.withdrawn, a.expired, a.first_published_time_us,
        v.change, v.version_time_us, v.head, v.body, v.desk
        """;

    private const int ActionOrdinal = 19;

    private const string UpdateJoins =
        """
        JOIN dbo.articles AS a ON a.article_key = e.article_key
        LEFT JOIN dbo.article_versions AS v ON v.number = CASE WHEN @held = 1 THEN e.content_number ELSE e.public_content_number END
        """;

    private const int ContentOrdinal = 10;
    private const int PublicContentOrdinal = ContentOrdinal + ArticleRow.ContentCount;
    private const int ArticleOrdinal = PublicContentOrdinal + ArticleRow.ContentCount;
    private const int ChangesOrdinal = ArticleOrdinal + ArticleRow.Count;

    /// <summary>Keeps of the numbers in a page those up to the one with which the contents pass the bound.</summary>
    private const string CutPage =
        """
        SET @found = @@ROWCOUNT;
        DELETE p FROM @page AS p JOIN (
            SELECT q.number, SUM(CAST(q.content_bytes AS bigint)) OVER (ORDER BY q.number ROWS UNBOUNDED PRECEDING) - q.content_bytes AS bytes_before
            FROM @page AS q) AS b ON b.number = p.number
        WHERE b.bytes_before > @maxBytes;
        """;

    private const string DeclarePage =
        """
        SET NOCOUNT ON;
        DECLARE @page TABLE (number bigint NOT NULL PRIMARY KEY, content_bytes int NOT NULL);
        DECLARE @found int, @head bigint, @headCheck bigint, @throughId uniqueidentifier, @epoch int;
        SELECT @head = s.head, @headCheck = s.head_check, @epoch = s.epoch FROM dbo.log_state AS s WHERE s.id = 1;
        """;

    private const string DeclareStreamPage =
        $"""
        {DeclarePage}
        DECLARE @through bigint = CASE WHEN @last < @head THEN @last ELSE @head END;
        """;

    private const string SelectEnd =
        """
        SELECT @throughId = e.update_id FROM dbo.log_entries AS e WHERE e.number = @through;
        SELECT @found AS found, @through AS through_number, @head AS head, @headCheck AS head_check, s.floor_number, s.sweeps,
            @throughId AS through_id, @epoch AS epoch
        FROM dbo.log_state AS s WHERE s.id = 1;
        """;

    private const string SelectStreamPage =
        $"""
        SELECT {UpdateColumns}, CASE WHEN @held = 1 THEN s.held_action ELSE s.open_action END AS action
        FROM @page AS g JOIN dbo.log_entries AS e ON e.number = g.number
        JOIN dbo.stream_entries AS s ON s.stream_key = @streamKey AND s.number = g.number
        {UpdateJoins}
        ORDER BY g.number;
        """;

    private const string SelectPage =
        $"""
        SELECT {UpdateColumns}
        FROM @page AS g JOIN dbo.log_entries AS e ON e.number = g.number
        {UpdateJoins}
        ORDER BY g.number;
        """;

    // While the archive is searched for a new filter, what lies behind the search is complete, and nothing else is.
    private const string LimitToSearched =
        """
        SELECT @through = CASE WHEN f.backfilled_through < @through THEN f.backfilled_through ELSE @through END
        FROM dbo.stream_filters AS f
        WHERE f.stream_key = @streamKey AND @after < @streamKey AND f.backfilled_through < @streamKey;
        """;

    private static readonly Statement Tail = new(
        $"""
        {DeclarePage}
        INSERT INTO @page (number, content_bytes)
        SELECT TOP (@maxCount) e.number, e.content_bytes FROM dbo.log_entries AS e
        WHERE e.number > @after AND e.number <= @head ORDER BY e.number;
        {CutPage}
        SELECT {EntryColumns}
        FROM @page AS g JOIN dbo.log_entries AS e ON e.number = g.number
        {EntryJoins}
        ORDER BY g.number;
        """,
        Parameter.BigInt("after"), Parameter.Int("maxCount"), Parameter.BigInt("maxBytes"));

    private static readonly Statement History = new(
        $"""
        SELECT {EntryColumns} FROM dbo.log_entries AS e {EntryJoins} WHERE e.article_key = @articleKey ORDER BY e.number;
        """,
        Parameter.BigInt("articleKey"));

    private static readonly Statement PageOfAll = new(
        $"""
        {DeclareStreamPage}
        INSERT INTO @page (number, content_bytes)
        SELECT TOP (@maxCount) e.number, e.content_bytes FROM dbo.log_entries AS e
        WHERE e.number > @after AND e.number <= @through AND e.kind < 100 AND (e.is_public = 1 OR @held = 1) ORDER BY e.number;
        {CutPage}
        {SelectPage}
        {SelectEnd}
        """,
        Parameter.BigInt("after"), Parameter.BigInt("last"), Parameter.Bit("held"), Parameter.Int("maxCount"), Parameter.BigInt("maxBytes"));

    private static readonly Statement CompactedPageOfAll = new(
        $"""
        {DeclareStreamPage}
        INSERT INTO @page (number, content_bytes)
        SELECT TOP (@maxCount) e.number, e.content_bytes FROM dbo.log_entries AS e
        WHERE e.number > @after AND e.number <= @through AND e.kind < 100 AND (e.is_public = 1 OR @held = 1)
            AND NOT EXISTS (
                SELECT 1 FROM dbo.log_entries AS l
                WHERE l.article_key = e.article_key AND l.number > e.number AND l.number <= @through AND (l.is_public = 1 OR @held = 1))
        ORDER BY e.number;
        {CutPage}
        {SelectPage}
        {SelectEnd}
        """,
        Parameter.BigInt("after"), Parameter.BigInt("last"), Parameter.Bit("held"), Parameter.Int("maxCount"), Parameter.BigInt("maxBytes"));

    private static readonly Statement PageOfStream = new(
        $"""
        {DeclareStreamPage}
        {LimitToSearched}
        INSERT INTO @page (number, content_bytes)
        SELECT TOP (@maxCount) s.number, e.content_bytes
        FROM dbo.stream_entries AS s JOIN dbo.log_entries AS e ON e.number = s.number
        WHERE s.stream_key = @streamKey AND s.number > @after AND s.number <= @through
            AND CASE WHEN @held = 1 THEN s.held_action ELSE s.open_action END <> 0
        ORDER BY s.number;
        {CutPage}
        {SelectStreamPage}
        {SelectEnd}
        """,
        Parameter.BigInt("streamKey"), Parameter.BigInt("after"), Parameter.BigInt("last"), Parameter.Bit("held"), Parameter.Int("maxCount"),
        Parameter.BigInt("maxBytes"));

    private static readonly Statement CompactedPageOfStream = new(
        $"""
        {DeclareStreamPage}
        {LimitToSearched}
        INSERT INTO @page (number, content_bytes)
        SELECT TOP (@maxCount) s.number, e.content_bytes
        FROM dbo.stream_entries AS s JOIN dbo.log_entries AS e ON e.number = s.number
        WHERE s.stream_key = @streamKey AND s.number > @after AND s.number <= @through
            AND CASE WHEN @held = 1 THEN s.held_action ELSE s.open_action END = 1
            AND NOT EXISTS (
                SELECT 1 FROM dbo.stream_entries AS l
                WHERE l.article_key = s.article_key AND l.stream_key = @streamKey AND l.number > s.number AND l.number <= @through
                    AND CASE WHEN @held = 1 THEN l.held_action ELSE l.open_action END <> 0)
        ORDER BY s.number;
        {CutPage}
        {SelectStreamPage}
        {SelectEnd}
        """,
        Parameter.BigInt("streamKey"), Parameter.BigInt("after"), Parameter.BigInt("last"), Parameter.Bit("held"), Parameter.Int("maxCount"),
        Parameter.BigInt("maxBytes"));

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> ReadTailAsync(long after, int maxCount, long maxBytes, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LogEntry>>(Tail, ReadEntries, cancellationToken, after, maxCount, maxBytes);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> ReadHistoryAsync(long articleKey, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LogEntry>>(History, ReadEntries, cancellationToken, articleKey);

    /// <inheritdoc/>
    public Task<LogPage> ReadPageAsync(PageQuery query, CancellationToken cancellationToken)
    {
        var statement = (query.StreamKey == 0, query.Compacted) switch
        {
            (true, false) => PageOfAll,
            (true, true) => CompactedPageOfAll,
            (false, false) => PageOfStream,
            (false, true) => CompactedPageOfStream,
        };
        object?[] values = [query.After, query.Through, query.Held, query.MaxCount, query.MaxBytes];
        return database.ReadAsync(
            statement, reader => ReadPage(reader, query), cancellationToken, query.StreamKey == 0 ? values : [query.StreamKey, .. values]);
    }

    private LogPage ReadPage(SqlDataReader reader, PageQuery query)
    {
        var (updates, buffer) = (new List<PageUpdate>(), new PageBuffer());
        while (reader.Read())
        {
            updates.Add(EncodeEntry(reader, query, buffer));
        }

        reader.NextResult();
        reader.Read();
        var found = reader.GetInt32(0);
        var through = reader.GetInt64(1);
        var head = new LogPosition(reader.GetInt64(2), (uint)reader.GetInt64(3));
        var dropped = new DroppedEntries(reader.GetInt64(4), reader.GetInt64(5));
        var epoch = reader.GetInt32(7);
        Know(head.Number);
        if (through <= query.After)
        {
            return new LogPage([], new LogPosition(query.After, 0), dropped, IsEnd: true, epoch);
        }

        // The numbers that were found, not the updates that are left: retention may have dropped some between the two.
        if (updates.Count < found || found == query.MaxCount)
        {
            var last = updates.Count > 0 ? updates[^1].Position : new LogPosition(query.After, 0);
            return new LogPage(updates, last, dropped, IsEnd: false, epoch) { Buffer = buffer };
        }

        var check = reader.IsDBNull(6) ? 0 : LogPosition.CheckOf(reader.GetGuid(6));
        var end = through == head.Number ? head : new LogPosition(through, check);
        return new LogPage(updates, end, dropped, IsEnd: true, epoch) { Buffer = buffer };
    }

    private static PageUpdate EncodeEntry(DbDataReader row, PageQuery query, PageBuffer buffer)
    {
        var isAll = query.StreamKey == StreamDefinition.AllKey;
        var version = row.GetInt32(4);
        var entry = new EntryBytes
        {
            Number = row.GetInt64(0),
            Kind = (EntryKind)row.GetByte(1),
            UpdateId = row.GetGuid(2),
            CommitTime = LogTime.FromMicroseconds(row.GetInt64(3)),
            Version = version,
            Status = (ArticleStatus)row.GetByte(5),
            Advisory = Encoding.UTF8.GetBytes(row.GetString(6)),
            Changes = row.IsDBNull(7) ? default : ChangesBytes.Of(row.GetFieldValue<byte[]>(7)),
            Action = isAll ? MembershipAction.Deliver : (MembershipAction)row.GetByte(ActionOrdinal),
            Continues = isAll || Membership.Continues(row.GetFieldValue<byte[]>(8), query.StreamKey, query.Held),
            ArticleId = Encoding.UTF8.GetBytes(row.GetString(9)),
            Blankings = (row.GetBoolean(10) ? Blankings.Withheld : 0) | (row.GetBoolean(11) ? Blankings.Withdrawn : 0) | (row.GetBoolean(12) ? Blankings.Expired : 0),
            FirstPublishedTime = row.IsDBNull(13) ? null : LogTime.FromMicroseconds(row.GetInt64(13)),
            Content = row.IsDBNull(14)
                ? default
                : new ArticleBytes(
                    version,
                    (ChangeType)row.GetByte(14),
                    LogTime.FromMicroseconds(row.GetInt64(15)),
                    row.GetFieldValue<byte[]>(16),
                    row.GetFieldValue<byte[]>(17),
                    row.GetFieldValue<byte[]>(18)),
        };
        return PageUpdate.Of(entry, query.Encoder, buffer);
    }

    private static List<LogEntry> ReadEntries(SqlDataReader reader)
    {
        var entries = new List<LogEntry>();
        while (reader.Read())
        {
            entries.Add(ReadEntry(reader));
        }

        return entries;
    }

    private static LogEntry ReadEntry(DbDataReader reader)
    {
        var content = ReadContent(reader, ContentOrdinal);
        var publicVersion = reader.GetInt32(5);
        return new LogEntry
        {
            Number = reader.GetInt64(0),
            Kind = (EntryKind)reader.GetByte(1),
            UpdateId = reader.GetGuid(2),
            CommitTime = LogTime.FromMicroseconds(reader.GetInt64(3)),
            Version = reader.GetInt32(4),
            PublicVersion = publicVersion,
            IsPublic = reader.GetBoolean(6),
            Status = (ArticleStatus)reader.GetByte(7),
            Advisory = reader.GetString(8),
            Memberships = Membership.Unpack(reader.GetFieldValue<byte[]>(9)),
            Changes = reader.IsDBNull(ChangesOrdinal) ? null : EncodedChanges.Unpack(reader.GetFieldValue<byte[]>(ChangesOrdinal)),
            Content = content,
            PublicContent = content is not null && content.Version == publicVersion ? content : ReadContent(reader, PublicContentOrdinal),
            Article = reader.IsDBNull(ArticleOrdinal) ? null : ArticleRow.Read(reader, ArticleOrdinal),
        };
    }

    private static EncodedArticle? ReadContent(DbDataReader reader, int first) => reader.IsDBNull(first) ? null : ArticleRow.ReadContent(reader, first);
}
