using Syndication.Access;
using Syndication.Articles;
using Syndication.Tokens;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Streams;

/// <summary>Runs filters on the archive before they are saved.</summary>
public sealed class StreamPreview(IArticleStore store, VocabularyCatalog vocabularies, PageTokens pages)
{
    /// <summary>How many articles a page looks at: an answer takes well under a second.</summary>
    private const int PageScan = 5000;

    private const int ReadCount = 200;

    /// <summary>Looks at the next part of the archive.</summary>
    public async Task<Outcome<PreviewStreamResponse>> PreviewAsync(PreviewStreamRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        var articleFilter = request.Filter ?? new ArticleFilter();
        var fields = StreamFilter.Validate(articleFilter, "filter");
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var arguments = new PreviewStreamRequest { Filter = articleFilter };
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var before = place.First == 0 ? long.MaxValue : place.First;
        var filter = StreamFilter.Compile(await vocabularies.ResolveAsync(articleFilter, cancellationToken));
        var response = new PreviewStreamResponse();
        response.ClauseCounts.Add(filter.ClausePaths.Select(path => new ClauseCount { Clause = path }));
        while (response.ScannedArticles < PageScan)
        {
            var listed = await store.ListAsync(StreamDefinition.AllKey, scope.Held, before, ReadCount, cancellationToken);
            foreach (var stored in listed.Where(stored => stored.Record.BlankedFor(scope.HeldTexts) is null))
            {
                Count(stored, filter, response, size, scope);
            }

            if (listed.Count < ReadCount)
            {
                return response;
            }

            before = listed[^1].Number;
        }

        response.NextPageToken = pages.Seal(arguments, new PagePlace(before));
        return response;
    }

    private static void Count(StoredArticle stored, StreamFilter filter, PreviewStreamResponse response, int size, ReadScope scope)
    {
        var matched = filter.Explain(stored.Content.Decode(filter.NeedsBody, desk: false), out var matches);
        response.ScannedArticles++;
        foreach (var clause in response.ClauseCounts.Where(clause => matched.Contains(clause.Clause)))
        {
            clause.Articles++;
        }

        if (matches)
        {
            response.MatchedArticles++;
            if (response.Matches.Count < size)
            {
                response.Matches.Add(new PreviewMatch
                {
                    Article = ArticleReader.Show(stored, ArticleView.Headlines, scope),
                    MatchedClauses = { matched },
                });
            }
        }
    }
}
