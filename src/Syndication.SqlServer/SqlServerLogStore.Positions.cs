using Microsoft.Data.SqlClient;
using Syndication.Log;

namespace Syndication.SqlServer;

public sealed partial class SqlServerLogStore
{
    private static readonly Statement PositionBeforeLast = new(
        """
        DECLARE @head bigint;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT TOP (1) e.number, e.update_id FROM dbo.log_entries AS e WHERE e.number <= @head - @count ORDER BY e.number DESC;
        """,
        Parameter.Int("count"));

    // Times never decrease along the log, so it is searched by halves: some 20 look-ups in a million entries, all in one round
    // trip, and no index for every publish to write.
    private static readonly Statement PositionAt = new(
        """
        SET NOCOUNT ON;
        DECLARE @before bigint = 0, @after bigint, @middle bigint, @found bigint;
        SELECT @after = s.head + 1 FROM dbo.log_state AS s WHERE s.id = 1;
        WHILE @after - @before > 1
        BEGIN
            SET @middle = @before + (@after - @before) / 2;
            SET @found = NULL;
            SELECT TOP (1) @found = e.commit_time_us FROM dbo.log_entries AS e WHERE e.number >= @middle ORDER BY e.number;
            IF @found < @time
                SET @before = @middle;
            ELSE
                SET @after = @middle;
        END;
        SELECT @before AS number, (SELECT TOP (1) e.update_id FROM dbo.log_entries AS e WHERE e.number <= @before ORDER BY e.number DESC) AS update_id;
        """,
        Parameter.BigInt("time"));

    private static readonly Statement Check = new(
        """
        DECLARE @head bigint;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT e.number, e.update_id FROM dbo.log_entries AS e WHERE e.number = @number AND e.number <= @head;
        """,
        Parameter.BigInt("number"));

    private static readonly Statement CountOfAll = new(
        """
        DECLARE @head bigint;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT COUNT(*) AS entry_count, MIN(n.commit_time_us) AS oldest FROM (
            SELECT TOP (@limit) e.number, e.commit_time_us FROM dbo.log_entries AS e
            WHERE e.number > @after AND e.number <= @head AND e.kind < 100 AND (e.is_public = 1 OR @held = 1) ORDER BY e.number) AS n;
        """,
        Parameter.BigInt("after"), Parameter.Bit("held"), Parameter.Int("limit"));

    // The time is that of the first: times never decrease.
    private static readonly Statement CountOfStream = new(
        """
        DECLARE @head bigint, @count int, @first bigint;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT @count = COUNT(*), @first = MIN(n.number) FROM (
            SELECT TOP (@limit) s.number FROM dbo.stream_entries AS s
            WHERE s.stream_key = @streamKey AND s.number > @after AND s.number <= @head
                AND CASE WHEN @held = 1 THEN s.held_action ELSE s.open_action END <> 0
            ORDER BY s.number) AS n;
        SELECT @count AS entry_count, (SELECT e.commit_time_us FROM dbo.log_entries AS e WHERE e.number = @first) AS oldest;
        """,
        Parameter.BigInt("streamKey"), Parameter.BigInt("after"), Parameter.Bit("held"), Parameter.Int("limit"));

    /// <inheritdoc/>
    public Task<LogPosition> ReadPositionBeforeLastAsync(int count, CancellationToken cancellationToken) =>
        database.ReadAsync(PositionBeforeLast, reader => ReadPosition(reader) ?? LogPosition.Start, cancellationToken, count);

    /// <inheritdoc/>
    public Task<LogPosition> ReadPositionAtAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        database.ReadAsync(
            PositionAt, reader => ReadPosition(reader) ?? LogPosition.Start, cancellationToken, LogTime.ToMicroseconds(time));

    /// <inheritdoc/>
    public Task<uint?> ReadCheckAsync(long number, CancellationToken cancellationToken) =>
        database.ReadAsync(Check, reader => ReadPosition(reader)?.Check, cancellationToken, number);

    /// <inheritdoc/>
    public Task<(int Count, DateTimeOffset? Oldest)> CountAfterAsync(
        long streamKey, bool held, long after, int limit, CancellationToken cancellationToken) =>
        streamKey == 0
            ? database.ReadAsync(CountOfAll, ReadCount, cancellationToken, after, held, limit)
            : database.ReadAsync(CountOfStream, ReadCount, cancellationToken, streamKey, after, held, limit);

    private static (int Count, DateTimeOffset? Oldest) ReadCount(SqlDataReader reader) => reader.Read()
        ? (reader.GetInt32(0), reader.IsDBNull(1) ? null : LogTime.FromMicroseconds(reader.GetInt64(1)))
        : default;

    private static LogPosition? ReadPosition(SqlDataReader reader) => reader.Read()
        ? new LogPosition(reader.GetInt64(0), reader.IsDBNull(1) ? 0 : LogPosition.CheckOf(reader.GetGuid(1)))
        : null;
}
