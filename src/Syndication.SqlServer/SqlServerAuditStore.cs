using System.Globalization;
using Dapper;
using Microsoft.Data.SqlClient.Server;
using Syndication.Audit;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.SqlServer;

/// <summary>The audit in SQL Server.</summary>
public sealed class SqlServerAuditStore(SqlServerDatabase database) : IAuditStore
{
    /// <summary>Numbers of entries, which retention's events have for ids, stay below; so do ids that are counted up from a start.</summary>
    private const long MinFirstId = 1L << 40, MaxFirstId = 1L << 62;

    /// <summary>Appends <c>@events</c>. One that is there already was written by an attempt whose answer was lost.</summary>
    internal const string InsertEvents =
        """
        INSERT INTO dbo.audit_events (time_us, event_id, action, principal, key_id, subject, detail, address, event_count)
        SELECT n.time_us, n.event_id, n.action, n.principal, n.key_id, n.subject, n.detail, n.address, n.event_count FROM @events AS n
        WHERE NOT EXISTS (SELECT 1 FROM dbo.audit_events AS v WHERE v.time_us = n.time_us AND v.event_id = n.event_id);
        """;

    /// <summary>
    /// An entry of the log as an event: time, number, action, principal, key, subject, detail, address, count. Entries have the
    /// alias <c>e</c>. Ids and the texts of entries have different collations: of both the one that compares bytes is used.
    /// </summary>
    internal static readonly string EntryColumns =
        $"""
        e.commit_time_us, e.number, CAST(CASE e.kind {string.Join(' ', AuditActions.OfKinds.Select(pair => Invariant($"WHEN {(int)pair.Key} THEN {(int)pair.Value}")))} END AS tinyint),
        e.principal, '', {Subject},
        CASE
            WHEN e.kind >= 100 THEN e.internal_reason
            WHEN e.internal_reason = N'' THEN CONCAT(N'version ', e.version)
            ELSE CONCAT(N'version ', e.version, N': ', e.internal_reason) END,
        '', 1
        """;

    /// <summary>What <see cref="EntryColumns"/> reads beside the entry.</summary>
    internal const string EntryJoins = "LEFT JOIN dbo.articles AS a ON a.article_key = e.article_key";

    /// <summary>The kinds of entries that are events.</summary>
    internal static readonly string Kinds = string.Join(", ", AuditActions.OfKinds.Keys.Select(kind => Invariant($"{(int)kind}")));

    private const string Subject =
        """
        CASE
            WHEN e.kind < 100 THEN CAST(COALESCE(a.article_id, '') AS nvarchar(max)) COLLATE Latin1_General_BIN2
            ELSE e.advisory COLLATE Latin1_General_BIN2 END
        """;

    private static readonly Statement Add = new(InsertEvents, Parameter.Table("events", TableTypes.AuditEvents));

    // What is asked for may be longer than the columns are, and must not be cut to what fits: no index is sought by it.
    private static readonly Statement Events = new(
        """
        SELECT TOP (@maxCount) v.event_id AS Id, v.time_us AS Time, v.action AS Action, v.principal AS Principal, v.key_id AS KeyId,
            v.subject AS Subject, v.detail AS Detail, v.address AS Address, v.event_count AS Count
        FROM dbo.audit_events AS v
        WHERE v.time_us >= @from AND v.time_us < @to AND v.time_us <= @beforeTime AND (v.time_us < @beforeTime OR v.event_id < @beforeId)
            AND (@principal = N'' OR v.principal = @principal) AND (@subject = N'' OR v.subject = @subject)
            AND (@anyAction = 1 OR v.action IN (SELECT k.item FROM @actions AS k))
        ORDER BY v.time_us DESC, v.event_id DESC;
        """,
        Parameter.BigInt("from"), Parameter.BigInt("to"), Parameter.BigInt("beforeTime"), Parameter.BigInt("beforeId"),
        Parameter.NVarChar("principal", -1), Parameter.NVarChar("subject", -1), Parameter.Bit("anyAction"),
        Parameter.Table("actions", TableTypes.Keys), Parameter.Int("maxCount"));

    // Times never decrease along the log: what lies before the wanted time is left out by stopping there. Where retention takes
    // the first entry of the scan meanwhile, the scan goes on.
    private static readonly Statement Log = new(
        $"""
        SET NOCOUNT ON;
        DECLARE @head bigint, @first bigint, @count int, @isBegun bit = 1;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT @count = COUNT(*), @first = MIN(x.number) FROM (
            SELECT TOP (@maxScan) e.number FROM dbo.log_entries AS e WHERE e.number < @before AND e.number <= @head ORDER BY e.number DESC) AS x;
        SELECT @isBegun = CASE WHEN e.commit_time_us >= @from THEN 1 ELSE 0 END FROM dbo.log_entries AS e WHERE e.number = @first;
        SELECT @count AS scanned, @first AS first_number, @isBegun AS is_begun;
        SELECT TOP (@maxCount) {EntryColumns} FROM dbo.log_entries AS e {EntryJoins}
        WHERE e.number >= @first AND e.number < @before AND e.number <= @head AND e.commit_time_us >= @from AND e.commit_time_us < @to
            AND (@principal = N'' OR e.principal = @principal) AND (@subject = N'' OR {Subject} = @subject)
            AND e.kind IN (SELECT k.item FROM @kinds AS k)
        ORDER BY e.number DESC;
        """,
        Parameter.BigInt("before"), Parameter.BigInt("from"), Parameter.BigInt("to"), Parameter.NVarChar("principal", -1),
        Parameter.NVarChar("subject", -1), Parameter.Table("kinds", TableTypes.Keys), Parameter.Int("maxCount"), Parameter.Int("maxScan"));

    /// <summary>
    /// The id given last. No column numbers itself: ids need to differ, not to be in the order of commits, and one that is known
    /// before the insert lets it be tried again. Each process starts at random, so that none meets another's.
    /// </summary>
    private static long _lastId = Random.Shared.NextInt64(MinFirstId, MaxFirstId);

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyCollection<AuditRecord> events, CancellationToken cancellationToken) =>
        database.WriteAsync(Add, isRepeatable: true, _ => true, Rows(events));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditRecord>> ReadEventsAsync(
        AuditQuery query, AuditPlace before, int maxCount, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditRecord>>(
            Events,
            reader => [.. reader.Parse<EventRow>().Select(row => row.ToRecord())],
            cancellationToken,
            Microseconds(query.From, long.MinValue),
            Microseconds(query.To, long.MaxValue),
            before.Time,
            before.Id,
            query.Principal,
            query.Subject,
            query.Actions.Count == 0,
            TableTypes.Keys.Rows(query.Actions.Distinct(), action => [(long)action]),
            maxCount);

    /// <inheritdoc/>
    public Task<AuditLogPage> ReadLogAsync(AuditQuery query, long before, int maxCount, int maxScan, CancellationToken cancellationToken) =>
        database.ReadAsync(
            Log,
            reader =>
            {
                reader.Read();
                if (reader.IsDBNull(1))
                {
                    return new AuditLogPage([], 0);
                }

                var (count, first, isBegun) = (reader.GetInt32(0), reader.GetInt64(1), reader.GetBoolean(2));
                reader.NextResult();
                var events = new List<AuditRecord>();
                while (reader.Read())
                {
                    events.Add(new AuditRecord
                    {
                        Time = LogTime.FromMicroseconds(reader.GetInt64(0)),
                        Id = reader.GetInt64(1),
                        Action = (AuditAction)reader.GetByte(2),
                        Principal = reader.GetString(3),
                        Subject = reader.GetString(5),
                        Detail = reader.GetString(6),
                    });
                }

                return events.Count == maxCount
                    ? new AuditLogPage(events, events[^1].Id)
                    : new AuditLogPage(events, count < maxScan || !isBegun ? 0 : first);
            },
            cancellationToken,
            before,
            Microseconds(query.From, long.MinValue),
            Microseconds(query.To, long.MaxValue),
            query.Principal,
            query.Subject,
            TableTypes.Keys.Rows(AuditActions.KindsOf(query.Actions), kind => [(long)kind]),
            maxCount,
            maxScan);

    /// <summary>Events as rows, each with an id of its own, ascending.</summary>
    internal static IReadOnlyCollection<SqlDataRecord> Rows(IEnumerable<AuditRecord> events) => TableTypes.AuditEvents.Rows(
        events,
        record =>
        [
            Interlocked.Increment(ref _lastId), LogTime.ToMicroseconds(record.Time), (byte)record.Action, record.Principal, record.KeyId, record.Subject,
            record.Detail, record.Address, record.Count,
        ]);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static long Microseconds(DateTimeOffset? time, long absent) => time is { } value ? LogTime.ToMicroseconds(value) : absent;

    private sealed record EventRow(
        long Id, long Time, byte Action, string Principal, string KeyId, string Subject, string Detail, string Address, int Count)
    {
        public AuditRecord ToRecord() => new()
        {
            Id = Id,
            Time = LogTime.FromMicroseconds(Time),
            Action = (AuditAction)Action,
            Principal = Principal,
            KeyId = KeyId,
            Subject = Subject,
            Detail = Detail,
            Address = Address,
            Count = Count,
        };
    }
}
