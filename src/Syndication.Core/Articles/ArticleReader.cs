using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Search;
using Syndication.Streams;
using Syndication.Tokens;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Articles;

/// <summary>Reads the archive for one caller: what the caller may not see is not there.</summary>
public sealed class ArticleReader(VisibleArticles store, StreamCatalog streams, LinkResolver links, VocabularyCatalog vocabularies, PageTokens pages)
{
    private const int MaxBatch = 100;

    /// <summary>Answers end before they grow past this: stock clients accept 4 MB.</summary>
    private const int MaxResponseBytes = 3 * 1024 * 1024;

    /// <summary>How many articles a page of a filtered list looks at: it may end short, with a token to go on.</summary>
    private const int MaxScan = 5000;

    /// <summary>A version of an article.</summary>
    public async Task<Outcome<GetArticleResponse>> GetAsync(GetArticleRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        if (request.ArticleId.Length == 0)
        {
            return Rejection.OfField("article_id", "is required");
        }

        if (request.Version < 0)
        {
            return Rejection.OfField("version", "is negative");
        }

        var found = await store.ReadAsync(request.ArticleId, request.Version, scope, cancellationToken);
        if (found is null && request.Version != 0
            && await store.ReadAsync(request.ArticleId, 0, scope, cancellationToken) is not null)
        {
            return Publishing.ArticleRejections.VersionNotFound(request.ArticleId, request.Version);
        }

        if (found is null)
        {
            return Publishing.ArticleRejections.NotFound(request.ArticleId);
        }

        var article = Show(found, request.View, scope);
        await links.ResolveAsync(article, scope, cancellationToken);
        return new GetArticleResponse { Article = article };
    }

    /// <summary>Several articles.</summary>
    public async Task<Outcome<BatchGetArticlesResponse>> BatchGetAsync(
        BatchGetArticlesRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        if (request.ArticleIds.Count is 0 or > MaxBatch)
        {
            return Rejection.OfField("article_ids", $"names {request.ArticleIds.Count} articles; 1 to {MaxBatch} are allowed");
        }

        var repeated = request.ArticleIds.GroupBy(id => id).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            return Rejection.OfField("article_ids", $"names \"{repeated.Key}\" more than once");
        }

        var found = (await store.ReadManyAsync(request.ArticleIds, scope, cancellationToken)).ToDictionary(article => article.Record.ArticleId);
        var response = new BatchGetArticlesResponse();
        var bytes = 0;
        var full = false;
        foreach (var articleId in request.ArticleIds)
        {
            if (!found.TryGetValue(articleId, out var stored))
            {
                response.MissingArticleIds.Add(articleId);
                continue;
            }

            var article = full ? null : Show(stored, request.View, scope);
            bytes += article?.CalculateSize() ?? 0;
            full |= response.Articles.Count > 0 && bytes > MaxResponseBytes;
            if (full)
            {
                response.UnreadArticleIds.Add(articleId);
            }
            else
            {
                response.Articles.Add(article);
            }
        }

        return response;
    }

    /// <summary>The articles of a stream that match, newest change first.</summary>
    public async Task<Outcome<ListArticlesResponse>> ListAsync(ListArticlesRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        var fields = request.Filter is null ? [] : StreamFilter.Validate(request.Filter, "filter");
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var stream = await NarrowAsync(scope, request.Stream, cancellationToken);
        if (stream.Rejection is { } rejection)
        {
            return rejection;
        }

        var arguments = request.Clone();
        arguments.PageToken = "";
        arguments.PageSize = 0;
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } refused)
        {
            return refused;
        }

        var (size, place) = page.Value;
        var before = place.First == 0 ? long.MaxValue : place.First;
        var filter = StreamFilter.Compile(await vocabularies.ResolveAsync(request.Filter, cancellationToken));
        var view = request.View == ArticleView.Unspecified ? ArticleView.Headlines : request.View;
        var response = new ListArticlesResponse();
        var (bytes, scanned, more) = (0, 0, true);
        while (more && scanned < MaxScan)
        {
            var wanted = size - response.Articles.Count + 1;
            var listed = await store.ListAsync(stream.Value, before, wanted, cancellationToken);
            more = listed.Count == wanted;
            foreach (var stored in listed)
            {
                if (IsListed(stored, scope) && filter.Matches(stored.Content.Decode(filter.NeedsBody, desk: false)))
                {
                    var article = Show(stored, view, scope);
                    bytes += article.CalculateSize();
                    if (response.Articles.Count == size || (response.Articles.Count > 0 && bytes > MaxResponseBytes))
                    {
                        response.NextPageToken = pages.Seal(arguments, new PagePlace(before));
                        return response;
                    }

                    response.Articles.Add(article);
                }

                before = stored.Number;
                scanned++;
            }
        }

        response.NextPageToken = more ? pages.Seal(arguments, new PagePlace(before)) : "";
        return response;
    }

    /// <summary>The versions of an article, newest first.</summary>
    public async Task<Outcome<ListArticleVersionsResponse>> ListVersionsAsync(
        ListArticleVersionsRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        if (request.ArticleId.Length == 0)
        {
            return Rejection.OfField("article_id", "is required");
        }

        var arguments = request.Clone();
        arguments.PageToken = "";
        arguments.PageSize = 0;
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var before = place.First;
        var listed = await store.ListVersionsAsync(
            request.ArticleId, scope, before == 0 ? int.MaxValue : (int)before, size + 1, cancellationToken);
        if (listed.Count == 0 && before == 0)
        {
            return Publishing.ArticleRejections.NotFound(request.ArticleId);
        }

        var response = new ListArticleVersionsResponse();
        response.Versions.Add(listed.Take(size).Select(stored => Show(stored, ArticleView.Headlines, scope)));
        response.NextPageToken = listed.Count > size ? pages.Seal(arguments, new PagePlace(listed[size - 1].Content.Version)) : "";
        return response;
    }

    /// <summary>The articles before and after one inside a stream.</summary>
    public async Task<Outcome<GetNeighborsResponse>> GetNeighborsAsync(
        GetNeighborsRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        if (request.ArticleId.Length == 0)
        {
            return Rejection.OfField("article_id", "is required");
        }

        var stream = await NarrowAsync(scope, request.Stream, cancellationToken);
        if (stream.Rejection is { } rejection)
        {
            return rejection;
        }

        var read = stream.Value;
        var article = await store.ReadAsync(request.ArticleId, 0, scope, cancellationToken);
        if (article is null || await store.FindAsync(read, article.Record.ArticleKey, cancellationToken) is not { } number)
        {
            return Publishing.ArticleRejections.NotFound(request.ArticleId);
        }

        return new GetNeighborsResponse
        {
            Previous = await NeighborAsync(number, (at, count) => store.ListAsync(read, at, count, cancellationToken), scope),
            Next = await NeighborAsync(number, (at, count) => store.ListForwardAsync(read, at, count, cancellationToken), scope),
            LinkedPrevious = await LinkedAsync(article, LinkRelation.Previous, scope, cancellationToken),
            LinkedNext = await LinkedAsync(article, LinkRelation.Next, scope, cancellationToken),
        };
    }

    /// <summary>An article as a caller is shown it.</summary>
    public static Article Show(StoredArticle stored, ArticleView view, ReadScope scope)
    {
        var (record, content) = (stored.Record, stored.Content);
        var blanked = record.BlankedFor(scope.HeldTexts);
        var article = blanked is null
            ? content.Decode(body: view != ArticleView.Headlines, desk: scope.Desk)
            : new Article { ArticleId = record.ArticleId };
        article.Version = content.Version;
        article.Status = blanked ?? record.StatusOf(content.Version);
        if (blanked is null)
        {
            article.Change = content.Change;
            article.VersionTime = Timestamp.FromDateTimeOffset(content.VersionTime);
            article.FirstPublishedTime = record.FirstPublishedTime is { } first ? Timestamp.FromDateTimeOffset(first) : null;
        }

        if (article.Status is ArticleStatus.Withheld or ArticleStatus.Withdrawn)
        {
            article.Advisory = new Advisory
            {
                Text = record.Advisory,
                InternalReason = scope.Desk ? record.InternalReason : "",
                Time = record.AdvisoryTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
            };
        }

        return article;
    }

    private static bool IsListed(StoredArticle stored, ReadScope scope) => stored.Record.BlankedFor(scope.HeldTexts) is null;

    private async Task<Article?> LinkedAsync(StoredArticle article, LinkRelation relation, ReadScope scope, CancellationToken cancellationToken) =>
        await links.FindLinkedAsync(article, relation, scope, cancellationToken) is { } linked ? Show(linked, ArticleView.Headlines, scope) : null;

    private static async Task<Article?> NeighborAsync(long number, Func<long, int, Task<IReadOnlyList<StoredArticle>>> listAsync, ReadScope scope)
    {
        const int PageSize = 20;
        while (true)
        {
            var listed = await listAsync(number, PageSize);
            if (listed.FirstOrDefault(stored => IsListed(stored, scope)) is { } neighbor)
            {
                return Show(neighbor, ArticleView.Headlines, scope);
            }

            if (listed.Count < PageSize)
            {
                return null;
            }

            number = listed[^1].Number;
        }
    }

    /// <summary>What a caller may read of one stream; of everything where none is named.</summary>
    public async Task<Outcome<ReadScope>> NarrowAsync(ReadScope scope, string streamId, CancellationToken cancellationToken)
    {
        if (streamId.Length == 0)
        {
            return scope;
        }

        if (scope.PartnerId is not null)
        {
            return scope.Find(streamId) is { } readable ? scope.Only(readable) : StreamRejections.NotFound(streamId);
        }

        var stream = await streams.FindAsync(streamId, cancellationToken);
        return stream.Rejection is { } rejection ? rejection : scope.Only(new ReadableStream(stream.Value, scope.Held));
    }
}
