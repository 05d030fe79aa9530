using Syndication.Access;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Search;

/// <summary>
/// Finds the articles that links name by headline alone, in whichever order the two were published. A link leads to an
/// article only where exactly one matches: an ambiguous headline is left as it is.
/// </summary>
public sealed class LinkResolver(ITextIndex index, VisibleArticles store)
{
    /// <summary>Fills in the ids of articles that links name by headline and the caller may see.</summary>
    public async Task ResolveAsync(Article article, ReadScope scope, CancellationToken cancellationToken)
    {
        foreach (var link in article.Links.Where(link => link.ArticleId.Length == 0 && link.Headline.Length > 0))
        {
            var found = await FindAsync(
                article.ArticleId, await index.FindHeadlinesAsync(HeadlineKey.Of(link.Headline), cancellationToken), scope, cancellationToken);
            link.ArticleId = found?.Record.ArticleId ?? "";
        }
    }

    /// <summary>The article that an article's links call previous or next or, where they name none, the one whose links name it the other way round.</summary>
    /// <param name="stored">The article.</param>
    /// <param name="relation">Previous or next.</param>
    /// <param name="scope">Who asks.</param>
    public async Task<StoredArticle?> FindLinkedAsync(
        StoredArticle stored, LinkRelation relation, ReadScope scope, CancellationToken cancellationToken)
    {
        if (stored.Record.BlankedFor(scope.HeldTexts) is not null)
        {
            return null;
        }

        var article = stored.Content.Decode(body: false, desk: false);
        await ResolveAsync(article, scope, cancellationToken);
        var named = article.Links.FirstOrDefault(link => link.Relation == relation && link.ArticleId.Length > 0);
        if (named is not null)
        {
            var other = await store.ReadAsync(named.ArticleId, 0, scope, cancellationToken);
            return other?.Record.BlankedFor(scope.HeldTexts) is null ? other : null;
        }

        var opposite = relation == LinkRelation.Previous ? LinkRelation.Next : LinkRelation.Previous;
        var keys = await index.FindLinksAsync(HeadlineKey.Of(article.Headline), opposite, cancellationToken);
        return await FindAsync(article.ArticleId, keys, scope, cancellationToken);
    }

    private async Task<StoredArticle?> FindAsync(string articleId, IReadOnlyList<long> keys, ReadScope scope, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var found = (await store.ReadByKeysAsync(keys, held: false, scope, body: false, cancellationToken))
            .Where(stored => stored.Record.ArticleId != articleId && stored.Record.BlankedFor(scope.HeldTexts) is null)
            .ToList();
        return found.Count == 1 ? found[0] : null;
    }
}
