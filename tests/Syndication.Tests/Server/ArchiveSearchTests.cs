using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

public sealed class ArchiveSearchTests : IAsyncLifetime
{
    private static readonly string[] Words = ["alpha", "beta", "gamma", "delta"];

    private ServerFixture _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("grève bacs", "a c")]
    [InlineData("GREVE", "a b c")]
    [InlineData("\"grève des bacs\"", "a")]
    [InlineData("\"bacs des grève\"", "")]
    [InlineData("grè*", "a b c")]
    [InlineData("\"la grev\"*", "a b")]
    [InlineData("trains OR marins", "b c")]
    [InlineData("grève -trains", "a c")]
    [InlineData("grève NOT (trains OR marins)", "a")]
    [InlineData("(trains OR marins) AND grève", "b c")]
    [InlineData("headline:marins", "")]
    [InlineData("body:marins", "c")]
    [InlineData("headline:(grève trains)", "b")]
    [InlineData("names:duchêne", "c")]
    [InlineData("names:grève", "")]
    [InlineData("or", "")]
    [InlineData("ballon", "")]
    public async Task It_finds_what_the_query_says(string query, string expected)
    {
        await _server.PublishAsync(Make("a", "La grève des bacs"));
        await _server.PublishAsync(Make("b", "La grève des trains"));
        var c = Make("c", "Un port", "Les marins sont en greve. Les bacs restent à quai.");
        c.People.Add(new Concept { Name = "Anne Duchêne" });
        await _server.PublishAsync(c);

        var found = await FindAsync(new() { Query = query });

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.Order());
    }

    [Fact]
    public async Task A_word_in_the_headline_counts_more_than_one_in_the_text()
    {
        await _server.PublishAsync(Make("body", "Autre chose", "La grève continue."));
        await _server.PublishAsync(Make("headline", "La grève continue", "Autre chose."));

        var response = await _server.Articles.SearchArticlesAsync(new() { Query = "grève" });

        Assert.Equal(["headline", "body"], response.Results.Select(result => result.Article.ArticleId));
        Assert.True(response.Results[0].Score > response.Results[1].Score);
        Assert.Equal((2, false, false), (response.TotalMatches, response.TotalIsLowerBound, response.IndexIsBehind));
        Assert.All(response.Results, result => Assert.Empty(result.Article.Body));
    }

    [Fact]
    public async Task Marks_count_code_points()
    {
        await _server.PublishAsync(Make("a", "😀 Élection 😀 élection"));

        var snippet = Assert.Single((await _server.Articles.SearchArticlesAsync(new() { Query = "election" })).Results.Single().Snippets);

        Assert.Equal("headline", snippet.Field);
        Assert.Equal([(2, 10), (13, 21)], snippet.Matches.Select(match => (match.Start, match.End)));
        var runes = snippet.Text.EnumerateRunes().ToList();
        Assert.All(snippet.Matches, match => Assert.Equal(
            "élection", string.Concat(runes[match.Start..match.End]), ignoreCase: true));
    }

    [Fact]
    public async Task Streams_and_filters_narrow_it_down()
    {
        await _server.Streams.CreateStreamAsync(new()
        {
            Stream = new() { StreamId = "fr", Filter = new() { AllOf = { new ArticleClause { Language = "fr" } } } },
        });
        var subject = Make("a", "Grève");
        subject.Subjects.Add(new Concept { Scheme = "medtop", Code = "1", Name = "Labour" });
        await _server.PublishAsync(subject);
        await _server.PublishAsync(Make("b", "Grève"));
        await _server.PublishAsync(TestArticles.Make("Grève", "c", language: "de"));
        var filter = new ArticleFilter { AllOf = { new ArticleClause { Subject = new() { Scheme = "medtop", Code = "1" } } } };

        Assert.Equal(["a", "b"], (await FindAsync(new() { Query = "grève", Stream = "fr" })).Order());
        Assert.Equal(["a"], await FindAsync(new() { Query = "grève", Filter = filter }));
        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.StreamNotFound, _server.Articles.SearchArticlesAsync(new() { Query = "a", Stream = "none" }).ResponseAsync);
    }

    [Fact]
    public async Task Facets_count_all_matches_and_not_the_page_alone()
    {
        for (var i = 0; i < 3; i++)
        {
            var article = TestArticles.Make("Grève", $"a{i}", language: i == 0 ? "de" : "fr");
            article.Subjects.Add(new Concept { Scheme = "medtop", Code = "1", Name = "Labour" });
            article.Genres.Add(new Concept { Name = "report" });
            article.Provider = new() { Name = "Agence", Code = "nprov:A" };
            await _server.PublishAsync(article);
        }

        await _server.PublishAsync(TestArticles.Make("Autre", "b"));
        var response = await _server.Articles.SearchArticlesAsync(new() { Query = "grève", IncludeFacets = true, PageSize = 1 });
        var day = response.Results[0].Article.VersionTime.ToDateTime().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var facets = response.Facets.ToDictionary(
            facet => facet.Name, facet => string.Join(' ', facet.Counts.Select(count => $"{count.Value}={count.Count}")));

        Assert.Equal((1, 3), (response.Results.Count, response.TotalMatches));
        Assert.Equal("fr=2 de=1", facets["language"]);
        Assert.Equal("medtop:1=3", facets["subject"]);
        Assert.Equal("report=3", facets["genre"]);
        Assert.Equal("nprov:A=3", facets["provider"]);
        Assert.Equal("usable=3", facets["status"]);
        Assert.Equal($"{day}=3", facets["day"]);
        Assert.Equal("Labour", response.Facets.Single(facet => facet.Name == "subject").Counts[0].Name);
        Assert.Empty((await _server.Articles.SearchArticlesAsync(new() { Query = "grève" })).Facets);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("(grève", 0)]
    [InlineData("grève)", 5)]
    [InlineData("😀 \"grève", 0)]
    [InlineData("a 😀b \"c", 5)]
    [InlineData("a OR", 4)]
    [InlineData("-grève", 0)]
    [InlineData("headline:", 9)]
    public async Task A_syntax_error_names_its_place_in_code_points(string query, int position)
    {
        var refusal = await Refusal.OfAsync(
            StatusCode.InvalidArgument, ErrorReason.QuerySyntax, _server.Articles.SearchArticlesAsync(new() { Query = query }).ResponseAsync);

        Assert.Equal($"{position}", refusal.Metadata["position"]);
        Assert.NotEmpty(refusal.Metadata["problem"]);
        Assert.Equal(["query"], refusal.Fields);
    }

    [Fact]
    public async Task A_new_version_is_found_by_its_own_words_alone()
    {
        await _server.PublishAsync(Make("a", "Avant"));
        await _server.PublishAsync(Make("a", "Après"));

        Assert.Empty(await FindAsync(new() { Query = "avant" }));
        Assert.Equal(["a"], await FindAsync(new() { Query = "après" }));
    }

    [Fact]
    public async Task What_may_not_be_read_is_found_with_include_held_alone_and_a_killed_text_not_even_then()
    {
        var embargoed = Make("embargoed", "Grève");
        embargoed.EmbargoTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1));
        await _server.PublishAsync(embargoed);
        await _server.PublishAsync(Make("withheld", "Grève"));
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "withheld" });
        await _server.PublishAsync(Make("killed", "Grève"));
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "killed", Advisory = "Kill" });
        await _server.PublishAsync(Make("open", "Grève"));

        Assert.Equal(["open"], await FindAsync(new() { Query = "grève" }));
        Assert.Equal(["embargoed", "open", "withheld"], (await FindAsync(new() { Query = "grève", IncludeHeld = true })).Order());

        await _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "withheld" });
        await _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "embargoed", LiftEmbargo = true });
        Assert.Equal(["embargoed", "open", "withheld"], (await FindAsync(new() { Query = "grève" })).Order());
    }

    [Fact]
    public async Task A_held_version_does_not_change_how_the_open_ones_rank()
    {
        await _server.PublishAsync(Make("a", "Grève"));
        var before = (await _server.Articles.SearchArticlesAsync(new() { Query = "grève" })).Results.Single().Score;
        for (var i = 0; i < 10; i++)
        {
            var embargoed = Make($"held{i}", "Grève", "grève grève grève");
            embargoed.EmbargoTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1));
            await _server.PublishAsync(embargoed);
        }

        Assert.Equal(before, (await _server.Articles.SearchArticlesAsync(new() { Query = "grève" })).Results.Single().Score);
    }

    [Fact]
    public async Task A_token_is_for_its_own_arguments()
    {
        await _server.PublishAsync(Make("a", "Grève"));
        await _server.PublishAsync(Make("b", "Grève"));
        var token = (await _server.Articles.SearchArticlesAsync(new() { Query = "grève", PageSize = 1 })).NextPageToken;

        Assert.Single((await _server.Articles.SearchArticlesAsync(new() { Query = "grève", PageSize = 7, PageToken = token })).Results);
        await Refusal.OfAsync(
            StatusCode.InvalidArgument,
            ErrorReason.PageTokenInvalid,
            _server.Articles.SearchArticlesAsync(new() { Query = "autre", PageToken = token }).ResponseAsync);
    }

    [Fact]
    public async Task Pages_make_up_the_whole_list_while_other_articles_are_published()
    {
        var published = 0;
        await Gen.Select(Gen.Int[0, 3].List[1, 12].List[1, 30], Gen.Int[1, 7], Gen.Int[1, 8]).SampleAsync(
            async (texts, pageSize, others) =>
            {
                // A word of its own for each sample: the archive is one.
                var mark = $"mark{Interlocked.Increment(ref published)}";
                foreach (var text in texts)
                {
                    await _server.PublishAsync(TestArticles.Make($"{mark} {string.Join(' ', text.Select(word => Words[word]))}"));
                }

                var request = new SearchArticlesRequest { Query = $"{mark} OR ({mark} alpha)", PageSize = 500 };
                var whole = await FindAsync(request);
                request.PageSize = pageSize;
                var paged = new List<string>();
                do
                {
                    var page = await _server.Articles.SearchArticlesAsync(request);
                    paged.AddRange(page.Results.Select(result => result.Article.ArticleId));
                    request.PageToken = page.NextPageToken;
                    for (var i = 0; i < others; i++)
                    {
                        // They change how rare and how long words and texts are, and with that every score.
                        await _server.PublishAsync(TestArticles.Make(i % 2 == 0 ? string.Concat(Enumerable.Repeat("other ", 40)).Trim() : "alpha"));
                    }
                }
                while (request.PageToken.Length > 0);

                Assert.Equal(texts.Count, paged.Distinct().Count());
                Assert.Equal(texts.Count, paged.Count);
                Assert.Equal(whole.Order(), paged.Order());
            },
            iter: 30,
            threads: 1);
    }

    [Fact]
    public async Task An_article_that_changes_between_two_pages_takes_no_other_off_the_second()
    {
        foreach (var id in new[] { "d", "c", "b", "a" })
        {
            await _server.PublishAsync(Make(id, "Une grève"));
        }

        var request = new SearchArticlesRequest { Query = "grève", PageSize = 2 };
        var first = await _server.Articles.SearchArticlesAsync(request);
        await _server.PublishAsync(Make(first.Results[0].Article.ArticleId, "Une grève encore"));
        request.PageToken = first.NextPageToken;
        var second = await _server.Articles.SearchArticlesAsync(request);

        Assert.Equal(["a", "b"], first.Results.Select(result => result.Article.ArticleId));
        Assert.Equal(["c", "d"], second.Results.Select(result => result.Article.ArticleId));
    }

    [Fact]
    public async Task An_embargoed_version_between_two_pages_shows_nowhere()
    {
        foreach (var id in new[] { "d", "c", "b", "a" })
        {
            await _server.PublishAsync(Make(id, "Une grève"));
        }

        var request = new SearchArticlesRequest { Query = "grève", PageSize = 2 };
        var first = await _server.Articles.SearchArticlesAsync(request);
        var held = Make("c", "Une grève secrète");
        held.EmbargoTime = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(1));
        await _server.PublishAsync(held);
        request.PageToken = first.NextPageToken;
        var second = await _server.Articles.SearchArticlesAsync(request);

        Assert.Equal(["c", "d"], second.Results.Select(result => result.Article.ArticleId));
    }

    private static Article Make(string id, string headline, string body = "")
    {
        var article = TestArticles.Make(headline, id, language: "fr");
        if (body.Length > 0)
        {
            article.Body.Add(TestArticles.Paragraph(body));
        }

        return article;
    }

    private async Task<List<string>> FindAsync(SearchArticlesRequest request) =>
        [.. (await _server.Articles.SearchArticlesAsync(request, cancellationToken: Token)).Results.Select(result => result.Article.ArticleId)];
}
