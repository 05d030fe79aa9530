using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

public sealed class ArticleTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_article_comes_back_as_it_was_published_in_every_version()
    {
        var first = TestArticles.Make("One", "a", bodyBytes: 100);
        first.EditorialNote = "For the desk";
        await _server.PublishAsync(first);
        await _server.PublishAsync(TestArticles.Make("Two", "a", bodyBytes: 100));

        var latest = (await _server.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article;
        var old = (await _server.Articles.GetArticleAsync(new() { ArticleId = "a", Version = 1 })).Article;
        var headlines = (await _server.Articles.GetArticleAsync(new() { ArticleId = "a", View = ArticleView.Headlines })).Article;

        Assert.Equal(("Two", 2, ArticleStatus.Usable, ChangeType.Update), (latest.Headline, latest.Version, latest.Status, latest.Change));
        Assert.Equal(("One", 1, "For the desk"), (old.Headline, old.Version, old.EditorialNote));
        Assert.Equal(first.Body, old.Body);
        Assert.Empty(headlines.Body);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_by_its_name()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        Task Get(string articleId, int version = 0) => _server.Articles.GetArticleAsync(new() { ArticleId = articleId, Version = version }).ResponseAsync;

        var article = await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.ArticleNotFound, Get("b"));
        var version = await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.VersionNotFound, Get("a", 2));

        Assert.Equal("b", article.Metadata["article_id"]);
        Assert.Equal(("a", "2"), (version.Metadata["article_id"], version.Metadata["version"]));
        Assert.Equal(["article_id"], await Refusal.FieldsAsync(Get("")));
        Assert.Equal(["version"], await Refusal.FieldsAsync(Get("a", -1)));
    }

    [Fact]
    public async Task An_article_that_may_not_be_used_shows_its_status_and_advisory_alone()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a", bodyBytes: 10));
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a", Advisory = "Wait" });

        var shown = (await _server.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article;
        var held = (await _server.Articles.GetArticleAsync(new() { ArticleId = "a", IncludeHeld = true })).Article;

        Assert.Equal((ArticleStatus.Withheld, "Wait", "", 0), (shown.Status, shown.Advisory.Text, shown.Headline, shown.Body.Count));
        Assert.Equal((ArticleStatus.Withheld, 1), (held.Status, held.Body.Count));
    }

    [Fact]
    public async Task A_batch_keeps_the_order_asked_for_and_lists_what_is_missing()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        await _server.PublishAsync(TestArticles.Make(articleId: "b"));

        var batch = await _server.Articles.BatchGetArticlesAsync(new() { ArticleIds = { "b", "x", "a" } });

        Assert.Equal(["b", "a"], batch.Articles.Select(article => article.ArticleId));
        Assert.Equal(["x"], batch.MissingArticleIds);
        Assert.Empty(batch.UnreadArticleIds);
    }

    [Fact]
    public async Task A_batch_of_none_of_too_many_or_of_one_twice_is_refused()
    {
        Task Get(IEnumerable<string> ids) => _server.Articles.BatchGetArticlesAsync(new() { ArticleIds = { ids } }).ResponseAsync;

        Assert.Equal(["article_ids"], await Refusal.FieldsAsync(Get([])));
        Assert.Equal(["article_ids"], await Refusal.FieldsAsync(Get(Enumerable.Range(0, 101).Select(i => $"{i}"))));
        Assert.Equal(["article_ids"], await Refusal.FieldsAsync(Get(["a", "a"])));
    }

    [Fact]
    public async Task A_batch_that_would_be_too_large_for_a_stock_client_stops_and_says_where_to_go_on()
    {
        for (var i = 0; i < 5; i++)
        {
            await _server.PublishAsync(TestArticles.Make(articleId: $"{i}", bodyBytes: 1_000_000));
        }

        var batch = await _server.Articles.BatchGetArticlesAsync(new() { ArticleIds = { "0", "1", "2", "3", "none", "4" } });
        var rest = await _server.Articles.BatchGetArticlesAsync(new() { ArticleIds = { batch.UnreadArticleIds } });

        Assert.InRange(batch.CalculateSize(), 1, 3 * 1024 * 1024 + 1000);
        Assert.Equal(["none"], batch.MissingArticleIds);
        Assert.Equal(["0", "1", "2", "3", "4"], [.. batch.Articles.Select(a => a.ArticleId), .. rest.Articles.Select(a => a.ArticleId)]);
    }

    [Fact]
    public async Task A_list_is_newest_change_first_in_pages_and_filtered()
    {
        for (var i = 0; i < 7; i++)
        {
            await _server.PublishAsync(TestArticles.Make(articleId: $"{i}", language: i % 2 == 0 ? "en" : "fr"));
        }

        await _server.PublishAsync(TestArticles.Make(articleId: "0"));
        var request = new ListArticlesRequest
        {
            Filter = new() { AllOf = { new ArticleClause { Language = "en" } } },
            PageSize = 3,
        };
        var first = await _server.Articles.ListArticlesAsync(request);
        request.PageToken = first.NextPageToken;
        var second = await _server.Articles.ListArticlesAsync(request);

        Assert.Equal(["0", "6", "4"], first.Articles.Select(article => article.ArticleId));
        Assert.Equal(["2"], second.Articles.Select(article => article.ArticleId));
        Assert.Empty(second.NextPageToken);
        Assert.Equal(["language"], (await Refusal.FieldsAsync(_server.Articles.ListArticlesAsync(
            new() { Filter = new() { AllOf = { new ArticleClause { Language = "?" } } } }).ResponseAsync)).Select(field => field.Split('.')[^1]));
        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.StreamNotFound, _server.Articles.ListArticlesAsync(new() { Stream = "none" }).ResponseAsync);
    }

    [Fact]
    public async Task A_full_list_stops_before_it_is_too_large_for_a_stock_client()
    {
        await _server.PublishAsync(5, bodyBytes: 1_000_000);
        var request = new ListArticlesRequest { View = ArticleView.Full };
        var seen = new List<string>();
        do
        {
            var page = await _server.Articles.ListArticlesAsync(request);
            seen.AddRange(page.Articles.Select(article => article.Headline));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(Enumerable.Range(0, 5).Reverse().Select(i => $"Headline {i}"), seen);
    }

    [Fact]
    public async Task Versions_are_newest_first_in_pages_without_bodies()
    {
        for (var i = 0; i < 3; i++)
        {
            await _server.PublishAsync(TestArticles.Make(articleId: "a", bodyBytes: 10));
        }

        var first = await _server.Articles.ListArticleVersionsAsync(new() { ArticleId = "a", PageSize = 2 });
        var second = await _server.Articles.ListArticleVersionsAsync(new() { ArticleId = "a", PageSize = 2, PageToken = first.NextPageToken });

        Assert.Equal([3, 2], first.Versions.Select(version => version.Version));
        Assert.Equal([1], second.Versions.Select(version => version.Version));
        Assert.Empty(second.NextPageToken);
        Assert.All(first.Versions, version => Assert.Empty(version.Body));
        Assert.Equal(["article_id"], await Refusal.FieldsAsync(_server.Articles.ListArticleVersionsAsync(new()).ResponseAsync));
        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.ArticleNotFound, _server.Articles.ListArticleVersionsAsync(new() { ArticleId = "none" }).ResponseAsync);
    }

    [Fact]
    public async Task Neighbors_are_those_inside_the_stream_by_latest_update()
    {
        await _server.Streams.CreateStreamAsync(new()
        {
            Stream = new() { StreamId = "english", Filter = new() { AllOf = { new ArticleClause { Language = "en" } } } },
        });
        foreach (var (id, language) in new[] { ("a", "en"), ("b", "fr"), ("c", "en"), ("d", "en"), ("a", "en") })
        {
            await _server.PublishAsync(TestArticles.Make(articleId: id, language: language, bodyBytes: 10));
        }

        // In order of the latest update: b (French), c, d, a.
        var all = await _server.Articles.GetNeighborsAsync(new() { ArticleId = "c" });
        var english = await _server.Articles.GetNeighborsAsync(new() { ArticleId = "c", Stream = "english" });

        Assert.Equal(("b", "d"), (all.Previous.ArticleId, all.Next.ArticleId));
        Assert.Null(english.Previous);
        Assert.Equal("d", english.Next.ArticleId);
        Assert.Empty(english.Next.Body);
        await Refusal.OfAsync(
            StatusCode.NotFound,
            ErrorReason.ArticleNotFound,
            _server.Articles.GetNeighborsAsync(new() { ArticleId = "b", Stream = "english" }).ResponseAsync);
        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.StreamNotFound, _server.Articles.GetNeighborsAsync(new() { ArticleId = "a", Stream = "none" }).ResponseAsync);
        Assert.Equal(["article_id"], await Refusal.FieldsAsync(_server.Articles.GetNeighborsAsync(new()).ResponseAsync));
    }
}
