using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Articles;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>The archive in an embedded database.</summary>
public sealed class SqliteArticleStore(SqliteDatabase database) : IArticleStore
{
    private const string ContentColumns =
        """
        v.version AS Version, v.change AS Change, v.version_time_us AS VersionTime, v.head AS Head, v.body AS Body, v.desk AS Desk
        """;

    /// <summary>The latest version that the caller may see; none when there is no public one.</summary>
    private const string VisibleVersion = "CASE WHEN @held THEN a.latest_version ELSE a.public_version END";

    /// <inheritdoc/>
    public Task<StoredArticle?> ReadAsync(string articleId, int version, bool held, CancellationToken cancellationToken)
    {
        const string Read =
            $"""
            SELECT {ArticleRow.Columns}, {ContentColumns}
            FROM articles a JOIN article_versions v
            ON v.article_key = a.article_key AND v.version = CASE @version WHEN 0 THEN {VisibleVersion} ELSE @version END
                AND v.version <= {VisibleVersion}
            WHERE a.article_id = @articleId
            """;
        return Task.FromResult(database.Read(connection => Query(connection, Read, new { articleId, version, held }).FirstOrDefault()));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ReadManyAsync(
        IReadOnlyCollection<string> articleIds, bool held, CancellationToken cancellationToken)
    {
        const string Read =
            $"""
            SELECT {ArticleRow.Columns}, {ContentColumns}
            FROM json_each(@ids) k CROSS JOIN articles a ON a.article_id = k.value
            JOIN article_versions v ON v.article_key = a.article_key AND v.version = {VisibleVersion}
            """;
        return ListAsync(Read, new { ids = SqliteLogStore.JsonArray(articleIds), held });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ReadByKeysAsync(
        IReadOnlyCollection<long> articleKeys, bool held, bool body, CancellationToken cancellationToken)
    {
        const string Read =
            $"""
            SELECT {ArticleRow.Columns},
                v.version AS Version, v.change AS Change, v.version_time_us AS VersionTime, v.head AS Head,
                CASE WHEN @body THEN v.body ELSE x'' END AS Body, v.desk AS Desk
            FROM json_each(@keys) k CROSS JOIN articles a ON a.article_key = k.value
            JOIN article_versions v ON v.article_key = a.article_key AND v.version = {VisibleVersion}
            """;
        return ListAsync(Read, new { keys = SqliteLogStore.JsonArray(articleKeys), held, body });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ListAsync(long streamKey, bool held, long before, int maxCount, CancellationToken cancellationToken)
    {
        const string ReadAll = $"{FromAll} AND e.number < @place ORDER BY e.number DESC LIMIT @maxCount";
        const string ReadStream = $"{FromStream} AND s.number < @place ORDER BY s.number DESC LIMIT @maxCount";
        return ListAsync(streamKey == 0 ? ReadAll : ReadStream, new { streamKey, held, place = before, maxCount });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ListForwardAsync(
        long streamKey, bool held, long after, int maxCount, CancellationToken cancellationToken)
    {
        const string ReadAll = $"{FromAll} AND e.number > @place ORDER BY e.number LIMIT @maxCount";
        const string ReadStream = $"{FromStream} AND s.number > @place ORDER BY s.number LIMIT @maxCount";
        return ListAsync(streamKey == 0 ? ReadAll : ReadStream, new { streamKey, held, place = after, maxCount });
    }

    /// <inheritdoc/>
    public Task<long?> FindInStreamAsync(long streamKey, bool held, long articleKey, CancellationToken cancellationToken)
    {
        const string FindAll =
            """
            SELECT max(number) FROM log_entries WHERE article_key = @articleKey AND (is_public = 1 OR @held)
            """;
        const string FindStream =
            """
            SELECT number FROM (
                SELECT s.number, CASE WHEN @held THEN s.held ELSE s.open END AS action FROM stream_entries s
                WHERE s.article_key = @articleKey AND s.stream_key = @streamKey AND CASE WHEN @held THEN s.held ELSE s.open END <> 0
                ORDER BY s.number DESC LIMIT 1)
            WHERE action = 1
            """;
        return Task.FromResult(database.Read(connection =>
            connection.ExecuteScalar<long?>(streamKey == 0 ? FindAll : FindStream, new { streamKey, held, articleKey })));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredArticle>> ListVersionsAsync(
        string articleId, bool held, int before, int maxCount, CancellationToken cancellationToken)
    {
        const string Read =
            $"""
            SELECT {ArticleRow.Columns},
                v.version AS Version, v.change AS Change, v.version_time_us AS VersionTime, v.head AS Head, x'' AS Body, v.desk AS Desk
            FROM articles a JOIN article_versions v ON v.article_key = a.article_key AND v.version < @before AND v.version <= {VisibleVersion}
            WHERE a.article_id = @articleId ORDER BY v.version DESC LIMIT @maxCount
            """;
        return ListAsync(Read, new { articleId, held, before, maxCount });
    }

    /// <summary>The latest entry of each article that the caller is told of, in the order of the log.</summary>
    private const string FromAll =
        $"""
        SELECT {ArticleRow.Columns}, {ContentColumns}, e.number AS Number
        FROM log_entries e JOIN articles a ON a.article_key = e.article_key
        JOIN article_versions v ON v.article_key = a.article_key AND v.version = {VisibleVersion}
        WHERE (e.is_public = 1 OR @held) AND NOT EXISTS (
            SELECT 1 FROM log_entries l WHERE l.article_key = e.article_key AND l.number > e.number AND (l.is_public = 1 OR @held))
        """;

    /// <summary>The same in one stream, of the articles that it holds.</summary>
    private const string FromStream =
        $"""
        SELECT {ArticleRow.Columns}, {ContentColumns}, s.number AS Number
        FROM stream_entries s JOIN articles a ON a.article_key = s.article_key
        JOIN article_versions v ON v.article_key = a.article_key AND v.version = {VisibleVersion}
        WHERE s.stream_key = @streamKey AND CASE WHEN @held THEN s.held ELSE s.open END = 1 AND NOT EXISTS (
            SELECT 1 FROM stream_entries l WHERE l.article_key = s.article_key AND l.stream_key = @streamKey AND l.number > s.number
                AND CASE WHEN @held THEN l.held ELSE l.open END <> 0)
        """;

    private Task<IReadOnlyList<StoredArticle>> ListAsync(string sql, object parameters) =>
        Task.FromResult<IReadOnlyList<StoredArticle>>(database.Read(connection => Query(connection, sql, parameters)));

    private static List<StoredArticle> Query(SqliteConnection connection, string sql, object parameters) => connection
        .Query<ArticleRow, ContentRow, StoredArticle>(
            sql,
            (article, content) => new StoredArticle(article.ToRecord(), content.ToContent(), content.Number ?? article.LastNumber),
            parameters,
            splitOn: "Version")
        .AsList();

    private sealed record ContentRow
    {
        public long Version { get; init; }

        public long Change { get; init; }

        public long VersionTime { get; init; }

        public byte[] Head { get; init; } = [];

        public byte[] Body { get; init; } = [];

        public byte[] Desk { get; init; } = [];

        public long? Number { get; init; }

        public EncodedArticle ToContent() =>
            new((int)Version, (ChangeType)Change, LogTime.FromMicroseconds(VersionTime), Head, Body, Desk);
    }
}
