using Dapper;
using Syndication.Log;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.SqlServer;

/// <summary>The update log in SQL Server: any number of nodes over one database.</summary>
public sealed partial class SqlServerLogStore(SqlServerDatabase database) : ILogStore
{
    // One statement, so that the epoch is that of the row it was read with: a later one is not joined.
    private static readonly Statement Head = new(
        """
        SELECT s.head AS Head, s.head_check AS HeadCheck, s.epoch AS Epoch, s.floor_number AS FloorNumber, s.sweeps AS Sweeps,
            e.epoch AS ForkEpoch, e.epoch_id AS EpochId, e.begins_after AS BeginsAfter
        FROM dbo.log_state AS s JOIN dbo.log_epochs AS e ON e.epoch <= s.epoch WHERE s.id = 1;
        """);

    private static readonly Statement BeginEpoch = new(
        """
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        UPDATE dbo.log_state
        SET epoch = epoch + 1, head = head + 1, head_check = @headCheck,
            commit_time_us = CASE WHEN commit_time_us > @now THEN commit_time_us ELSE @now END
        WHERE id = 1;
        INSERT INTO dbo.log_epochs (epoch, epoch_id, begins_after, begin_time_us)
        SELECT s.epoch, @epochId, s.head - 1, @now FROM dbo.log_state AS s WHERE s.id = 1;
        INSERT INTO dbo.log_entries (
            number, kind, update_id, commit_time_us, version, public_version, is_public, status, content_bytes, memberships, advisory,
            internal_reason, principal)
        SELECT s.head, @kind, @epochId, s.commit_time_us, s.epoch, 0, 0, 0, 0, 0x, N'', N'', '' FROM dbo.log_state AS s WHERE s.id = 1;
        COMMIT TRANSACTION;
        """,
        Parameter.UniqueIdentifier("epochId"), Parameter.BigInt("now"), Parameter.TinyInt("kind"), Parameter.BigInt("headCheck"));

    // The number before and after: streams that were changed while they were read are read again.
    private static readonly Statement Streams = new(
        """
        SELECT s.streams_number FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT s.stream_id AS StreamId, s.stream_key AS StreamKey, s.display_name AS DisplayName, s.description AS Description,
            s.filter AS Filter, s.revision AS Revision, s.create_time_us AS CreateTime, s.update_time_us AS UpdateTime,
            f.backfilled_through AS BackfilledThrough, s.findings_gate AS FindingsGate
        FROM dbo.streams AS s JOIN dbo.stream_filters AS f ON f.stream_key = s.stream_key ORDER BY s.stream_id;
        SELECT f.stream_key AS StreamKey, f.stream_id AS StreamId FROM dbo.stream_filters AS f WHERE f.retired = 1;
        SELECT s.streams_number FROM dbo.log_state AS s WHERE s.id = 1;
        """);

    // In the order in which an append checks them: the number of the streams first, so that what it stands for is not older than
    // it says; an article before what the index says of it, so that a later entry shows in the article's last number.
    private static readonly Statement State = new(
        $"""
        SELECT s.streams_number, s.head FROM dbo.log_state AS s WHERE s.id = 1;
        SELECT {ArticleRow.Columns} FROM @ids AS k JOIN dbo.articles AS a ON a.article_id = k.item;
        SELECT s.article_key AS ArticleKey, s.stream_key AS StreamKey, s.open_action AS OpenAction, s.held_action AS HeldAction
        FROM @ids AS k JOIN dbo.articles AS a ON a.article_id = k.item JOIN dbo.stream_entries AS s ON s.article_key = a.article_key
        ORDER BY s.article_key, s.stream_key, s.number;
        SELECT r.principal AS Principal, r.request_id AS RequestId, r.fingerprint AS Fingerprint, r.number AS Number,
            r.update_id AS UpdateId, r.commit_time_us AS CommitTime, r.response AS Response
        FROM @requests AS k JOIN dbo.requests AS r ON r.request_key = k.item;
        """,
        Parameter.Table("ids", TableTypes.Ids), Parameter.Table("requests", TableTypes.Hashes));

    private static readonly Statement Acknowledged = new(
        """
        SELECT k.place FROM dbo.consumers AS k WHERE k.principal = @principal AND k.consumer = @consumer AND k.stream_id = @streamId;
        """,
        Parameter.VarChar("principal", 200), Parameter.VarChar("consumer", 200), Parameter.VarChar("streamId", 100));

    private static readonly Statement AllAcknowledged = new(
        """
        SELECT k.principal AS Principal, k.consumer AS Consumer, k.stream_id AS StreamId, k.place AS Place, k.rank_number AS RankNumber,
            k.rank_within AS RankWithin, k.acknowledged_time_us AS AcknowledgedTime
        FROM dbo.consumers AS k;
        """);

    private static readonly Statement Due = new(
        """
        SELECT TOP (@maxCount) a.article_id FROM dbo.articles AS a
        WHERE a.embargo_time_us IS NOT NULL AND a.embargo_time_us <= @now ORDER BY a.embargo_time_us;
        SELECT TOP (@maxCount) a.article_id FROM dbo.articles AS a
        WHERE a.expire_time_us IS NOT NULL AND a.expire_time_us <= @now ORDER BY a.expire_time_us;
        SELECT MIN(n.next_time) AS next_time FROM (
            SELECT MIN(a.embargo_time_us) AS next_time FROM dbo.articles AS a WHERE a.embargo_time_us IS NOT NULL AND a.embargo_time_us > @now
            UNION ALL
            SELECT MIN(a.expire_time_us) FROM dbo.articles AS a WHERE a.expire_time_us IS NOT NULL AND a.expire_time_us > @now) AS n;
        """,
        Parameter.BigInt("now"), Parameter.Int("maxCount"));

    private static readonly Statement TokenKeys = new(
        "SELECT t.key_id AS KeyId, t.secret AS Secret, t.create_time_us AS CreateTime FROM dbo.token_keys AS t ORDER BY t.create_time_us, t.key_id;");

    private static readonly Statement AddTokenKey = new(
        """
        INSERT INTO dbo.token_keys (key_id, secret, create_time_us)
        SELECT @keyId, @secret, @createTime WHERE NOT EXISTS (SELECT 1 FROM dbo.token_keys AS t WHERE t.key_id = @keyId AND t.secret = @secret);
        """,
        Parameter.Int("keyId"), Parameter.VarBinary("secret", 32), Parameter.BigInt("createTime"));

    /// <inheritdoc/>
    public async Task<LogHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(Head, reader => reader.Parse<HeadRow>().AsList(), cancellationToken);
        var current = rows.Single(row => row.ForkEpoch == row.Epoch);
        Know(current.Head);
        return new LogHead(
            new LogPosition(current.Head, (uint)current.HeadCheck),
            current.Epoch,
            current.EpochId,
            new DroppedEntries(current.FloorNumber, current.Sweeps),
            rows.Where(row => row.ForkEpoch > 1).ToDictionary(row => row.ForkEpoch - 1, row => row.BeginsAfter));
    }

    /// <inheritdoc/>
    public async Task<LogHead> BeginEpochAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var epochId = Guid.NewGuid();
        await database.WriteAsync(
            BeginEpoch, isRepeatable: false, _ => true, epochId, LogTime.ToMicroseconds(now), (byte)EntryKind.EpochBegun, (long)LogPosition.CheckOf(epochId));
        return await ReadHeadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StreamSet> ReadStreamsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (set, numberAfter) = await database.ReadAsync(
                Streams,
                reader =>
                {
                    reader.Read();
                    var number = reader.GetInt64(0);
                    reader.NextResult();
                    var streams = reader.Parse<StreamRow>().Select(row => row.ToDefinition()).ToList();
                    reader.NextResult();
                    var retired = reader.Parse<RetiredRow>().ToDictionary(row => row.StreamKey, row => row.StreamId);
                    reader.NextResult();
                    reader.Read();
                    return (new StreamSet(number, streams, retired), reader.GetInt64(0));
                },
                cancellationToken);
            if (set.StreamsNumber == numberAfter)
            {
                return set;
            }
        }
    }

    /// <inheritdoc/>
    public Task<AppendState> ReadStateAsync(
        IReadOnlyCollection<string> articleIds, IReadOnlyCollection<RequestKey> requests, CancellationToken cancellationToken) =>
        database.ReadAsync(
            State,
            reader =>
            {
                reader.Read();
                var streamsNumber = reader.GetInt64(0);
                Know(reader.GetInt64(1));
                reader.NextResult();
                var articles = new Dictionary<string, ArticleRecord>();
                while (reader.Read())
                {
                    var record = ArticleRow.Read(reader, 0);
                    articles.Add(record.ArticleId, record);
                }

                reader.NextResult();
                var memberships = new Dictionary<(long ArticleKey, long StreamKey), MembershipState>();
                foreach (var row in reader.Parse<MembershipRow>())
                {
                    var key = (row.ArticleKey, row.StreamKey);
                    memberships[key] = row.AddTo(memberships.GetValueOrDefault(key));
                }

                reader.NextResult();
                var answered = reader.Parse<RequestRow>().ToDictionary(row => new RequestKey(row.Principal, row.RequestId), row => row.ToAnswered());
                return new AppendState(articles, memberships, answered, streamsNumber);
            },
            cancellationToken,
            TableTypes.Ids.Rows(articleIds.Distinct(), id => [id]),
            TableTypes.Hashes.Rows(requests.Distinct(), key => [KeyOf(key)]));

    /// <inheritdoc/>
    public Task<byte[]?> ReadAcknowledgedAsync(ConsumerKey consumer, CancellationToken cancellationToken) => database.ReadAsync(
        Acknowledged,
        reader => reader.Read() ? reader.GetFieldValue<byte[]>(0) : null,
        cancellationToken,
        consumer.Principal,
        consumer.Consumer,
        consumer.StreamId);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Acknowledgement>> ListAcknowledgedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Acknowledgement>>(
            AllAcknowledged,
            reader => [.. reader.Parse<ConsumerRow>().Select(row => row.ToAcknowledgement())],
            cancellationToken);

    /// <inheritdoc/>
    public Task<DueArticles> ReadDueAsync(DateTimeOffset now, int maxCount, CancellationToken cancellationToken) => database.ReadAsync(
        Due,
        reader =>
        {
            var embargoes = reader.Parse<string>().AsList();
            reader.NextResult();
            var expiries = reader.Parse<string>().AsList();
            reader.NextResult();
            return new DueArticles(
                embargoes, expiries, reader.Read() && !reader.IsDBNull(0) ? LogTime.FromMicroseconds(reader.GetInt64(0)) : null);
        },
        cancellationToken,
        LogTime.ToMicroseconds(now),
        maxCount);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenKey>> ReadTokenKeysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<TokenKey>>(
            TokenKeys,
            reader => [.. reader.Parse<TokenKeyRow>().Select(row => new TokenKey(row.KeyId, row.Secret, LogTime.FromMicroseconds(row.CreateTime)))],
            cancellationToken);

    /// <inheritdoc/>
    public Task AddTokenKeyAsync(TokenKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(AddTokenKey, isRepeatable: true, _ => true, key.KeyId, key.Secret, LogTime.ToMicroseconds(key.CreateTime));

    private sealed record HeadRow(
        long Head, long HeadCheck, int Epoch, long FloorNumber, long Sweeps, int ForkEpoch, Guid EpochId, long BeginsAfter);

    private sealed record RetiredRow(long StreamKey, string StreamId);

    private sealed record MembershipRow(long ArticleKey, long StreamKey, byte OpenAction, byte HeldAction)
    {
        public MembershipState AddTo(MembershipState state) => state.Include((MembershipAction)OpenAction, (MembershipAction)HeldAction);
    }

    private sealed record TokenKeyRow(int KeyId, byte[] Secret, long CreateTime);

    private sealed record ConsumerRow(
        string Principal, string Consumer, string StreamId, byte[] Place, long RankNumber, long RankWithin, long AcknowledgedTime)
    {
        public Acknowledgement ToAcknowledgement() => new(
            new ConsumerKey(Principal, Consumer, StreamId), Place, new PlaceRank(RankNumber, RankWithin), false, LogTime.FromMicroseconds(AcknowledgedTime));
    }

    private sealed record StreamRow(
        string StreamId, long StreamKey, string DisplayName, string Description, byte[] Filter, int Revision, long CreateTime,
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
            Revision = Revision,
            BackfilledThrough = BackfilledThrough,
            CreateTime = LogTime.FromMicroseconds(CreateTime),
            UpdateTime = LogTime.FromMicroseconds(UpdateTime),
        };
    }

    private sealed record RequestRow(
        string Principal, string RequestId, byte[] Fingerprint, long Number, Guid? UpdateId, long CommitTime, byte[] Response)
    {
        public AnsweredRequest ToAnswered() => new(
            Fingerprint,
            UpdateId is { } updateId
                ? new AppendReceipt(new LogPosition(Number, LogPosition.CheckOf(updateId)), updateId, LogTime.FromMicroseconds(CommitTime))
                : default,
            Response);
    }
}
