using Microsoft.Data.SqlClient;
using Syndication.Articles;

namespace Syndication.SqlServer;

/// <summary>The archive in SQL Server.</summary>
public sealed class SqlServerArticleStore(SqlServerDatabase database) : IArticleStore
{
    /// <summary>The latest version that the caller may see; none when there is no public one.</summary>
    private const string VisibleVersion = "CASE WHEN @held = 1 THEN a.latest_version ELSE a.public_version END";

    private const string JoinVisible =
        $"JOIN dbo.article_versions AS v ON v.article_key = a.article_key AND v.version = {VisibleVersion}";

    // Lists are as of one head: an article that gets another entry while the list is read is found by the one it had.
    private const string ReadHead =
        """
        DECLARE @head bigint;
        SELECT @head = s.head FROM dbo.log_state AS s WHERE s.id = 1;
        """;

    /// <summary>The latest entry of each article that the caller is told of.</summary>
    private const string FromAll =
        $"""
        FROM dbo.log_entries AS e JOIN dbo.articles AS a ON a.article_key = e.article_key {JoinVisible}
        WHERE e.number <= @head AND (e.is_public = 1 OR @held = 1) AND NOT EXISTS (
            SELECT 1 FROM dbo.log_entries AS l
            WHERE l.article_key = e.article_key AND l.number > e.number AND l.number <= @head AND (l.is_public = 1 OR @held = 1))
        """;

    /// <summary>The same in one stream, of the articles that it holds.</summary>
    private const string FromStream =
        $"""
        FROM dbo.stream_entries AS e JOIN dbo.articles AS a ON a.article_key = e.article_key {JoinVisible}
        WHERE e.stream_key = @streamKey AND e.number <= @head AND CASE WHEN @held = 1 THEN e.held_action ELSE e.open_action END = 1
            AND NOT EXISTS (
                SELECT 1 FROM dbo.stream_entries AS l
                WHERE l.article_key = e.article_key AND l.stream_key = @streamKey AND l.number > e.number AND l.number <= @head
                    AND CASE WHEN @held = 1 THEN l.held_action ELSE l.open_action END <> 0)
        """;

    private const string ListColumns = $"{ArticleRow.Columns}, {ArticleRow.ContentColumns}, e.number";

    private static readonly Statement ReadOne = new(
        $"""
        SELECT {ArticleRow.Columns}, {ArticleRow.ContentColumns}, a.last_number
        FROM dbo.articles AS a JOIN dbo.article_versions AS v
        ON v.article_key = a.article_key AND v.version = CASE @version WHEN 0 THEN {VisibleVersion} ELSE @version END
            AND v.version <= {VisibleVersion}
        WHERE a.article_id = @articleId;
        """,
        Parameter.VarChar("articleId", 200), Parameter.Int("version"), Parameter.Bit("held"));

    private static readonly Statement ReadMany = new(
        $"""
        SELECT {ArticleRow.Columns}, {ArticleRow.ContentColumns}, a.last_number
        FROM @ids AS k JOIN dbo.articles AS a ON a.article_id = k.item {JoinVisible};
        """,
        Parameter.Table("ids", TableTypes.Ids), Parameter.Bit("held"));

    private static readonly Statement ReadByKeys = new(
        $"""
        SELECT {ArticleRow.Columns}, {ArticleRow.ContentColumns}, a.last_number
        FROM @keys AS k JOIN dbo.articles AS a ON a.article_key = k.item {JoinVisible};
        """,
        Parameter.Table("keys", TableTypes.Keys), Parameter.Bit("held"));

    private static readonly Statement ReadHeadsByKeys = new(
        $"""
        SELECT {ArticleRow.Columns}, {ArticleRow.HeadColumns}, a.last_number
        FROM @keys AS k JOIN dbo.articles AS a ON a.article_key = k.item {JoinVisible};
        """,
        Parameter.Table("keys", TableTypes.Keys), Parameter.Bit("held"));

    private static readonly Statement ListAll = new(
        $"""
        {ReadHead}
        SELECT TOP (@maxCount) {ListColumns} {FromAll} AND e.number < @before ORDER BY e.number DESC;
        """,
        Parameter.Bit("held"), Parameter.BigInt("before"), Parameter.Int("maxCount"));

    private static readonly Statement ListStream = new(
        $"""
        {ReadHead}
        SELECT TOP (@maxCount) {ListColumns} {FromStream} AND e.number < @before ORDER BY e.number DESC;
        """,
        Parameter.BigInt("streamKey"), Parameter.Bit("held"), Parameter.BigInt("before"), Parameter.Int("maxCount"));

    private static readonly Statement ListAllForward = new(
        $"""
        {ReadHead}
        SELECT TOP (@maxCount) {ListColumns} {FromAll} AND e.number > @after ORDER BY e.number;
        """,
        Parameter.Bit("held"), Parameter.BigInt("after"), Parameter.Int("maxCount"));

    private static readonly Statement ListStreamForward = new(
        $"""
        {ReadHead}
        SELECT TOP (@maxCount) {ListColumns} {FromStream} AND e.number > @after ORDER BY e.number;
        """,
        Parameter.BigInt("streamKey"), Parameter.Bit("held"), Parameter.BigInt("after"), Parameter.Int("maxCount"));

    private static readonly Statement FindInAll = new(
        """
        SELECT MAX(e.number) AS number FROM dbo.log_entries AS e WHERE e.article_key = @articleKey AND (e.is_public = 1 OR @held = 1);
        """,
        Parameter.Bit("held"), Parameter.BigInt("articleKey"));

    private static readonly Statement FindInStream = new(
        """
        SELECT n.number FROM (
            SELECT TOP (1) s.number, CASE WHEN @held = 1 THEN s.held_action ELSE s.open_action END AS action FROM dbo.stream_entries AS s
            WHERE s.article_key = @articleKey AND s.stream_key = @streamKey AND CASE WHEN @held = 1 THEN s.held_action ELSE s.open_action END <> 0
            ORDER BY s.number DESC) AS n
        WHERE n.action = 1;
        """,
        Parameter.BigInt("streamKey"), Parameter.Bit("held"), Parameter.BigInt("articleKey"));

    private static readonly Statement ListVersions = new(
        $"""
        SELECT TOP (@maxCount) {ArticleRow.Columns}, {ArticleRow.HeadColumns}, a.last_number
        FROM dbo.articles AS a JOIN dbo.article_versions AS v
        ON v.article_key = a.article_key AND v.version < @before AND v.version <= {VisibleVersion}
        WHERE a.article_id = @articleId ORDER BY v.version DESC;
        """,
        Parameter.VarChar("articleId", 200), Parameter.Bit("held"), Parameter.Int("before"), Parameter.Int("maxCount"));

    /// <inheritdoc/>
    public async Task<StoredArticle?> ReadAsync(string articleId, int version, bool held, CancellationToken cancellationToken) =>
        await ListAsync(ReadOne, cancellationToken, articleId, version, held) is [var article] ? article : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ReadManyAsync(
        IReadOnlyCollection<string> articleIds, bool held, CancellationToken cancellationToken) =>
        ListAsync(ReadMany, cancellationToken, TableTypes.Ids.Rows(articleIds.Distinct(), id => [id]), held);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ReadByKeysAsync(
        IReadOnlyCollection<long> articleKeys, bool held, bool body, CancellationToken cancellationToken) =>
        ListAsync(body ? ReadByKeys : ReadHeadsByKeys, cancellationToken, TableTypes.Keys.Rows(articleKeys.Distinct(), key => [key]), held);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ListAsync(long streamKey, bool held, long before, int maxCount, CancellationToken cancellationToken) =>
        streamKey == 0
            ? ListAsync(ListAll, cancellationToken, held, before, maxCount)
            : ListAsync(ListStream, cancellationToken, streamKey, held, before, maxCount);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ListForwardAsync(
        long streamKey, bool held, long after, int maxCount, CancellationToken cancellationToken) =>
        streamKey == 0
            ? ListAsync(ListAllForward, cancellationToken, held, after, maxCount)
            : ListAsync(ListStreamForward, cancellationToken, streamKey, held, after, maxCount);

    /// <inheritdoc/>
    public Task<long?> FindInStreamAsync(long streamKey, bool held, long articleKey, CancellationToken cancellationToken) =>
        streamKey == 0
            ? database.ReadAsync(FindInAll, ReadNumber, cancellationToken, held, articleKey)
            : database.ReadAsync(FindInStream, ReadNumber, cancellationToken, streamKey, held, articleKey);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ListVersionsAsync(
        string articleId, bool held, int before, int maxCount, CancellationToken cancellationToken) =>
        ListAsync(ListVersions, cancellationToken, articleId, held, before, maxCount);

    private Task<IReadOnlyList<StoredArticle>> ListAsync(Statement statement, CancellationToken cancellationToken, params object?[] values) =>
        database.ReadAsync<IReadOnlyList<StoredArticle>>(
            statement,
            reader =>
            {
                var articles = new List<StoredArticle>();
                while (reader.Read())
                {
                    articles.Add(new StoredArticle(
                        ArticleRow.Read(reader, 0),
                        ArticleRow.ReadContent(reader, ArticleRow.Count),
                        reader.GetInt64(ArticleRow.Count + ArticleRow.ContentCount)));
                }

                return articles;
            },
            cancellationToken,
            values);

    private static long? ReadNumber(SqlDataReader reader) => reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
}
