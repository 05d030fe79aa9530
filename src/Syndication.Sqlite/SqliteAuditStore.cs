using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Audit;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>The audit in an embedded database.</summary>
public sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    /// <summary>An entry of the log as an event: time, action, principal, key, subject, detail, address, count. Entries have the alias <c>e</c>.</summary>
    internal const string EntryColumns =
        """
        e.commit_time_us, k.value ->> 1, e.principal, '', CASE WHEN e.kind < 100 THEN coalesce(a.article_id, '') ELSE e.advisory END,
        CASE WHEN e.kind >= 100 THEN e.internal_reason
            WHEN e.internal_reason = '' THEN 'version ' || e.version ELSE 'version ' || e.version || ': ' || e.internal_reason END,
        '', 1
        """;

    /// <summary>What <see cref="EntryColumns"/> reads beside the entry; leaves out kinds that are no events. Needs <see cref="Actions"/> as <c>@actions</c>.</summary>
    internal const string EntryJoins =
        """
        JOIN json_each(@actions) k ON k.value ->> 0 = e.kind LEFT JOIN articles a ON a.article_key = e.article_key
        """;

    private const string Insert =
        """
        INSERT INTO audit_events (time_us, action, principal, key_id, subject, detail, address, event_count)
        VALUES (@Time, @Action, @Principal, @KeyId, @Subject, @Detail, @Address, @Count)
        """;

    /// <summary>Kinds of entries with their actions.</summary>
    internal static string Actions { get; } =
        SqliteLogStore.JsonArray(AuditActions.OfKinds.Select(pair => new[] { (int)pair.Key, (int)pair.Value }));

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyCollection<AuditRecord> events, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            foreach (var record in events)
            {
                Add(connection, transaction, record);
            }

            return (true, true);
        },
        cancellationToken);

    /// <summary>Appends an event in a transaction of somebody else's.</summary>
    internal static void Add(SqliteConnection connection, SqliteTransaction transaction, AuditRecord record) => connection.Execute(
        Insert,
        new
        {
            Time = LogTime.ToMicroseconds(record.Time),
            Action = (int)record.Action,
            record.Principal,
            record.KeyId,
            record.Subject,
            record.Detail,
            record.Address,
            record.Count,
        },
        transaction);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditRecord>> ReadEventsAsync(
        AuditQuery query, AuditPlace before, int maxCount, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT event_id AS Id, time_us AS Time, action AS Action, principal AS Principal, key_id AS KeyId, subject AS Subject,
                detail AS Detail, address AS Address, event_count AS Count
            FROM audit_events
            WHERE time_us >= @From AND time_us < @To AND (time_us, event_id) < (@BeforeTime, @BeforeId)
                AND (@Principal = '' OR principal = @Principal) AND (@Subject = '' OR subject = @Subject)
                AND (@AnyAction OR action IN @Actions)
            ORDER BY time_us DESC, event_id DESC LIMIT @maxCount
            """;
        return Task.FromResult<IReadOnlyList<AuditRecord>>(database.Read(connection => connection
            .Query<EventRow>(Read, new
            {
                From = Microseconds(query.From, long.MinValue),
                To = Microseconds(query.To, long.MaxValue),
                BeforeTime = before.Time,
                BeforeId = before.Id,
                query.Principal,
                query.Subject,
                AnyAction = query.Actions.Count == 0,
                Actions = query.Actions.Select(action => (int)action),
                maxCount,
            })
            .Select(row => row.ToRecord())
            .ToList()));
    }

    /// <inheritdoc/>
    public Task<AuditLogPage> ReadLogAsync(AuditQuery query, long before, int maxCount, int maxScan, CancellationToken cancellationToken)
    {
        // Times never decrease along the log: what lies before the wanted time is left out by stopping there.
        const string Scan =
            """
            SELECT count(*) AS Count, min(number) AS First FROM (
                SELECT number FROM log_entries WHERE number < @before ORDER BY number DESC LIMIT @maxScan)
            """;
        const string Begun = "SELECT commit_time_us >= @from FROM log_entries WHERE number = @number";
        const string Read =
            $"""
            SELECT e.number, {EntryColumns} FROM log_entries e {EntryJoins}
            WHERE e.number >= @first AND e.number < @before AND e.commit_time_us >= @from AND e.commit_time_us < @To
                AND (@Principal = '' OR e.principal = @Principal)
                AND (@Subject = '' OR CASE WHEN e.kind < 100 THEN a.article_id ELSE e.advisory END = @Subject)
                AND e.kind IN @Kinds
            ORDER BY e.number DESC LIMIT @maxCount
            """;
        return Task.FromResult(database.Read(connection =>
        {
            var from = Microseconds(query.From, long.MinValue);
            var scan = connection.QuerySingle<ScanRow>(Scan, new { before, maxScan });
            if (scan.First is not { } first)
            {
                return new AuditLogPage([], 0);
            }

            using var reader = connection.ExecuteReader(Read, new
            {
                first,
                before,
                from,
                To = Microseconds(query.To, long.MaxValue),
                query.Principal,
                query.Subject,
                Kinds = AuditActions.KindsOf(query.Actions).Select(kind => (int)kind),
                maxCount,
                actions = Actions,
            });
            var events = new List<AuditRecord>();
            while (reader.Read())
            {
                events.Add(new AuditRecord
                {
                    Id = reader.GetInt64(0),
                    Time = LogTime.FromMicroseconds(reader.GetInt64(1)),
                    Action = (AuditAction)reader.GetInt64(2),
                    Principal = reader.GetString(3),
                    Subject = reader.GetString(5),
                    Detail = reader.GetString(6),
                });
            }

            reader.Close();
            if (events.Count == maxCount)
            {
                return new AuditLogPage(events, events[^1].Id);
            }

            var isEnd = scan.Count < maxScan || !connection.ExecuteScalar<bool>(Begun, new { from, number = first });
            return new AuditLogPage(events, isEnd ? 0 : first);
        }));
    }

    private static long Microseconds(DateTimeOffset? time, long absent) => time is { } value ? LogTime.ToMicroseconds(value) : absent;

    private sealed record ScanRow
    {
        public required long Count { get; init; }

        public long? First { get; init; }
    }

    private sealed record EventRow(
        long Id, long Time, long Action, string Principal, string KeyId, string Subject, string Detail, string Address, long Count)
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
            Count = (int)Count,
        };
    }
}
