using Google.Protobuf.WellKnownTypes;
using Syndication.Search;
using Syndication.Streams;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Articles;

/// <summary>Who reads the archive, as far as it changes the answer.</summary>
/// <param name="Held">May see articles under embargo, and the texts of withheld and expired ones.</param>
/// <param name="Desk">May see desk-only fields.</param>
public readonly record struct Reader(bool Held, bool Desk);

/// <summary>Reads the archive for one caller: what the caller may not see is not there.</summary>
public sealed class ArticleReader(IArticleStore store, StreamCatalog streams, LinkResolver links, PageTokens pages)
{
    private const int MaxBatch = 100;

    /// <summary>Answers end before they grow past this: stock clients accept 4 MB.</summary>
    private const int MaxResponseBytes = 3 * 1024 * 1024;

    /// <summary>How many articles a page of a filtered list looks at: it may end short, with a token to go on.</summary>
    private const int MaxScan = 5000;

    /// <summary>A version of an article.</summary>
    public async Task<Outcome<GetArticleResponse>> GetAsync(GetArticleRequest request, Reader reader, CancellationToken cancellationToken)
    {
        if (request.ArticleId.Length == 0)
        {
            return Rejection.OfField("article_id", "is required");
        }

        if (request.Version < 0)
        {
            return Rejection.OfField("version", "is negative");
        }

        var found = await store.ReadAsync(request.ArticleId, request.Version, reader.Held, cancellationToken);
        if (found is null && request.Version != 0
            && await store.ReadAsync(request.ArticleId, 0, reader.Held, cancellationToken) is not null)
        {
            return new Rejection(ErrorReason.VersionNotFound, $"Article \"{request.ArticleId}\" has no version {request.Version}.")
            {
                Metadata = new Dictionary<string, string> { ["article_id"] = request.ArticleId, ["version"] = $"{request.Version}" },
            };
        }

        if (found is null)
        {
            return Publishing.ArticleRejections.NotFound(request.ArticleId);
        }

        var article = Show(found, request.View, reader);
        await links.ResolveAsync(article, reader, cancellationToken);
        return new GetArticleResponse { Article = article };
    }

    /// <summary>Several articles.</summary>
    public async Task<Outcome<BatchGetArticlesResponse>> BatchGetAsync(
        BatchGetArticlesRequest request, Reader reader, CancellationToken cancellationToken)
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

        var found = (await store.ReadManyAsync(request.ArticleIds, reader.Held, cancellationToken)).ToDictionary(article => article.Record.ArticleId);
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

            var article = full ? null : Show(stored, request.View, reader);
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
    public async Task<Outcome<ListArticlesResponse>> ListAsync(ListArticlesRequest request, Reader reader, CancellationToken cancellationToken)
    {
        var fields = request.Filter is null ? [] : StreamFilter.Validate(request.Filter, "filter");
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var stream = await FindStreamAsync(request.Stream, cancellationToken);
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
        var filter = StreamFilter.Compile(request.Filter ?? new ArticleFilter());
        var view = request.View == ArticleView.Unspecified ? ArticleView.Headlines : request.View;
        var response = new ListArticlesResponse();
        var (bytes, scanned, more) = (0, 0, true);
        while (more && scanned < MaxScan)
        {
            var wanted = size - response.Articles.Count + 1;
            var listed = await store.ListAsync(stream.Value.StreamKey, reader.Held, before, wanted, cancellationToken);
            more = listed.Count == wanted;
            foreach (var stored in listed)
            {
                if (IsListed(stored, reader) && filter.Matches(stored.Content.Decode(filter.NeedsBody, desk: false)))
                {
                    var article = Show(stored, view, reader);
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
        ListArticleVersionsRequest request, Reader reader, CancellationToken cancellationToken)
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
            request.ArticleId, reader.Held, before == 0 ? int.MaxValue : (int)before, size + 1, cancellationToken);
        if (listed.Count == 0 && before == 0)
        {
            return Publishing.ArticleRejections.NotFound(request.ArticleId);
        }

        var response = new ListArticleVersionsResponse();
        response.Versions.Add(listed.Take(size).Select(stored => Show(stored, ArticleView.Headlines, reader)));
        response.NextPageToken = listed.Count > size ? pages.Seal(arguments, new PagePlace(listed[size - 1].Content.Version)) : "";
        return response;
    }

    /// <summary>The articles before and after one inside a stream.</summary>
    public async Task<Outcome<GetNeighborsResponse>> GetNeighborsAsync(
        GetNeighborsRequest request, Reader reader, CancellationToken cancellationToken)
    {
        if (request.ArticleId.Length == 0)
        {
            return Rejection.OfField("article_id", "is required");
        }

        var stream = await FindStreamAsync(request.Stream, cancellationToken);
        if (stream.Rejection is { } rejection)
        {
            return rejection;
        }

        var key = stream.Value.StreamKey;
        var article = await store.ReadAsync(request.ArticleId, 0, reader.Held, cancellationToken);
        if (article is null || await store.FindInStreamAsync(key, reader.Held, article.Record.ArticleKey, cancellationToken) is not { } number)
        {
            return Publishing.ArticleRejections.NotFound(request.ArticleId);
        }

        return new GetNeighborsResponse
        {
            Previous = await NeighborAsync(number, (at, count) => store.ListAsync(key, reader.Held, at, count, cancellationToken), reader),
            Next = await NeighborAsync(number, (at, count) => store.ListForwardAsync(key, reader.Held, at, count, cancellationToken), reader),
            LinkedPrevious = await LinkedAsync(article, LinkRelation.Previous, reader, cancellationToken),
            LinkedNext = await LinkedAsync(article, LinkRelation.Next, reader, cancellationToken),
        };
    }

    /// <summary>An article as a caller is shown it.</summary>
    public static Article Show(StoredArticle stored, ArticleView view, Reader reader)
    {
        var (record, content) = (stored.Record, stored.Content);
        var blanked = record.BlankedFor(reader.Held);
        var article = blanked is null
            ? content.Decode(body: view != ArticleView.Headlines, desk: reader.Desk)
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
                InternalReason = reader.Desk ? record.InternalReason : "",
                Time = record.AdvisoryTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
            };
        }

        return article;
    }

    private static bool IsListed(StoredArticle stored, Reader reader) => stored.Record.BlankedFor(reader.Held) is null;

    private async Task<Article?> LinkedAsync(StoredArticle article, LinkRelation relation, Reader reader, CancellationToken cancellationToken) =>
        await links.FindLinkedAsync(article, relation, reader, cancellationToken) is { } linked ? Show(linked, ArticleView.Headlines, reader) : null;

    private static async Task<Article?> NeighborAsync(long number, Func<long, int, Task<IReadOnlyList<StoredArticle>>> listAsync, Reader reader)
    {
        const int PageSize = 20;
        while (true)
        {
            var listed = await listAsync(number, PageSize);
            if (listed.FirstOrDefault(stored => IsListed(stored, reader)) is { } neighbor)
            {
                return Show(neighbor, ArticleView.Headlines, reader);
            }

            if (listed.Count < PageSize)
            {
                return null;
            }

            number = listed[^1].Number;
        }
    }

    private async Task<Outcome<StreamDefinition>> FindStreamAsync(string streamId, CancellationToken cancellationToken) =>
        streamId.Length == 0 ? StreamDefinition.All : await streams.FindAsync(streamId, cancellationToken);
}
