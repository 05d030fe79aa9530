using System.Globalization;
using Dapper;
using Syndication.Log;
using Syndication.Streams;

namespace Syndication.SqlServer;

public sealed partial class SqlServerLogStore
{
    internal static readonly string Withdrawn = ((int)EntryKind.Withdrawn).ToString(CultureInfo.InvariantCulture);

    internal static readonly string Carrying = string.Join(", ", Enum.GetValues<EntryKind>().Where(LogEntry.Carries).Select(kind => (int)kind));

    // What of the index says who was sent an article stays, in a few bytes: receipts depend on it. Two sweeps at once may keep
    // the same; the second then fails with a duplicate key, and is tried again.
    private static readonly string KeepMemberships =
        $"""
        INSERT INTO dbo.dropped_memberships (article_key, stream_key, number, commit_time_us, is_open, is_held)
        SELECT s.article_key, s.stream_key, s.number, e.commit_time_us,
            CASE WHEN s.open_action = 1 THEN 1 ELSE 0 END, CASE WHEN s.held_action = 1 THEN 1 ELSE 0 END
        FROM @rows AS r JOIN dbo.log_entries AS e ON e.number = r.number
        JOIN dbo.stream_entries AS s ON s.article_key = e.article_key AND s.number = e.number
        WHERE e.kind IN ({Carrying}) AND (s.open_action = 1 OR s.held_action = 1) AND NOT EXISTS (
            SELECT 1 FROM dbo.dropped_memberships AS m
            WHERE m.article_key = s.article_key AND m.stream_key = s.stream_key AND m.number = s.number)
        """;

    // Another node may search the same part: what it has found is the same. The update locks the filter's row, so the second
    // one waits for the first and finds its rows.
    private static readonly Statement WriteBackfill = new(
        """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @isCurrent bit;
        BEGIN TRANSACTION;
        UPDATE dbo.stream_filters
        SET backfilled_through = CASE WHEN backfilled_through > @through THEN backfilled_through ELSE @through END
        WHERE stream_key = @streamKey AND retired = 0;
        SET @isCurrent = CASE WHEN @@ROWCOUNT = 0 THEN 0 ELSE 1 END;
        INSERT INTO dbo.stream_entries (stream_key, number, article_key, open_action, held_action)
        SELECT @streamKey, b.number, b.article_key, b.open_action, b.held_action FROM @entries AS b
        WHERE @isCurrent = 1 AND NOT EXISTS (SELECT 1 FROM dbo.stream_entries AS s WHERE s.stream_key = @streamKey AND s.number = b.number);
        COMMIT TRANSACTION;
        SELECT @isCurrent AS is_current;
        """,
        Parameter.BigInt("streamKey"), Parameter.BigInt("through"), Parameter.Table("entries", TableTypes.Backfill));

    private static readonly Statement MembershipOfStream = new(
        """
        SELECT s.article_key AS ArticleKey, s.stream_key AS StreamKey, s.open_action AS OpenAction, s.held_action AS HeldAction
        FROM @keys AS k JOIN dbo.stream_entries AS s ON s.article_key = k.item
        WHERE s.stream_key = @streamKey AND s.number <= @through ORDER BY s.article_key, s.number;
        """,
        Parameter.Table("keys", TableTypes.Keys), Parameter.BigInt("streamKey"), Parameter.BigInt("through"));

    private static readonly Statement DropRetired = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @rows TABLE (stream_key bigint NOT NULL, number bigint NOT NULL, PRIMARY KEY (stream_key, number));
        DECLARE @count int;
        INSERT INTO @rows (stream_key, number)
        SELECT TOP (@maxCount) s.stream_key, s.number
        FROM dbo.stream_filters AS f JOIN dbo.stream_entries AS s ON s.stream_key = f.stream_key WHERE f.retired = 1;
        BEGIN TRANSACTION;
        {KeepMemberships} AND s.stream_key = r.stream_key;
        DELETE s FROM dbo.stream_entries AS s JOIN @rows AS r ON r.stream_key = s.stream_key AND r.number = s.number WHERE s.number > 0;
        SET @count = @@ROWCOUNT;
        COMMIT TRANSACTION;
        SELECT @count AS dropped;
        """,
        Parameter.Int("maxCount"));

    // An entry is superseded for a kind of reader when a later one of the same article tells that reader something, in the log
    // as a whole and in every stream to which it means something. What is left of each stream says whether it holds the
    // article and whether it ever did, which removals and kills depend on. One that carries the article gives way only to
    // another such one, or to a kill: a stream that is created later finds by it what a release brings back.
    //
    // Who was sent it, and who did it, stays in the transaction that drops it.
    //
    // Appends go on beside it: they add entries, which supersede more, never less. Sweeps of several nodes take turns. The
    // counter row is written last, as everywhere, and holds appends up for no longer than the commit.
    private static readonly Statement DropSuperseded = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @rows TABLE (number bigint NOT NULL PRIMARY KEY);
        DECLARE @head bigint, @floor bigint, @count int, @lock int;
        BEGIN TRANSACTION;
        EXEC @lock = sp_getapplock @Resource = N'syndication:retention', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = 0;
        IF @lock < 0
        BEGIN
            ROLLBACK TRANSACTION;
            SELECT 0 AS dropped;
            RETURN;
        END;

        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        INSERT INTO @rows (number)
        SELECT TOP (@maxCount) e.number FROM dbo.log_entries AS e
        WHERE e.commit_time_us < @cutoff AND e.number < @head AND e.kind < 100 AND e.kind <> {Withdrawn}
            AND EXISTS (
                SELECT 1 FROM dbo.log_entries AS l
                WHERE l.article_key = e.article_key AND l.number > e.number AND l.number <= @head AND (l.is_public = 1 OR e.is_public = 0)
                    AND (e.kind NOT IN ({Carrying}) OR l.kind IN ({Carrying}) OR l.kind = {Withdrawn}))
            AND NOT EXISTS (
                SELECT 1 FROM dbo.stream_filters AS f JOIN dbo.stream_entries AS s ON s.stream_key = f.stream_key AND s.number = e.number
                WHERE f.retired = 0 AND (
                    (s.open_action <> 0 AND NOT EXISTS (
                        SELECT 1 FROM dbo.stream_entries AS l WHERE l.article_key = s.article_key AND l.stream_key = s.stream_key
                            AND l.number > s.number AND l.number <= @head AND l.open_action <> 0))
                    OR (s.held_action <> 0 AND NOT EXISTS (
                        SELECT 1 FROM dbo.stream_entries AS l WHERE l.article_key = s.article_key AND l.stream_key = s.stream_key
                            AND l.number > s.number AND l.number <= @head AND l.held_action <> 0))))
        ORDER BY e.number;
        SET @count = @@ROWCOUNT;
        IF @count > 0
        BEGIN
            SELECT @floor = MAX(r.number) FROM @rows AS r;
            {KeepMemberships};
            INSERT INTO dbo.audit_events (time_us, event_id, action, principal, key_id, subject, detail, address, event_count)
            SELECT {SqlServerAuditStore.EntryColumns} FROM @rows AS r JOIN dbo.log_entries AS e ON e.number = r.number
            {SqlServerAuditStore.EntryJoins} WHERE e.kind IN ({SqlServerAuditStore.Kinds});
            DELETE s FROM dbo.stream_entries AS s
            JOIN dbo.stream_filters AS f ON f.stream_key = s.stream_key JOIN @rows AS r ON r.number = s.number WHERE s.number <= @floor;
            DELETE e FROM dbo.log_entries AS e JOIN @rows AS r ON r.number = e.number WHERE e.number <= @floor;
            UPDATE dbo.log_state
            SET floor_number = CASE WHEN floor_number > @floor THEN floor_number ELSE @floor END, sweeps = sweeps + 1 WHERE id = 1;
        END;
        COMMIT TRANSACTION;
        SELECT @count AS dropped;
        """,
        Parameter.BigInt("cutoff"), Parameter.Int("maxCount"));

    /// <inheritdoc/>
    public Task<bool> WriteBackfillAsync(
        long streamKey, IReadOnlyList<BackfilledEntry> entries, long through, CancellationToken cancellationToken) => database.WriteAsync(
        WriteBackfill,
        isRepeatable: true,
        reader => reader.Read() && reader.GetBoolean(0),
        streamKey,
        through,
        TableTypes.Backfill.Rows(entries, entry => [entry.Number, entry.ArticleKey, (byte)entry.Open, (byte)entry.Held]));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<long, MembershipState>> ReadMembershipAsync(
        long streamKey, IReadOnlyCollection<long> articleKeys, long through, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<long, MembershipState>>(
            MembershipOfStream,
            reader =>
            {
                var states = new Dictionary<long, MembershipState>();
                foreach (var row in reader.Parse<MembershipRow>())
                {
                    states[row.ArticleKey] = row.AddTo(states.GetValueOrDefault(row.ArticleKey));
                }

                return states;
            },
            cancellationToken,
            TableTypes.Keys.Rows(articleKeys.Distinct(), key => [key]),
            streamKey,
            through);

    /// <inheritdoc/>
    public Task<int> DropRetiredAsync(int maxCount, CancellationToken cancellationToken) =>
        database.WriteAsync(DropRetired, isRepeatable: true, reader => reader.Read() ? reader.GetInt32(0) : 0, maxCount);

    /// <inheritdoc/>
    public Task<int> DropSupersededAsync(DateTimeOffset cutoff, int maxCount, CancellationToken cancellationToken) => database.WriteAsync(
        DropSuperseded, isRepeatable: true, reader => reader.Read() ? reader.GetInt32(0) : 0, LogTime.ToMicroseconds(cutoff), maxCount);
}
