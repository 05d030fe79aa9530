using Syndication.Articles;
using Syndication.Log;

namespace Syndication.Access;

/// <summary>
/// The archive as one caller may see it; everything that answers a caller reads through it. The staff sees all. A partner
/// sees an article, in all its versions, while the version in force is in a stream that is granted to it: under embargo only
/// where the grant says so, else the public version, as if there were no other. What it may not see is not there.
/// </summary>
public sealed class VisibleArticles(IArticleStore store, ILogStore log)
{
    /// <summary>One version of an article.</summary>
    /// <param name="version">The version; 0 means the latest that may be seen.</param>
    /// <returns>Null when the article or the version does not exist for the caller.</returns>
    public async Task<StoredArticle?> ReadAsync(string articleId, int version, ReadScope scope, CancellationToken cancellationToken)
    {
        var sight = await SightOfAsync(articleId, scope, cancellationToken);
        return sight == Sight.None ? null : await store.ReadAsync(articleId, version, sight == Sight.Held, cancellationToken);
    }

    /// <summary>The latest versions of several articles, in any order; those that do not exist for the caller are missing.</summary>
    public async Task<IReadOnlyList<StoredArticle>> ReadManyAsync(
        IReadOnlyCollection<string> articleIds, ReadScope scope, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is null)
        {
            return await store.ReadManyAsync(articleIds, scope.Held, cancellationToken);
        }

        var sights = await SightsOfAsync(articleIds, scope, cancellationToken);
        var found = new List<StoredArticle>();
        foreach (var group in articleIds.GroupBy(id => sights.GetValueOrDefault(id)).Where(group => group.Key != Sight.None))
        {
            found.AddRange(await store.ReadManyAsync([.. group], group.Key == Sight.Held, cancellationToken));
        }

        return found;
    }

    /// <summary>The latest versions of several articles by key, in any order; those that do not exist for the caller are missing.</summary>
    /// <param name="held">
    /// Those that the caller sees with access under embargo, or those that it sees without: what was found in the one kind of
    /// text must not be answered with the other.
    /// </param>
    /// <param name="body">Whether to read the bodies.</param>
    public async Task<IReadOnlyList<StoredArticle>> ReadByKeysAsync(
        IReadOnlyCollection<long> articleKeys, bool held, ReadScope scope, bool body, CancellationToken cancellationToken)
    {
        var found = await store.ReadByKeysAsync(articleKeys, held, body, cancellationToken);
        if (scope.PartnerId is null)
        {
            return found;
        }

        var sights = await SightsOfAsync([.. found.Select(stored => stored.Record.ArticleId)], scope, cancellationToken);
        return [.. found.Where(stored => sights.GetValueOrDefault(stored.Record.ArticleId) == (held ? Sight.Held : Sight.Open))];
    }

    /// <summary>The articles that the scope's streams hold, newest change first, each once and in its latest version.</summary>
    /// <param name="before">Exclusive; <see cref="long.MaxValue"/> starts with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    public Task<IReadOnlyList<StoredArticle>> ListAsync(ReadScope scope, long before, int maxCount, CancellationToken cancellationToken) =>
        MergeAsync(
            scope,
            stream => store.ListAsync(stream.Definition.StreamKey, stream.Held, before, maxCount, cancellationToken),
            all => all.OrderByDescending(article => article.Number),
            maxCount,
            cancellationToken);

    /// <summary>The articles that the scope's streams hold, oldest change first, each once and in its latest version.</summary>
    /// <param name="after">Exclusive.</param>
    /// <param name="maxCount">How many at most.</param>
    public Task<IReadOnlyList<StoredArticle>> ListForwardAsync(ReadScope scope, long after, int maxCount, CancellationToken cancellationToken) =>
        MergeAsync(
            scope,
            stream => store.ListForwardAsync(stream.Definition.StreamKey, stream.Held, after, maxCount, cancellationToken),
            all => all.OrderBy(article => article.Number),
            maxCount,
            cancellationToken);

    /// <summary>The number of the entry by which the scope's streams hold an article; null when none does.</summary>
    public async Task<long?> FindAsync(ReadScope scope, long articleKey, CancellationToken cancellationToken)
    {
        long? newest = null;
        foreach (var stream in scope.Streams)
        {
            var number = await store.FindInStreamAsync(stream.Definition.StreamKey, stream.Held, articleKey, cancellationToken);
            newest = number > (newest ?? 0) ? number : newest;
        }

        return newest;
    }

    /// <summary>The versions of an article, newest first, their bodies left empty.</summary>
    /// <param name="before">Exclusive; <see cref="int.MaxValue"/> starts with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    public async Task<IReadOnlyList<StoredArticle>> ListVersionsAsync(
        string articleId, ReadScope scope, int before, int maxCount, CancellationToken cancellationToken)
    {
        var sight = await SightOfAsync(articleId, scope, cancellationToken);
        return sight == Sight.None ? [] : await store.ListVersionsAsync(articleId, sight == Sight.Held, before, maxCount, cancellationToken);
    }

    private async Task<IReadOnlyList<StoredArticle>> MergeAsync(
        ReadScope scope,
        Func<ReadableStream, Task<IReadOnlyList<StoredArticle>>> listAsync,
        Func<IEnumerable<StoredArticle>, IEnumerable<StoredArticle>> order,
        int maxCount,
        CancellationToken cancellationToken)
    {
        if (scope.Streams.Count == 1)
        {
            return await listAsync(scope.Streams[0]);
        }

        var all = new List<StoredArticle>();
        foreach (var stream in scope.Streams)
        {
            var listed = await listAsync(stream);
            all.AddRange(scope.IsMixed ? await ElsewhereLaterRemovedAsync(scope, stream, listed, cancellationToken) : listed);
        }

        return [.. order(all.DistinctBy(article => article.Record.ArticleKey)).Take(maxCount)];
    }

    /// <summary>
    /// An article's place is the same in all streams that hold it, but where one stream is read with access under embargo and
    /// another is not: it is listed in the first of them alone, or it would come twice.
    /// </summary>
    private async Task<IReadOnlyList<StoredArticle>> ElsewhereLaterRemovedAsync(
        ReadScope scope, ReadableStream stream, IReadOnlyList<StoredArticle> listed, CancellationToken cancellationToken)
    {
        if (stream.Held)
        {
            return listed;
        }

        var sights = await SightsOfAsync([.. listed.Select(article => article.Record.ArticleId)], scope, cancellationToken);
        return [.. listed.Where(article => sights.GetValueOrDefault(article.Record.ArticleId) == Sight.Open)];
    }

    private async Task<Sight> SightOfAsync(string articleId, ReadScope scope, CancellationToken cancellationToken) => scope.PartnerId is null
        ? scope.Held ? Sight.Held : Sight.Open
        : (await SightsOfAsync([articleId], scope, cancellationToken)).GetValueOrDefault(articleId);

    private async Task<Dictionary<string, Sight>> SightsOfAsync(
        IReadOnlyCollection<string> articleIds, ReadScope scope, CancellationToken cancellationToken)
    {
        var state = await log.ReadStateAsync(articleIds, [], cancellationToken);
        return state.Articles.Values.ToDictionary(record => record.ArticleId, record => SightOf(record, state, scope));
    }

    private static Sight SightOf(ArticleRecord record, AppendState state, ReadScope scope)
    {
        var sight = Sight.None;
        foreach (var stream in scope.Streams)
        {
            var membership = state.Memberships.GetValueOrDefault((record.ArticleKey, stream.Definition.StreamKey));
            if (stream.Held && membership.HeldIn)
            {
                return Sight.Held;
            }

            sight = membership.OpenIn ? Sight.Open : sight;
        }

        return sight;
    }

    /// <summary>How a caller sees an article.</summary>
    private enum Sight
    {
        /// <summary>Not at all.</summary>
        None,

        /// <summary>In its public versions.</summary>
        Open,

        /// <summary>In all its versions.</summary>
        Held,
    }
}
