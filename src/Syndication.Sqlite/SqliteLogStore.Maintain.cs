using Dapper;
using Syndication.Log;
using Syndication.Streams;

namespace Syndication.Sqlite;

public sealed partial class SqliteLogStore
{
    /// <inheritdoc/>
    public Task<bool> WriteBackfillAsync(
        long streamKey, IReadOnlyList<BackfilledEntry> entries, long through, CancellationToken cancellationToken)
    {
        const string Advance =
            """
            UPDATE stream_filters SET backfilled_through = max(backfilled_through, @through) WHERE stream_key = @streamKey AND retired = 0
            """;

        // Another node may search the same part: what it has found is the same.
        const string Insert =
            """
            INSERT OR IGNORE INTO stream_entries (stream_key, number, article_key, open, held)
            VALUES (@streamKey, @Number, @ArticleKey, @Open, @Held)
            """;
        return database.WriteAsync(
            (connection, transaction) =>
            {
                if (connection.Execute(Advance, new { streamKey, through }, transaction) == 0)
                {
                    return (false, false);
                }

                connection.Execute(
                    Insert,
                    entries.Select(entry => new { streamKey, entry.Number, entry.ArticleKey, Open = (int)entry.Open, Held = (int)entry.Held }),
                    transaction);
                return (true, true);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<long, MembershipState>> ReadMembershipAsync(
        long streamKey, IReadOnlyCollection<long> articleKeys, long through, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT s.article_key, s.open, s.held
            FROM json_each(@keys) k CROSS JOIN stream_entries s
            ON s.article_key = k.value AND s.stream_key = @streamKey AND s.number <= @through ORDER BY s.number
            """;
        return Task.FromResult<IReadOnlyDictionary<long, MembershipState>>(database.Read(connection =>
        {
            var states = new Dictionary<long, MembershipState>();
            using var rows = connection.Select(Read, JsonArray(articleKeys), streamKey, through);
            while (rows.Read())
            {
                var key = rows.Number(0);
                states[key] = states.GetValueOrDefault(key).Include((MembershipAction)rows.Number(1), (MembershipAction)rows.Number(2));
            }

            return states;
        }));
    }

    /// <inheritdoc/>
    public Task<int> DropRetiredAsync(int maxCount, CancellationToken cancellationToken)
    {
        const string Find =
            """
            SELECT s.stream_key AS StreamKey, s.number AS Number
            FROM stream_filters f JOIN stream_entries s ON s.stream_key = f.stream_key WHERE f.retired = 1 LIMIT @maxCount
            """;
        const string Keep =
            $"""
            {KeepMemberships} FROM json_each(@found) k CROSS JOIN stream_entries s ON s.stream_key = k.value ->> 0 AND s.number = k.value ->> 1
            CROSS JOIN log_entries e ON e.number = s.number WHERE e.kind IN @carrying AND (s.open = 1 OR s.held = 1)
            """;
        const string Drop =
            """
            DELETE FROM stream_entries WHERE (stream_key, number) IN (SELECT value ->> 0, value ->> 1 FROM json_each(@found))
            """;
        return database.WriteAsync(
            (connection, transaction) =>
            {
                var found = connection.Query<RetiredEntry>(Find, new { maxCount }, transaction).ToList();
                if (found.Count > 0)
                {
                    var list = JsonArray(found.Select(entry => new[] { entry.StreamKey, entry.Number }));
                    connection.Execute(Keep, new { found = list, carrying = Carrying }, transaction);
                    connection.Execute(Drop, new { found = list }, transaction);
                }

                return (true, found.Count);
            },
            cancellationToken);
    }

    /// <summary>What of the index says who was sent an article stays, in a few bytes: receipts depend on it.</summary>
    private const string KeepMemberships =
        """
        INSERT OR IGNORE INTO dropped_memberships (article_key, stream_key, number, commit_time_us, open, held)
        SELECT s.article_key, s.stream_key, s.number, e.commit_time_us, s.open = 1, s.held = 1
        """;

    internal static readonly int[] Carrying = [.. Enum.GetValues<EntryKind>().Where(LogEntry.Carries).Select(kind => (int)kind)];

    /// <inheritdoc/>
    public Task<int> DropSupersededAsync(DateTimeOffset cutoff, int maxCount, CancellationToken cancellationToken)
    {
        // An entry is superseded for a kind of reader when a later one of the same article tells that reader something, in
        // the log as a whole and in every stream to which it means something. What is left of each stream says whether it
        // holds the article and whether it ever did, which removals and kills depend on. One that carries the article gives
        // way only to another such one, or to a kill: a stream that is created later finds by it what a release brings back.
        const string Find =
            """
            SELECT e.number FROM log_entries e
            WHERE e.commit_time_us < @cutoff AND e.number < (SELECT head FROM log_state WHERE id = 1)
                AND e.kind < 100 AND e.kind <> @withdrawn
                AND EXISTS (
                    SELECT 1 FROM log_entries l
                    WHERE l.article_key = e.article_key AND l.number > e.number AND (l.is_public = 1 OR e.is_public = 0)
                        AND (e.kind NOT IN @carrying OR l.kind IN @carrying OR l.kind = @withdrawn))
                AND NOT EXISTS (
                    SELECT 1 FROM stream_filters f JOIN stream_entries s ON s.stream_key = f.stream_key AND s.number = e.number
                    WHERE f.retired = 0 AND (
                        (s.open <> 0 AND NOT EXISTS (
                            SELECT 1 FROM stream_entries l WHERE l.article_key = s.article_key AND l.stream_key = s.stream_key
                                AND l.number > s.number AND l.open <> 0))
                        OR (s.held <> 0 AND NOT EXISTS (
                            SELECT 1 FROM stream_entries l WHERE l.article_key = s.article_key AND l.stream_key = s.stream_key
                                AND l.number > s.number AND l.held <> 0))))
            ORDER BY e.number LIMIT @maxCount
            """;
        const string Keep =
            $"""
            {KeepMemberships} FROM json_each(@numbers) k CROSS JOIN log_entries e ON e.number = k.value
            CROSS JOIN stream_entries s ON s.article_key = e.article_key AND s.number = e.number
            WHERE e.kind IN @carrying AND (s.open = 1 OR s.held = 1)
            """;
        const string KeepAudit =
            $"""
            INSERT INTO audit_events (time_us, action, principal, key_id, subject, detail, address, event_count)
            SELECT {SqliteAuditStore.EntryColumns} FROM log_entries e {SqliteAuditStore.EntryJoins}
            WHERE e.number IN (SELECT value FROM json_each(@numbers))
            """;
        const string DropEntries = "DELETE FROM log_entries WHERE number IN (SELECT value FROM json_each(@numbers))";
        const string DropMemberships =
            """
            DELETE FROM stream_entries WHERE stream_key IN (SELECT stream_key FROM stream_filters)
                AND number IN (SELECT value FROM json_each(@numbers))
            """;
        const string RaiseFloor = "UPDATE log_state SET floor = max(floor, @floor), sweeps = sweeps + 1 WHERE id = 1";
        return database.WriteAsync(
            (connection, transaction) =>
            {
                var numbers = connection.Query<long>(
                    Find,
                    new
                    {
                        cutoff = LogTime.ToMicroseconds(cutoff),
                        withdrawn = (int)EntryKind.Withdrawn,
                        carrying = Carrying,
                        maxCount,
                    },
                    transaction).ToList();
                if (numbers.Count > 0)
                {
                    var list = new { numbers = JsonArray(numbers) };
                    connection.Execute(Keep, new { list.numbers, carrying = Carrying }, transaction);
                    connection.Execute(KeepAudit, new { list.numbers, actions = SqliteAuditStore.Actions }, transaction);
                    connection.Execute(DropMemberships, list, transaction);
                    connection.Execute(DropEntries, list, transaction);
                    connection.Execute(RaiseFloor, new { floor = numbers[^1] }, transaction);
                }

                return (true, numbers.Count);
            },
            cancellationToken);
    }

    private sealed record RetiredEntry(long StreamKey, long Number);
}
