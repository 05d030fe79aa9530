using System.Globalization;
using Syndication.Access;
using Syndication.Articles;
using Syndication.Streams;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Search;

/// <summary>Full-text search: the index finds, the archive decides what the caller may see.</summary>
public sealed class ArticleSearch(
    ITextIndex index, TextIndexer indexer, VisibleArticles store, StreamCatalog streams, LogTail tail, VocabularyCatalog vocabularies, PageTokens pages)
{
    /// <summary>How many of the best matches by text are looked at: filters, facets and totals are exact up to here.</summary>
    private const int MaxMatches = 10_000;

    private const int MaxQueryLength = 2000;
    private const int MaxFacetValues = 50;
    private const int MaxResponseBytes = 3 * 1024 * 1024;

    /// <summary>How long a search waits for what was committed just before it.</summary>
    private static readonly TimeSpan IndexPatience = TimeSpan.FromSeconds(2);

    private readonly RankedHits _orders = new();

    /// <summary>Finds articles, best first.</summary>
    public async Task<Outcome<SearchArticlesResponse>> SearchAsync(
        SearchArticlesRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        var fields = request.Filter is null ? [] : StreamFilter.Validate(request.Filter, "filter");
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        if (request.Query.Length > MaxQueryLength)
        {
            return Rejection.OfField("query", $"has {request.Query.Length} characters; at most {MaxQueryLength}");
        }

        var (query, position, problem) = SearchQuery.Parse(request.Query);
        if (query is null)
        {
            return Syntax(request.Query, position, problem);
        }

        if (!await index.CanSearchAsync(cancellationToken))
        {
            return new Rejection(
                ErrorReason.SearchUnavailable, "The database of this server has no full-text search; lists and streams work, also with filters.");
        }

        var stream = await FindStreamAsync(request.Stream, scope, cancellationToken);
        if (stream.Rejection is { } rejection)
        {
            return rejection;
        }

        // The staff's streams are told by their filter: one whose archive is still searched is answered in full.
        scope = scope.PartnerId is not null && stream.Value.StreamId != StreamDefinition.AllId ? scope.Only(scope.Find(stream.Value.StreamId)!.Value) : scope;

        var arguments = request.Clone();
        arguments.PageToken = "";
        arguments.PageSize = 0;
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } refused)
        {
            return refused;
        }

        // A page token holds the number up to which the log was read for the first page, the order of the hits and the place in it.
        var (size, token) = page.Value;

        // The log's own head: the tail may not have read yet what was answered a moment ago.
        var head = (await tail.RefreshHeadAsync(cancellationToken)).Position.Number;
        var isFirst = request.PageToken.Length == 0;
        var (asOf, orderId, start) = isFirst ? (head, 0, 0) : (token.First, token.Second, (int)token.Third);
        tail.Poke();
        var isCurrent = await indexer.WaitForAsync(head, IndexPatience, cancellationToken);
        var hits = isFirst ? null : _orders.Find(orderId);
        if (hits is null)
        {
            hits = await FindAsync(query, scope, cancellationToken);
            orderId = 0;
        }

        var response = new SearchArticlesResponse { TotalIsLowerBound = hits.Count > MaxMatches, IndexIsBehind = !isCurrent };
        var matches = await MatchAsync([.. hits.Take(MaxMatches)], request, stream.Value, scope, cancellationToken);
        response.TotalMatches = matches.Count;
        if (request.IncludeFacets)
        {
            response.Facets.Add(Facets([.. matches.Select(match => match.Shown)]));
        }

        var (shown, next) = await TakePageAsync(
            [.. matches.Where(match => match.Place >= start)], size, isFirst ? long.MaxValue : asOf, scope, cancellationToken);
        var added = await AddResultsAsync(response, shown, query, request.View, scope, cancellationToken);
        next = added < shown.Count ? shown[added].Place : next;
        if (next is { } place)
        {
            response.NextPageToken = pages.Seal(arguments, new PagePlace(asOf, orderId != 0 ? orderId : _orders.Keep(hits), place));
        }

        return response;
    }

    /// <summary>The results of a page, and the place of the first of the next one; null when there is none.</summary>
    private async Task<(List<Match> Page, int? Next)> TakePageAsync(
        List<Match> matches, int size, long asOf, ReadScope scope, CancellationToken cancellationToken)
    {
        var page = new List<Match>();
        foreach (var match in matches)
        {
            if (page.Count == size)
            {
                return (page, match.Place);
            }

            // What changed after the first page was read may not match any more as it did. Changes of which the reader is not
            // told do not count: they must not show.
            if (asOf == long.MaxValue
                || await store.FindAsync(scope, match.Stored.Record.ArticleKey, cancellationToken) is not { } changed
                || changed <= asOf)
            {
                page.Add(match);
            }
        }

        return (page, null);
    }

    private async Task<Outcome<StreamDefinition>> FindStreamAsync(string streamId, ReadScope scope, CancellationToken cancellationToken) =>
        streamId.Length == 0 ? StreamDefinition.All
        : scope.PartnerId is null ? await streams.FindAsync(streamId, cancellationToken)
        : scope.Find(streamId) is { } readable ? readable.Definition
        : StreamRejections.NotFound(streamId);

    /// <summary>Finds by text. What a partner reads with access under embargo and what it reads without are found apart: each by its own text.</summary>
    private async Task<IReadOnlyList<TextHit>> FindAsync(SearchNode query, ReadScope scope, CancellationToken cancellationToken)
    {
        var hits = (await index.SearchAsync(query, scope.Held, MaxMatches + 1, cancellationToken)).Select(hit => hit with { Held = scope.Held });
        if (scope is { PartnerId: not null, Held: true })
        {
            hits = hits.Concat(await index.SearchAsync(query, held: false, MaxMatches + 1, cancellationToken))
                .OrderByDescending(hit => hit.Score).Take(MaxMatches + 1);
        }

        return [.. hits];
    }

    private async Task<Dictionary<(long ArticleKey, bool Held), StoredArticle>> ReadAsync(
        IReadOnlyList<TextHit> hits, ReadScope scope, bool body, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(long, bool), StoredArticle>();
        foreach (var group in hits.GroupBy(hit => hit.Held))
        {
            foreach (var stored in await store.ReadByKeysAsync([.. group.Select(hit => hit.ArticleKey)], group.Key, scope, body, cancellationToken))
            {
                found.Add((stored.Record.ArticleKey, group.Key), stored);
            }
        }

        return found;
    }

    private async Task<List<Match>> MatchAsync(
        TextHit[] hits, SearchArticlesRequest request, StreamDefinition stream, ReadScope scope, CancellationToken cancellationToken)
    {
        var filter = StreamFilter.Compile(await vocabularies.ResolveAsync(request.Filter, cancellationToken));
        var held = StreamFilter.Compile(stream.Filter);
        var needsBody = filter.NeedsBody || held.NeedsBody;
        var found = await ReadAsync(hits, scope, needsBody, cancellationToken);
        var matches = new List<Match>();
        for (var place = 0; place < hits.Length; place++)
        {
            var hit = hits[place];

            // The index runs a moment behind: where the article stands is asked of the archive.
            if (!found.TryGetValue((hit.ArticleKey, hit.Held), out var stored) || stored.Record.BlankedFor(scope.HeldTexts) is not null)
            {
                continue;
            }

            var article = stored.Content.Decode(needsBody, desk: false);
            if (filter.Matches(article) && held.Matches(article))
            {
                matches.Add(new Match(stored, ArticleReader.Show(stored, ArticleView.Headlines, scope), hit, place));
            }
        }

        return matches;
    }

    /// <summary>Adds results as long as the answer stays small enough for stock clients.</summary>
    /// <returns>How many of them are done with: an article whose text was taken away meanwhile is left out.</returns>
    private async Task<int> AddResultsAsync(
        SearchArticlesResponse response, List<Match> page, SearchNode query, ArticleView view, ReadScope scope, CancellationToken cancellationToken)
    {
        var shown = page.ToList();
        var whole = await ReadAsync([.. shown.Select(match => match.Hit)], scope, body: true, cancellationToken);
        shown.RemoveAll(match =>
            !whole.TryGetValue((match.Hit.ArticleKey, match.Hit.Held), out var stored) || stored.Record.BlankedFor(scope.HeldTexts) is not null);
        var texts = shown.Select(match => ArticleText.Of(whole[(match.Hit.ArticleKey, match.Hit.Held)].Content)).ToList();
        var snippets = await index.MarkAsync(query, texts, cancellationToken);
        var bytes = 0;
        for (var i = 0; i < shown.Count; i++)
        {
            var result = new SearchResult
            {
                Article = view == ArticleView.Full
                    ? ArticleReader.Show(whole[(shown[i].Hit.ArticleKey, shown[i].Hit.Held)], view, scope)
                    : shown[i].Shown,
                Score = shown[i].Hit.Score,
            };
            result.Snippets.Add(snippets[i].Select(snippet =>
            {
                var marked = new SearchSnippet { Field = snippet.Field.ToString().ToLowerInvariant(), Text = snippet.Text };
                marked.Matches.Add(snippet.Marks.Select(mark => new TextSpan { Start = mark.Start, End = mark.End }));
                return marked;
            }));
            bytes += result.CalculateSize();
            if (i > 0 && bytes > MaxResponseBytes)
            {
                return page.IndexOf(shown[i]);
            }

            response.Results.Add(result);
        }

        return page.Count;
    }

    private static IEnumerable<SearchFacet> Facets(IReadOnlyList<Article> articles)
    {
        yield return Facet("language", articles, article => [(article.Language, "")]);
        yield return Facet("subject", articles, article => article.Subjects.Select(Value));
        yield return Facet("provider", articles, article => article.Provider is { } provider ? [(provider.Code.Length > 0 ? provider.Code : provider.Name, provider.Name)] : []);
        yield return Facet("genre", articles, article => article.Genres.Select(Value));
        yield return Facet("status", articles, article => [(article.Status.ToString().ToLowerInvariant(), "")]);
        yield return Facet("day", articles, article => [(article.VersionTime.ToDateTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "")]);
    }

    private static (string Value, string Name) Value(Concept concept) =>
        (concept.Code.Length > 0 ? $"{concept.Scheme}:{concept.Code}" : concept.Name, concept.Name);

    private static SearchFacet Facet(string name, IReadOnlyList<Article> articles, Func<Article, IEnumerable<(string Value, string Name)>> valuesOf)
    {
        var counts = articles
            .SelectMany(article => valuesOf(article).Where(value => value.Value.Length > 0).DistinctBy(value => value.Value))
            .GroupBy(value => value.Value)
            .Select(group => new FacetCount { Value = group.Key, Name = group.First().Name, Count = group.Count() })
            .OrderByDescending(count => count.Count)
            .ThenBy(count => count.Value, StringComparer.Ordinal)
            .Take(MaxFacetValues);
        return new SearchFacet { Name = name, Counts = { counts } };
    }

    private static Rejection Syntax(string query, int position, string problem)
    {
        var codePoint = query.AsSpan(0, position).EnumerateRunes().GetEnumerator();
        var at = 0;
        while (codePoint.MoveNext())
        {
            at++;
        }

        return new Rejection(ErrorReason.QuerySyntax, $"query, at {at}: {problem}")
        {
            Metadata = new Dictionary<string, string> { ["position"] = $"{at}", ["problem"] = problem },
            Fields = [new FieldViolation("query", $"at {at}: {problem}")],
        };
    }

    private sealed record Match(StoredArticle Stored, Article Shown, TextHit Hit, int Place);
}
