using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Tests.Server;

public sealed class ArchivePreviewTests : IAsyncLifetime
{
    private static readonly string[] Languages = ["fr", "fr-CA", "en"];
    private static readonly string[] Words = ["grève", "port", "bac"];

    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Counts_are_those_of_looking_at_each_article()
    {
        var articles = new List<Article>();
        for (var i = 0; i < 40; i++)
        {
            var article = TestArticles.Make($"{Words[i % 3]} {i}", $"a{i}", language: Languages[i / 3 % 3]);
            article.Urgency = i % 10;
            articles.Add(article);
        }

        await Task.WhenAll(articles.Select(article => _server.PublishAsync(article)));
        var clauses = Gen.OneOf(
            Gen.OneOf("fr", "fr-CA", "en").Select(tag => (
                Clause: new ArticleClause { Language = tag },
                Matches: (Func<Article, bool>)(article => article.Language == tag || article.Language.StartsWith(tag + "-", StringComparison.Ordinal)))),
            Gen.OneOf("greve", "PORT", "bac").Select(word => (
                Clause: new ArticleClause { Keyword = new() { Text = word } },
                Matches: (Func<Article, bool>)(article => article.Headline.Replace('è', 'e').Contains(word, StringComparison.OrdinalIgnoreCase)))),
            Gen.Select(Gen.Int[1, 5], Gen.Int[5, 9]).Select((min, max) => (
                Clause: new ArticleClause { Urgency = new() { Min = min, Max = max } },
                Matches: (Func<Article, bool>)(article => article.Urgency >= min && article.Urgency <= max))));
        await Gen.Select(clauses.List[0, 2], clauses.List[0, 3], clauses.List[0, 2]).SampleAsync(
            async (all, any, none) =>
            {
                var filter = new ArticleFilter();
                filter.AllOf.Add(all.Select(one => one.Clause));
                filter.AnyOf.Add(any.Select(one => one.Clause));
                filter.NoneOf.Add(none.Select(one => one.Clause));
                var matching = articles.Where(article =>
                    all.TrueForAll(one => one.Matches(article))
                    && (any.Count == 0 || any.Exists(one => one.Matches(article)))
                    && !none.Exists(one => one.Matches(article))).ToList();

                var response = await _server.Streams.PreviewStreamAsync(new() { Filter = filter, PageSize = 500 });

                Assert.Equal((40, matching.Count, ""), (response.ScannedArticles, response.MatchedArticles, response.NextPageToken));
                Assert.Equal(matching.Select(article => article.ArticleId).Order(), response.Matches.Select(match => match.Article.ArticleId).Order());
                Assert.Equal(
                    [.. Counts("all_of", all), .. Counts("any_of", any), .. Counts("none_of", none)],
                    response.ClauseCounts.Select(count => (count.Clause, count.Articles)));
                Assert.All(response.Matches, match =>
                {
                    var article = articles.Single(article => article.ArticleId == match.Article.ArticleId);
                    Assert.Equal(
                        [.. Matched("all_of", all, article), .. Matched("any_of", any, article)],
                        match.MatchedClauses);
                });
            },
            iter: 100,
            threads: 1);

        IEnumerable<(string, int)> Counts(string group, List<(ArticleClause Clause, Func<Article, bool> Matches)> list) =>
            list.Select((one, index) => ($"{group}[{index}]", articles.Count(one.Matches)));

        static IEnumerable<string> Matched(string group, List<(ArticleClause Clause, Func<Article, bool> Matches)> list, Article article) =>
            list.Select((one, index) => (one, Path: $"{group}[{index}]")).Where(pair => pair.one.Matches(article)).Select(pair => pair.Path);
    }

    [Fact]
    public async Task The_newest_matches_are_shown_without_their_bodies_and_the_counts_are_of_all()
    {
        for (var i = 0; i < 5; i++)
        {
            await _server.PublishAsync(TestArticles.Make($"Headline {i}", $"a{i}", bodyBytes: 10));
        }

        await _server.PublishAsync(TestArticles.Make("Headline again", "a0", bodyBytes: 10));
        var response = await _server.Streams.PreviewStreamAsync(new() { PageSize = 2 });

        Assert.Equal(["a0", "a4"], response.Matches.Select(match => match.Article.ArticleId));
        Assert.Equal((5, 5), (response.ScannedArticles, response.MatchedArticles));
        Assert.All(response.Matches, match => Assert.Empty(match.Article.Body));
    }

    [Fact]
    public async Task It_is_what_the_stream_then_holds_and_held_articles_are_not_in_it()
    {
        await _server.PublishAsync(TestArticles.Make("One", "a", language: "fr"));
        var embargoed = TestArticles.Make("Two", "b", language: "fr");
        embargoed.EmbargoTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1));
        await _server.PublishAsync(embargoed);
        await _server.PublishAsync(TestArticles.Make("Three", "c", language: "fr"));
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "c" });
        var filter = new ArticleFilter { AllOf = { new ArticleClause { Language = "fr" } } };

        var preview = await _server.Streams.PreviewStreamAsync(new() { Filter = filter });
        await _server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "fr", Filter = filter } });
        var listed = await _server.Articles.ListArticlesAsync(new() { Filter = filter });

        Assert.Equal((1, 1), (preview.ScannedArticles, preview.MatchedArticles));
        Assert.Equal(["a"], preview.Matches.Select(match => match.Article.ArticleId));
        Assert.Equal(["a"], listed.Articles.Select(article => article.ArticleId));
    }

    [Fact]
    public async Task A_bad_filter_is_refused_by_the_path_of_its_clause() => Assert.Equal(
        ["filter.any_of[0].language"],
        await Refusal.FieldsAsync(_server.Streams.PreviewStreamAsync(
            new() { Filter = new() { AnyOf = { new ArticleClause { Language = "not a tag" } } } }).ResponseAsync));
}
