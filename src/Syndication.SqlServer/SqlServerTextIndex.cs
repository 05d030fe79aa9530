using Dapper;
using Microsoft.Data.SqlClient.Server;
using Syndication.Search;
using Syndication.V1;

namespace Syndication.SqlServer;

/// <summary>
/// The full-text index in SQL Server, where the server has full-text search. Where it has not, the headlines by which links name
/// articles are kept all the same.
/// </summary>
public sealed partial class SqlServerTextIndex(SqlServerDatabase database, TimeProvider time) : ITextIndex
{
    /// <summary>How long a write waits for the server to take in what was written; a search that comes sooner would not find it.</summary>
    private static readonly TimeSpan PopulationPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PopulationInterval = TimeSpan.FromMilliseconds(25);

    private static readonly Statement Position = new(
        "SELECT s.epoch_id AS EpochId, s.number AS Number, s.has_texts AS HasTexts FROM dbo.index_state AS s WHERE s.id = 1;");

    private static readonly Statement Write = new(
        """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        UPDATE dbo.index_state SET number = @number
        WHERE id = 1 AND epoch_id = @epochId AND number = @expected AND has_texts = @hasTexts;
        IF @@ROWCOUNT = 0
        BEGIN
            ROLLBACK TRANSACTION;
            SELECT CAST(0 AS bit) AS is_written;
            RETURN;
        END;

        DELETE t FROM dbo.public_text AS t JOIN @keys AS k ON k.item = t.article_key WHERE t.article_key > 0;
        DELETE t FROM dbo.held_text AS t JOIN @keys AS k ON k.item = t.article_key WHERE t.article_key > 0;
        DELETE h FROM dbo.headlines AS h JOIN @keys AS k ON k.item = h.article_key WHERE h.article_key > 0;
        DELETE l FROM dbo.links AS l JOIN @keys AS k ON k.item = l.article_key WHERE l.article_key > 0;
        INSERT INTO dbo.public_text (article_key, headline, body, names)
        SELECT t.article_key, t.headline, t.body, t.names FROM @texts AS t WHERE t.is_held = 0;
        INSERT INTO dbo.held_text (article_key, headline, body, names)
        SELECT t.article_key, t.headline, t.body, t.names FROM @texts AS t WHERE t.is_held = 1;
        INSERT INTO dbo.headlines (article_key, folded, reversed, folded_start, reversed_start)
        SELECT n.article_key, n.folded, n.reversed, LEFT(n.folded, 200), LEFT(n.reversed, 200) FROM @headlines AS n WHERE n.relation = 0;
        INSERT INTO dbo.links (article_key, ordinal, relation, folded, reversed, folded_start, reversed_start)
        SELECT n.article_key, n.ordinal, n.relation, n.folded, n.reversed, LEFT(n.folded, 200), LEFT(n.reversed, 200)
        FROM @headlines AS n WHERE n.relation > 0;
        COMMIT TRANSACTION;
        SELECT CAST(1 AS bit) AS is_written;
        """,
        Parameter.UniqueIdentifier("epochId"), Parameter.BigInt("expected"), Parameter.BigInt("number"), Parameter.Bit("hasTexts"),
        Parameter.Table("keys", TableTypes.Keys), Parameter.Table("texts", TableTypes.Texts), Parameter.Table("headlines", TableTypes.Headlines));

    private static readonly Statement Clear = new(
        """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        UPDATE dbo.index_state SET epoch_id = @epochId, number = 0, has_texts = @hasTexts WHERE id = 1;
        DELETE FROM dbo.public_text WHERE article_key > 0;
        DELETE FROM dbo.held_text WHERE article_key > 0;
        DELETE FROM dbo.headlines WHERE article_key > 0;
        DELETE FROM dbo.links WHERE article_key > 0;
        COMMIT TRANSACTION;
        """,
        Parameter.UniqueIdentifier("epochId"), Parameter.Bit("hasTexts"));

    private static readonly Statement Pending = new(
        """
        SELECT CAST(COALESCE(OBJECTPROPERTYEX(OBJECT_ID(N'dbo.public_text'), N'TableFulltextPendingChanges'), 0) AS int)
            + CAST(COALESCE(OBJECTPROPERTYEX(OBJECT_ID(N'dbo.held_text'), N'TableFulltextPendingChanges'), 0) AS int) AS pending;
        """);

    private bool? _canSearch;

    /// <inheritdoc/>
    public async ValueTask<bool> CanSearchAsync(CancellationToken cancellationToken) =>
        _canSearch ??= await database.ReadAsync(SqlServerMigrator.FullText, SqlServerMigrator.ReadFullText, cancellationToken) == (true, true);

    /// <inheritdoc/>
    public async Task<IndexPosition> ReadPositionAsync(CancellationToken cancellationToken)
    {
        var canSearch = await CanSearchAsync(cancellationToken);
        var row = await database.ReadAsync(Position, reader => reader.Parse<PositionRow>().Single(), cancellationToken);

        // Where full-text search came or went, the index is another one, and made anew.
        return row.HasTexts == canSearch ? new IndexPosition(row.EpochId, row.Number) : default;
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(
        IReadOnlyList<IndexedArticle> articles, IndexPosition expected, IndexPosition after, CancellationToken cancellationToken)
    {
        var canSearch = await CanSearchAsync(cancellationToken);
        var isWritten = await database.WriteAsync(
            Write,
            isRepeatable: false,
            reader => reader.Read() && reader.GetBoolean(0),
            expected.EpochId,
            expected.Number,
            after.Number,
            canSearch,
            TableTypes.Keys.Rows(articles, article => [article.ArticleKey]),
            TableTypes.Texts.Rows(
                canSearch ? articles.SelectMany(TextsOf) : [],
                row => [row.Key, row.IsHeld, ArticleText.Decode(row.Text.Headline), ArticleText.Decode(row.Text.Body), ArticleText.Decode(row.Text.Names)]),
            HeadlineRows(articles));
        if (isWritten && canSearch)
        {
            await WaitForPopulationAsync(cancellationToken);
        }

        return isWritten;
    }

    /// <inheritdoc/>
    public async Task ClearAsync(Guid epochId, CancellationToken cancellationToken) =>
        await database.WriteAsync(Clear, isRepeatable: true, _ => true, epochId, await CanSearchAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<TextSnippet>>> MarkAsync(
        SearchNode query, IReadOnlyList<ArticleText> texts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<IReadOnlyList<TextSnippet>>>([.. texts.Select(text => TextMarker.Mark(query, text))]);

    private async Task WaitForPopulationAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < PopulationPatience
            && await database.ReadAsync(Pending, reader => reader.Read() && reader.GetInt32(0) > 0, cancellationToken))
        {
            await Task.Delay(PopulationInterval, time, cancellationToken);
        }
    }

    private static IEnumerable<(long Key, bool IsHeld, ArticleText Text)> TextsOf(IndexedArticle article)
    {
        if (article.Public is { } open)
        {
            yield return (article.ArticleKey, false, open);
        }

        if (article.Held is { } held)
        {
            yield return (article.ArticleKey, true, held);
        }
    }

    private static IReadOnlyCollection<SqlDataRecord> HeadlineRows(IReadOnlyList<IndexedArticle> articles) => TableTypes.Headlines.Rows(
        articles.SelectMany(article => (article.Headline is { } own ? [(Relation: (LinkRelation)0, Headline: own)] : Enumerable.Empty<(LinkRelation Relation, HeadlineKey Headline)>())
            .Concat(article.Links)
            .Select((link, ordinal) => (article.ArticleKey, Ordinal: ordinal, link.Relation, link.Headline))),
        row => [row.ArticleKey, row.Ordinal, (byte)row.Relation, row.Headline.Folded, row.Headline.Reversed]);

    private sealed record PositionRow(Guid EpochId, long Number, bool HasTexts);
}
