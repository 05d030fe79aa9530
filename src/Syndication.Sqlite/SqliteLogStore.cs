using System.Text.Json;
using Dapper;
using Syndication.Log;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>The update log in an embedded database: one file, any number of processes on one machine.</summary>
public sealed partial class SqliteLogStore(SqliteDatabase database) : ILogStore
{
    private static readonly Dictionary<int, long> NoForks = [];

    private volatile KnownStreams? _streams;

    /// <inheritdoc/>
    public Task<LogHead> ReadHeadAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        const string ReadState =
            """
            SELECT s.head, s.head_check, s.epoch, s.floor, s.sweeps, e.epoch_id
            FROM log_state s JOIN log_epochs e ON e.epoch = s.epoch WHERE s.id = 1
            """;
        const string ReadForks = "SELECT epoch AS Epoch, begins_after AS BeginsAfter FROM log_epochs WHERE epoch > 1";
        LogHead head;
        using (var rows = connection.Select(ReadState))
        {
            rows.Read();
            head = new LogHead(
                new LogPosition(rows.Number(0), (uint)rows.Number(1)),
                (int)rows.Number(2),
                new Guid(rows.Bytes(5), bigEndian: true),
                new DroppedEntries(rows.Number(3), rows.Number(4)),
                NoForks);
        }

        // Nodes that have nothing to do ask for this alone: one statement in a database that was never restored.
        return head.Epoch == 1
            ? head
            : head with { Forks = connection.Query<ForkRow>(ReadForks).ToDictionary(fork => (int)fork.Epoch - 1, fork => fork.BeginsAfter) };
    }));

    /// <inheritdoc/>
    public async Task<LogHead> BeginEpochAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Begin =
            """
            INSERT INTO log_epochs (epoch, epoch_id, begins_after, begin_time_us)
            SELECT s.epoch + 1, @EpochId, s.head, @Now FROM log_state s WHERE s.id = 1;
            INSERT INTO log_entries (
                number, kind, update_id, commit_time_us, version, public_version, is_public, status, memberships, advisory, internal_reason, principal)
            SELECT s.head + 1, @Kind, @EpochId, max(s.commit_time_us, @Now), s.epoch + 1, 0, 0, 0, x'', '', '', '' FROM log_state s WHERE s.id = 1;
            UPDATE log_state SET epoch = epoch + 1, head = head + 1, head_check = @Check, commit_time_us = max(commit_time_us, @Now) WHERE id = 1;
            """;
        var epochId = Guid.NewGuid();
        await database.WriteAsync(
            (connection, transaction) =>
            {
                connection.Execute(
                    Begin,
                    new
                    {
                        EpochId = epochId.ToByteArray(bigEndian: true),
                        Kind = (int)EntryKind.EpochBegun,
                        Check = (long)LogPosition.CheckOf(epochId),
                        Now = LogTime.ToMicroseconds(now),
                    },
                    transaction);
                return (true, true);
            },
            cancellationToken);
        return await ReadHeadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StreamSet> ReadStreamsAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        const string ReadState = "SELECT streams_number, epoch, sweeps FROM log_state WHERE id = 1";
        const string ReadStreams =
            """
            SELECT s.stream_id AS StreamId, s.stream_key AS StreamKey, s.display_name AS DisplayName, s.description AS Description,
                s.filter AS Filter, s.revision AS Revision, s.create_time_us AS CreateTime, s.update_time_us AS UpdateTime,
                f.backfilled_through AS BackfilledThrough, s.findings_gate AS FindingsGate
            FROM streams s JOIN stream_filters f ON f.stream_key = s.stream_key ORDER BY s.stream_id
            """;
        const string ReadRetired = "SELECT stream_key AS StreamKey, stream_id AS StreamId FROM stream_filters WHERE retired = 1";
        (long Number, long Epoch, long Sweeps) state;
        using (var rows = connection.Select(ReadState))
        {
            rows.Read();
            state = (rows.Number(0), rows.Number(1), rows.Number(2));
        }

        // Asked for by every call that opens a stream, and changed by log entries, which the state counts, alone. The progress
        // of a search of the archive is no entry: while there is one, everything is read.
        if (_streams is { } known && known.State == state)
        {
            return known.Set;
        }

        var set = new StreamSet(
            state.Number,
            [.. connection.Query<StreamRow>(ReadStreams).Select(row => row.ToDefinition())],
            connection.Query<RetiredRow>(ReadRetired).ToDictionary(row => row.StreamKey, row => row.StreamId));
        _streams = set.Streams.All(stream => stream.IsBackfilled) ? new KnownStreams(state, set) : null;
        return set;
    }));

    /// <inheritdoc/>
    public Task<AppendState> ReadStateAsync(
        IReadOnlyCollection<string> articleIds, IReadOnlyCollection<RequestKey> requests, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection =>
        {
            const string ReadStreamsNumber = "SELECT streams_number FROM log_state WHERE id = 1";
            const string ReadArticles =
                $"""
                SELECT {ArticleRow.Columns} FROM json_each(@ids) k CROSS JOIN articles a ON a.article_id = k.value
                """;
            const string ReadMemberships =
                """
                SELECT s.article_key, s.stream_key, s.open, s.held
                FROM json_each(@keys) k CROSS JOIN stream_entries s ON s.article_key = k.value ORDER BY s.number
                """;
            const string ReadRequests =
                """
                SELECT r.principal, r.request_id, r.fingerprint, r.number, r.update_id, r.commit_time_us, r.response
                FROM json_each(@keys) k CROSS JOIN requests r ON r.principal = k.value ->> 0 AND r.request_id = k.value ->> 1
                """;
            var articles = new Dictionary<string, ArticleRecord>();
            if (articleIds.Count > 0)
            {
                using var rows = connection.Select(ReadArticles, JsonArray(articleIds));
                while (rows.Read())
                {
                    var record = ArticleRow.Read(rows, 0);
                    articles.Add(record.ArticleId, record);
                }
            }

            var memberships = new Dictionary<(long, long), MembershipState>();
            if (articles.Count > 0)
            {
                using var rows = connection.Select(ReadMemberships, JsonArray(articles.Values.Select(record => record.ArticleKey)));
                while (rows.Read())
                {
                    var key = (rows.Number(0), rows.Number(1));
                    memberships[key] = memberships.GetValueOrDefault(key).Include((MembershipAction)rows.Number(2), (MembershipAction)rows.Number(3));
                }
            }

            var answered = new Dictionary<RequestKey, AnsweredRequest>();
            if (requests.Count > 0)
            {
                using var rows = connection.Select(ReadRequests, JsonArray(requests.Select(key => new[] { key.Principal, key.RequestId })));
                while (rows.Read())
                {
                    answered.Add(new RequestKey(rows.Text(0), rows.Text(1)), ReadAnswered(rows));
                }
            }

            return new AppendState(articles, memberships, answered, connection.Number(ReadStreamsNumber));
        }));

    /// <inheritdoc/>
    public Task<byte[]?> ReadAcknowledgedAsync(ConsumerKey consumer, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT cursor FROM consumers WHERE principal = @Principal AND consumer = @Consumer AND stream_id = @StreamId
            """;
        return Task.FromResult(database.Read(connection => connection.ExecuteScalar<byte[]?>(Read, consumer)));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Acknowledgement>> ListAcknowledgedAsync(CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT principal AS Principal, consumer AS Consumer, stream_id AS StreamId, cursor AS Cursor, rank_number AS RankNumber,
                rank_within AS RankWithin, acknowledged_time_us AS Time
            FROM consumers
            """;
        return Task.FromResult<IReadOnlyList<Acknowledgement>>(database.Read(connection => connection.Query<ConsumerRow>(Read)
            .Select(row => new Acknowledgement(
                new ConsumerKey(row.Principal, row.Consumer, row.StreamId), row.Cursor, new PlaceRank(row.RankNumber, row.RankWithin), false,
                LogTime.FromMicroseconds(row.Time)))
            .ToList()));
    }

    /// <inheritdoc/>
    public Task<DueArticles> ReadDueAsync(DateTimeOffset now, int maxCount, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection =>
        {
            const string ReadEmbargoes =
                """
                SELECT article_id FROM articles WHERE embargo_time_us <= @now ORDER BY embargo_time_us LIMIT @maxCount
                """;
            const string ReadExpiries =
                """
                SELECT article_id FROM articles WHERE expire_time_us <= @now ORDER BY expire_time_us LIMIT @maxCount
                """;
            const string ReadNext =
                """
                SELECT min(next) FROM (
                    SELECT min(embargo_time_us) AS next FROM articles WHERE embargo_time_us > @now
                    UNION ALL SELECT min(expire_time_us) FROM articles WHERE expire_time_us > @now)
                """;
            var parameters = new { now = LogTime.ToMicroseconds(now), maxCount };
            var next = connection.ExecuteScalar<long?>(ReadNext, parameters);
            return new DueArticles(
                [.. connection.Query<string>(ReadEmbargoes, parameters)],
                [.. connection.Query<string>(ReadExpiries, parameters)],
                next is { } time ? LogTime.FromMicroseconds(time) : null);
        }));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenKey>> ReadTokenKeysAsync(CancellationToken cancellationToken)
    {
        const string Read = "SELECT key_id AS KeyId, secret AS Secret, create_time_us AS CreateTime FROM token_keys ORDER BY create_time_us";
        return Task.FromResult<IReadOnlyList<TokenKey>>(database.Read(connection => connection.Query<TokenKeyRow>(Read)
            .Select(row => new TokenKey((int)row.KeyId, row.Secret, LogTime.FromMicroseconds(row.CreateTime))).ToList()));
    }

    /// <inheritdoc/>
    public Task AddTokenKeyAsync(TokenKey key, CancellationToken cancellationToken)
    {
        const string Insert = "INSERT INTO token_keys (key_id, secret, create_time_us) VALUES (@KeyId, @Secret, @CreateTime)";
        return database.WriteAsync(
            (connection, transaction) =>
            {
                connection.Execute(Insert, new { key.KeyId, key.Secret, CreateTime = LogTime.ToMicroseconds(key.CreateTime) }, transaction);
                return (true, true);
            },
            cancellationToken);
    }

    /// <summary>A parameter that stands for a list: one statement text for lists of every length.</summary>
    internal static string JsonArray<T>(IEnumerable<T> values) => JsonSerializer.Serialize(values);

    private static AnsweredRequest ReadAnswered(SqlRows rows)
    {
        var receipt = default(AppendReceipt);
        if (!rows.IsNull(4))
        {
            var updateId = new Guid(rows.Bytes(4), bigEndian: true);
            receipt = new AppendReceipt(new LogPosition(rows.Number(3), LogPosition.CheckOf(updateId)), updateId, LogTime.FromMicroseconds(rows.Number(5)));
        }

        return new AnsweredRequest(rows.Bytes(2).ToArray(), receipt, rows.Bytes(6).ToArray());
    }


    private sealed record ForkRow(long Epoch, long BeginsAfter);

    private sealed record RetiredRow(long StreamKey, string StreamId);

    private sealed record ConsumerRow(string Principal, string Consumer, string StreamId, byte[] Cursor, long RankNumber, long RankWithin, long Time);

    private sealed record TokenKeyRow(long KeyId, byte[] Secret, long CreateTime);

    private sealed record StreamRow(
        string StreamId, long StreamKey, string DisplayName, string Description, byte[] Filter, long Revision, long CreateTime,
        long UpdateTime, long BackfilledThrough, byte[]? FindingsGate)
    {
        public StreamDefinition ToDefinition() => new()
        {
            StreamKey = StreamKey,
            StreamId = StreamId,
            DisplayName = DisplayName,
            Description = Description,
            Filter = ArticleFilter.Parser.ParseFrom(Filter),
            FindingsGate = FindingsGate is null ? null : V1.FindingsGate.Parser.ParseFrom(FindingsGate),
            Revision = (int)Revision,
            BackfilledThrough = BackfilledThrough,
            CreateTime = LogTime.FromMicroseconds(CreateTime),
            UpdateTime = LogTime.FromMicroseconds(UpdateTime),
        };
    }

    private sealed record KnownStreams((long Number, long Epoch, long Sweeps) State, StreamSet Set);
}
