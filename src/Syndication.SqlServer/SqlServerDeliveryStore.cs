using Dapper;
using Microsoft.Data.SqlClient;
using Syndication.Log;
using Syndication.Receipts;

namespace Syndication.SqlServer;

/// <summary>Who was sent what, in SQL Server.</summary>
public sealed partial class SqlServerDeliveryStore(SqlServerDatabase database) : IDeliveryStore
{
    // An entry that carries an article, and was delivered to a stream's readers, was sent to whoever has a range over it; but not
    // by a reading that began when the article was killed already.
    //
    // The index of streams is read before what retention has taken from it, each in a statement of its own: an entry that is
    // moved meanwhile is found in the second if not in the first. In one statement the server may read them the other way round.
    private static readonly string FindSent =
        $"""
        DECLARE @sendings TABLE (
            article_key bigint NOT NULL, stream_key bigint NOT NULL, number bigint NOT NULL, commit_time_us bigint NOT NULL,
            is_open bit NOT NULL, is_held bit NOT NULL);
        DECLARE @sent TABLE (
            article_key bigint NOT NULL, partner_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL, stream_key bigint NULL);
        INSERT INTO @sendings (article_key, stream_key, number, commit_time_us, is_open, is_held)
        SELECT s.article_key, s.stream_key, s.number, e.commit_time_us,
            CASE WHEN s.open_action = 1 THEN 1 ELSE 0 END, CASE WHEN s.held_action = 1 THEN 1 ELSE 0 END
        FROM @keys AS k JOIN dbo.stream_entries AS s ON s.article_key = k.item JOIN dbo.log_entries AS e ON e.number = s.number
        WHERE (s.open_action = 1 OR s.held_action = 1) AND e.kind IN ({SqlServerLogStore.Carrying});
        INSERT INTO @sendings (article_key, stream_key, number, commit_time_us, is_open, is_held)
        SELECT m.article_key, m.stream_key, m.number, m.commit_time_us, m.is_open, m.is_held
        FROM @keys AS k JOIN dbo.dropped_memberships AS m ON m.article_key = k.item;
        INSERT INTO @sent (article_key, partner_id, stream_key)
        SELECT DISTINCT s.article_key, d.partner_id, d.stream_key
        FROM @sendings AS s JOIN dbo.deliveries AS d ON d.stream_key = s.stream_key AND d.from_number < s.number
        WHERE ((d.is_held = 1 AND s.is_held = 1) OR (d.is_held = 0 AND s.is_open = 1))
            AND ((d.through_number IS NULL AND s.commit_time_us <= d.until_time_us) OR s.number <= d.through_number)
            AND (@partnerId IS NULL OR d.partner_id = @partnerId)
            AND NOT EXISTS (
                SELECT 1 FROM dbo.log_entries AS l
                WHERE l.article_key = s.article_key AND l.kind = {SqlServerLogStore.Withdrawn} AND l.number <= d.head_number);
        INSERT INTO @sent (article_key, partner_id, stream_key)
        SELECT r.article_key, r.partner_id, NULL FROM @keys AS k JOIN dbo.article_reads AS r ON r.article_key = k.item
        WHERE @partnerId IS NULL OR r.partner_id = @partnerId;
        """;

    private static readonly Statement Sent = new(
        $"""
        SET NOCOUNT ON;
        {FindSent}
        SELECT t.article_key AS ArticleKey, t.partner_id AS PartnerId, st.stream_id AS StreamId, w.sent_time_us AS SentTime,
            c.consumer AS Consumer, c.note AS Note, c.confirm_time_us AS ConfirmTime
        FROM @sent AS t
        LEFT JOIN dbo.stream_filters AS f ON f.stream_key = t.stream_key
        LEFT JOIN dbo.streams AS st ON st.stream_id = f.stream_id
        LEFT JOIN dbo.withdrawal_sends AS w ON w.article_key = t.article_key AND w.partner_id = t.partner_id
        LEFT JOIN dbo.withdrawal_confirmations AS c ON c.article_key = t.article_key AND c.partner_id = t.partner_id;
        """,
        Parameter.Table("keys", TableTypes.Keys), Parameter.VarChar("partnerId", 200));

    private const string DeclareKilled =
        """
        SET NOCOUNT ON;
        DECLARE @articles TABLE (
            article_key bigint NOT NULL, article_id varchar(200) COLLATE Latin1_General_BIN2 NOT NULL, number bigint NULL, commit_time_us bigint NULL);
        """;

    private const string SelectKilled =
        """
        SELECT a.article_key AS ArticleKey, a.article_id AS ArticleId, a.number AS Number, a.commit_time_us AS WithdrawTime
        FROM @articles AS a ORDER BY a.number DESC;
        SELECT s.article_key AS ArticleKey, s.stream_key AS StreamKey, s.open_action AS OpenAction, s.held_action AS HeldAction
        FROM @articles AS a JOIN dbo.stream_entries AS s ON s.article_key = a.article_key AND s.number = a.number;
        """;

    private static readonly Statement FindArticle = new(
        $"""
        {DeclareKilled}
        INSERT INTO @articles (article_key, article_id, number, commit_time_us)
        SELECT a.article_key, a.article_id, e.number, e.commit_time_us
        FROM dbo.articles AS a LEFT JOIN dbo.log_entries AS e ON e.article_key = a.article_key AND e.kind = {SqlServerLogStore.Withdrawn}
        WHERE a.article_id = @articleId;
        {SelectKilled}
        """,
        Parameter.VarChar("articleId", 200));

    // The kind is a constant, so that the index of kills is used.
    private static readonly Statement Killed = new(
        $"""
        {DeclareKilled}
        DECLARE @head bigint;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        INSERT INTO @articles (article_key, article_id, number, commit_time_us)
        SELECT TOP (@maxCount) a.article_key, a.article_id, e.number, e.commit_time_us
        FROM dbo.log_entries AS e JOIN dbo.articles AS a ON a.article_key = e.article_key
        WHERE e.kind = {SqlServerLogStore.Withdrawn} AND e.number < @before AND e.number <= @head ORDER BY e.number DESC;
        {SelectKilled}
        """,
        Parameter.BigInt("before"), Parameter.Int("maxCount"));

    private static readonly Statement Contacts = new(
        """
        SELECT c.partner_id AS PartnerId, c.stream_key AS StreamKey, c.is_held AS Held
        FROM dbo.stream_contacts AS c WHERE c.seen_time_us >= @since;
        """,
        Parameter.BigInt("since"));

    // Kills are final and nobody is ever taken from the list of those who were sent an article, so both are looked up before the
    // transaction begins. Of two confirmations at once the second is a duplicate key, and finds the first when it is tried again.
    private static readonly Statement Confirm = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @count int, @confirmTime bigint;
        DECLARE @keys TABLE (item bigint NOT NULL PRIMARY KEY);
        INSERT INTO @keys (item) SELECT a.article_key FROM dbo.articles AS a WHERE a.article_id = @articleId AND a.withdrawn = 1;
        {FindSent}
        BEGIN TRANSACTION;
        INSERT INTO dbo.withdrawal_confirmations (article_key, partner_id, consumer, note, confirm_time_us)
        SELECT k.item, @partnerId, @consumer, @note, @time FROM @keys AS k
        WHERE EXISTS (SELECT 1 FROM @sent AS t WHERE t.article_key = k.item)
            AND NOT EXISTS (SELECT 1 FROM dbo.withdrawal_confirmations AS c WHERE c.article_key = k.item AND c.partner_id = @partnerId);
        SET @count = @@ROWCOUNT;
        IF @count > 0
        BEGIN
            {SqlServerAuditStore.InsertEvents}
        END;
        COMMIT TRANSACTION;
        SELECT @confirmTime = c.confirm_time_us
        FROM @keys AS k JOIN dbo.withdrawal_confirmations AS c ON c.article_key = k.item AND c.partner_id = @partnerId;
        SELECT @confirmTime AS confirm_time_us;
        """,
        Parameter.VarChar("articleId", 200), Parameter.VarChar("partnerId", 200), Parameter.VarChar("consumer", 200),
        Parameter.NVarChar("note", 4000), Parameter.BigInt("time"), Parameter.Table("events", TableTypes.AuditEvents));

    /// <inheritdoc/>
    public Task<IReadOnlyList<SentArticle>> ReadSentAsync(
        IReadOnlyCollection<long> articleKeys, string? partnerId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SentArticle>>(
            Sent,
            reader =>
            [
                .. reader.Parse<SentRow>()
                    .GroupBy(row => (row.ArticleKey, row.PartnerId))
                    .Select(group => group.First().ToSent([.. group.Select(row => row.StreamId).OfType<string>().Distinct().Order(StringComparer.Ordinal)]))
                    .OrderBy(sent => sent.ArticleKey).ThenBy(sent => sent.PartnerId, StringComparer.Ordinal),
            ],
            cancellationToken,
            TableTypes.Keys.Rows(articleKeys.Distinct(), key => [key]),
            partnerId);

    /// <inheritdoc/>
    public async Task<KilledArticle?> FindArticleAsync(string articleId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(FindArticle, ReadKilled, cancellationToken, articleId)) is [var article, ..] ? article : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<KilledArticle>> ListKilledAsync(long before, int maxCount, CancellationToken cancellationToken) =>
        database.ReadAsync(Killed, ReadKilled, cancellationToken, before, maxCount);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StreamContact>> ReadContactsAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StreamContact>>(
            Contacts,
            reader => [.. reader.Parse<ContactRow>().Select(row => new StreamContact(row.PartnerId, row.StreamKey, row.Held))],
            cancellationToken,
            LogTime.ToMicroseconds(since));

    /// <inheritdoc/>
    public Task<DateTimeOffset?> ConfirmAsync(WithdrawalConfirmation confirmation, CancellationToken cancellationToken)
    {
        var (consumer, note, time) = confirmation.Confirmed;
        return database.WriteAsync<DateTimeOffset?>(
            Confirm,
            isRepeatable: true,
            reader => reader.Read() && !reader.IsDBNull(0) ? LogTime.FromMicroseconds(reader.GetInt64(0)) : null,
            confirmation.ArticleId,
            confirmation.Event.Principal,
            consumer,
            note,
            LogTime.ToMicroseconds(time),
            SqlServerAuditStore.Rows([confirmation.Event]));
    }

    private static IReadOnlyList<KilledArticle> ReadKilled(SqlDataReader reader)
    {
        var articles = reader.Parse<KilledRow>().AsList();
        reader.NextResult();
        var memberships = reader.Parse<KillMembershipRow>()
            .ToLookup(row => row.ArticleKey, row => new Membership(row.StreamKey, (MembershipAction)row.OpenAction, (MembershipAction)row.HeldAction));
        return
        [
            .. articles.Select(row => new KilledArticle(
                row.ArticleKey, row.ArticleId, row.Number ?? 0, row.WithdrawTime is { } time ? LogTime.FromMicroseconds(time) : null, [.. memberships[row.ArticleKey]])),
        ];
    }

    private sealed record KilledRow
    {
        public required long ArticleKey { get; init; }

        public required string ArticleId { get; init; }

        public long? Number { get; init; }

        public long? WithdrawTime { get; init; }
    }

    private sealed record KillMembershipRow(long ArticleKey, long StreamKey, byte OpenAction, byte HeldAction);

    private sealed record ContactRow(string PartnerId, long StreamKey, bool Held);

    private sealed record SentRow
    {
        public required long ArticleKey { get; init; }

        public required string PartnerId { get; init; }

        public string? StreamId { get; init; }

        public long? SentTime { get; init; }

        public string? Consumer { get; init; }

        public string? Note { get; init; }

        public long? ConfirmTime { get; init; }

        public SentArticle ToSent(IReadOnlyList<string> streamIds) => new(
            ArticleKey,
            PartnerId,
            streamIds,
            SentTime is { } sent ? LogTime.FromMicroseconds(sent) : null,
            ConfirmTime is { } confirmed ? new ConfirmedWithdrawal(Consumer!, Note!, LogTime.FromMicroseconds(confirmed)) : null);
    }
}
