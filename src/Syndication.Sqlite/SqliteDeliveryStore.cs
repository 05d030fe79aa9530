using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Log;
using Syndication.Receipts;

namespace Syndication.Sqlite;

/// <summary>Who was sent what, in an embedded database.</summary>
public sealed partial class SqliteDeliveryStore(SqliteDatabase database) : IDeliveryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SentArticle>> ReadSentAsync(
        IReadOnlyCollection<long> articleKeys, string? partnerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SentArticle>>(database.Read(connection => ReadSent(connection, null, articleKeys, partnerId)));

    /// <inheritdoc/>
    public Task<KilledArticle?> FindArticleAsync(string articleId, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT a.article_key AS ArticleKey, a.article_id AS ArticleId, e.number AS Number, e.commit_time_us AS WithdrawTime
            FROM articles a LEFT JOIN log_entries e ON e.article_key = a.article_key AND e.kind = @withdrawn
            WHERE a.article_id = @articleId
            """;
        return Task.FromResult(database.Read(connection => ToKilled(
            connection, connection.Query<KilledRow>(Read, new { articleId, withdrawn = (int)EntryKind.Withdrawn }).ToList()).FirstOrDefault()));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KilledArticle>> ListKilledAsync(long before, int maxCount, CancellationToken cancellationToken)
    {
        // The kind is a constant so that the index of kills is used.
        const string Read =
            """
            SELECT a.article_key AS ArticleKey, a.article_id AS ArticleId, e.number AS Number, e.commit_time_us AS WithdrawTime
            FROM log_entries e JOIN articles a ON a.article_key = e.article_key
            WHERE e.kind = 6 AND e.number < @before ORDER BY e.number DESC LIMIT @maxCount
            """;
        return Task.FromResult<IReadOnlyList<KilledArticle>>(database.Read(connection =>
            ToKilled(connection, connection.Query<KilledRow>(Read, new { before, maxCount }).ToList())));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StreamContact>> ReadContactsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT partner_id AS PartnerId, stream_key AS StreamKey, held AS Held FROM stream_contacts WHERE seen_time_us >= @since
            """;
        return Task.FromResult<IReadOnlyList<StreamContact>>(database.Read(connection => connection
            .Query<ContactRow>(Read, new { since = LogTime.ToMicroseconds(since) })
            .Select(row => new StreamContact(row.PartnerId, row.StreamKey, row.Held != 0))
            .ToList()));
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> ConfirmAsync(WithdrawalConfirmation confirmation, CancellationToken cancellationToken)
    {
        const string Find = "SELECT article_key FROM articles WHERE article_id = @ArticleId AND withdrawn = 1";
        const string Insert =
            """
            INSERT OR IGNORE INTO withdrawal_confirmations (article_key, partner_id, consumer, note, confirm_time_us)
            VALUES (@key, @partnerId, @consumer, @note, @time)
            """;
        const string Read =
            """
            SELECT confirm_time_us FROM withdrawal_confirmations WHERE article_key = @key AND partner_id = @partnerId
            """;
        return database.WriteAsync(
            (connection, transaction) =>
            {
                var partnerId = confirmation.Event.Principal;
                var (consumer, note, time) = confirmation.Confirmed;
                if (connection.ExecuteScalar<long?>(Find, new { confirmation.ArticleId }, transaction) is not { } key
                    || ReadSent(connection, transaction, [key], partnerId).Count == 0)
                {
                    return (false, (DateTimeOffset?)null);
                }

                var inserted = connection.Execute(
                    Insert, new { key, partnerId, consumer, note, time = LogTime.ToMicroseconds(time) }, transaction);
                if (inserted > 0)
                {
                    SqliteAuditStore.Add(connection, transaction, confirmation.Event);
                }

                return (true, LogTime.FromMicroseconds(connection.ExecuteScalar<long>(Read, new { key, partnerId }, transaction)));
            },
            cancellationToken);
    }

    private static List<SentArticle> ReadSent(
        SqliteConnection connection, SqliteTransaction? transaction, IReadOnlyCollection<long> articleKeys, string? partnerId)
    {
        // An entry that carries an article, and was delivered to a stream's readers, was sent to whoever has a range over it; but
        // not by a reading that began when the article was killed already.
        const string Read =
            """
            WITH sendings AS MATERIALIZED (
                SELECT s.article_key, s.stream_key, s.number, e.commit_time_us, s.open = 1 AS open, s.held = 1 AS held
                FROM json_each(@keys) k CROSS JOIN stream_entries s ON s.article_key = k.value AND (s.open = 1 OR s.held = 1)
                CROSS JOIN log_entries e ON e.number = s.number AND e.kind IN @carrying
                UNION ALL
                SELECT d.article_key, d.stream_key, d.number, d.commit_time_us, d.open, d.held
                FROM json_each(@keys) k CROSS JOIN dropped_memberships d ON d.article_key = k.value),
            sent AS MATERIALIZED (
                SELECT DISTINCT s.article_key, d.partner_id, d.stream_key
                FROM sendings s CROSS JOIN deliveries d ON d.stream_key = s.stream_key AND d.from_number < s.number
                    AND CASE d.held WHEN 1 THEN s.held ELSE s.open END
                    AND CASE WHEN d.through_number IS NULL THEN s.commit_time_us <= d.until_time_us ELSE s.number <= d.through_number END
                    AND (@partnerId IS NULL OR d.partner_id = @partnerId)
                    AND NOT EXISTS (
                        SELECT 1 FROM log_entries l
                        WHERE l.article_key = s.article_key AND l.kind = @withdrawn AND l.number <= d.head_number)
                UNION
                SELECT r.article_key, r.partner_id, NULL FROM json_each(@keys) k CROSS JOIN article_reads r
                ON r.article_key = k.value AND (@partnerId IS NULL OR r.partner_id = @partnerId))
            SELECT t.article_key AS ArticleKey, t.partner_id AS PartnerId, st.stream_id AS StreamId, w.sent_time_us AS SentTime,
                c.consumer AS Consumer, c.note AS Note, c.confirm_time_us AS ConfirmTime
            FROM sent t
            LEFT JOIN stream_filters f ON f.stream_key = t.stream_key
            LEFT JOIN streams st ON st.stream_id = f.stream_id
            LEFT JOIN withdrawal_sends w ON w.article_key = t.article_key AND w.partner_id = t.partner_id
            LEFT JOIN withdrawal_confirmations c ON c.article_key = t.article_key AND c.partner_id = t.partner_id
            """;
        return connection
            .Query<SentRow>(
                Read,
                new
                {
                    keys = SqliteLogStore.JsonArray(articleKeys),
                    partnerId,
                    carrying = SqliteLogStore.Carrying,
                    withdrawn = (int)EntryKind.Withdrawn,
                },
                transaction)
            .GroupBy(row => (row.ArticleKey, row.PartnerId))
            .Select(group => group.First().ToSent([.. group.Select(row => row.StreamId).OfType<string>().Distinct().Order(StringComparer.Ordinal)]))
            .OrderBy(sent => sent.ArticleKey).ThenBy(sent => sent.PartnerId, StringComparer.Ordinal)
            .ToList();
    }

    private static List<KilledArticle> ToKilled(SqliteConnection connection, List<KilledRow> rows)
    {
        const string ReadMemberships =
            """
            SELECT s.article_key AS ArticleKey, s.stream_key AS StreamKey, s.open AS Open, s.held AS Held
            FROM json_each(@kills) k CROSS JOIN stream_entries s ON s.article_key = k.value ->> 0 AND s.number = k.value ->> 1
            """;
        var memberships = connection
            .Query<KillMembershipRow>(
                ReadMemberships,
                new { kills = SqliteLogStore.JsonArray(rows.Where(row => row.Number is not null).Select(row => new[] { row.ArticleKey, row.Number })) })
            .ToLookup(row => row.ArticleKey, row => new Membership(row.StreamKey, (MembershipAction)row.Open, (MembershipAction)row.Held));
        return [.. rows.Select(row => new KilledArticle(
            row.ArticleKey, row.ArticleId, row.Number ?? 0, row.WithdrawTime is { } time ? LogTime.FromMicroseconds(time) : null, [.. memberships[row.ArticleKey]]))];
    }

    private sealed record KilledRow
    {
        public required long ArticleKey { get; init; }

        public required string ArticleId { get; init; }

        public long? Number { get; init; }

        public long? WithdrawTime { get; init; }
    }

    private sealed record KillMembershipRow(long ArticleKey, long StreamKey, long Open, long Held);

    private sealed record ContactRow(string PartnerId, long StreamKey, long Held);

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
