using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Access;

/// <summary>A partner sees the articles that its streams hold, and nothing else, whichever way it asks.</summary>
public sealed class PartnerReadTests : IAsyncLifetime
{
    private ServerFixture _server = null!;
    private Client _outlet = null!;
    private Client _early = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        foreach (var language in new[] { "fr", "de", "en" })
        {
            await _server.CreateStreamAsync(language, language);
        }

        _outlet = _server.As(await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" }, new Grant { Stream = "de" }));
        _early = _server.As(await _server.CreatePartnerAsync("early", new Grant { Stream = "fr", EmbargoAccess = true }, new Grant { Stream = "de" }));
    }

    public async ValueTask DisposeAsync()
    {
        _outlet.Dispose();
        _early.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_no_granted_stream_holds_does_not_exist()
    {
        await PublishAsync("a", "fr", "Sommet");
        await PublishAsync("b", "en", "Sommet");

        Assert.Equal("a", (await _outlet.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article.ArticleId);
        var hidden = await NotFoundAsync(_outlet.Articles.GetArticleAsync(new() { ArticleId = "b" }).ResponseAsync);
        var missing = await NotFoundAsync(_outlet.Articles.GetArticleAsync(new() { ArticleId = "c" }).ResponseAsync);
        Assert.Equal(missing.Message.Replace("\"c\"", "\"b\"", StringComparison.Ordinal), hidden.Message);
        await NotFoundAsync(_outlet.Articles.GetArticleAsync(new() { ArticleId = "b", Version = 7 }).ResponseAsync);
        await NotFoundAsync(_outlet.Articles.ListArticleVersionsAsync(new() { ArticleId = "b" }).ResponseAsync);
        await NotFoundAsync(_outlet.Articles.GetNeighborsAsync(new() { ArticleId = "b" }).ResponseAsync);

        var batch = await _outlet.Articles.BatchGetArticlesAsync(new() { ArticleIds = { "a", "b", "c" } });
        Assert.Equal(["a"], batch.Articles.Select(article => article.ArticleId));
        Assert.Equal(["b", "c"], batch.MissingArticleIds);

        var listed = await _outlet.Articles.ListArticlesAsync(new());
        Assert.Equal(["a"], listed.Articles.Select(article => article.ArticleId));
        var found = await _outlet.Articles.SearchArticlesAsync(new() { Query = "sommet", IncludeFacets = true });
        Assert.Equal(("a", 1), (Assert.Single(found.Results).Article.ArticleId, found.TotalMatches));
        Assert.DoesNotContain(found.Facets.SelectMany(facet => facet.Counts), count => count.Value == "en");
    }

    [Fact]
    public async Task Streams_that_are_not_granted_do_not_exist()
    {
        var streams = await _outlet.Streams.ListStreamsAsync(new());
        Assert.Equal(["de", "fr"], streams.Streams.Select(stream => stream.StreamId));
        foreach (var name in new[] { "en", "all", "none" })
        {
            Task[] calls =
            [
                _outlet.Streams.GetStreamAsync(new() { Stream = name }).ResponseAsync,
                _outlet.Articles.ListArticlesAsync(new() { Stream = name }).ResponseAsync,
                _outlet.Articles.SearchArticlesAsync(new() { Stream = name, Query = "x" }).ResponseAsync,
                _outlet.Subscriptions.PullUpdatesAsync(new() { Stream = name }).ResponseAsync,
                _outlet.Subscriptions.AcknowledgeAsync(new() { Stream = name, Cursor = "x" }).ResponseAsync,
            ];
            foreach (var call in calls)
            {
                await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.StreamNotFound, call);
            }

            using var reader = _outlet.Subscribe(name);
            (await reader.EndAsync()).MustBe(StatusCode.NotFound, ErrorReason.StreamNotFound);
        }
    }

    [Fact]
    public async Task An_article_that_leaves_the_granted_streams_is_gone_in_all_its_versions()
    {
        await PublishAsync("a", "fr", "Un");
        Assert.Single((await _outlet.Articles.ListArticleVersionsAsync(new() { ArticleId = "a" })).Versions);
        await PublishAsync("a", "en", "Two");

        await NotFoundAsync(_outlet.Articles.GetArticleAsync(new() { ArticleId = "a", Version = 1 }).ResponseAsync);
        Assert.Empty((await _outlet.Articles.ListArticlesAsync(new())).Articles);

        await PublishAsync("a", "de", "Drei");
        Assert.Equal(3, (await _outlet.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article.Version);
        Assert.Equal("Two", (await _outlet.Articles.GetArticleAsync(new() { ArticleId = "a", Version = 2 })).Article.Headline);
    }

    [Fact]
    public async Task Several_streams_are_listed_as_one_newest_first_each_article_once()
    {
        await _server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "everything" } });
        await _server.Partners.GrantStreamAsync(new() { Partner = "outlet", Grant = new() { Stream = "everything" } });
        for (var i = 0; i < 25; i++)
        {
            await PublishAsync($"a{i}", new[] { "fr", "de", "en" }[i % 3], $"Headline {i}");
        }

        for (var i = 0; i < 25; i += 4)
        {
            await PublishAsync($"a{i}", "fr", $"Changed {i}");
        }

        var all = await _server.Articles.ListArticlesAsync(new() { PageSize = 100 });
        var seen = new List<string>();
        var request = new ListArticlesRequest { PageSize = 4 };
        do
        {
            var page = await _outlet.Articles.ListArticlesAsync(request);
            seen.AddRange(page.Articles.Select(article => article.ArticleId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(all.Articles.Select(article => article.ArticleId), seen);
        var neighbors = await _outlet.Articles.GetNeighborsAsync(new() { ArticleId = seen[3] });
        Assert.Equal((seen[4], seen[2]), (neighbors.Previous.ArticleId, neighbors.Next.ArticleId));
    }

    [Fact]
    public async Task Desk_only_fields_never_leave()
    {
        var article = TestArticles.Make("Note", "a", language: "fr");
        article.EditorialNote = "For the desk only.";
        await _server.PublishAsync(article);
        using var reader = _outlet.Subscribe("fr", start: new() { Earliest = new() });

        Assert.Equal("For the desk only.", (await _server.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article.EditorialNote);
        Article[] seen =
        [
            (await _outlet.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article,
            (await _outlet.Articles.ListArticlesAsync(new() { View = ArticleView.Full })).Articles[0],
            (await _outlet.Articles.ListArticleVersionsAsync(new() { ArticleId = "a" })).Versions[0],
            (await _outlet.Articles.SearchArticlesAsync(new() { Query = "note", View = ArticleView.Full })).Results[0].Article,
            (await _outlet.Articles.BatchGetArticlesAsync(new() { ArticleIds = { "a" } })).Articles[0],
            (await reader.UpdatesAsync(1))[0].Article,
        ];
        Assert.All(seen, shown => Assert.Equal("", shown.EditorialNote));
        Assert.Equal(0, (await _outlet.Articles.SearchArticlesAsync(new() { Query = "desk" })).TotalMatches);
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a", Advisory = "Wait.", InternalReason = "Lawyers." });
        Assert.Equal(("Wait.", ""), Advice((await _outlet.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article));

        static (string, string) Advice(Article shown) => (shown.Advisory.Text, shown.Advisory.InternalReason);
    }

    [Fact]
    public async Task Embargo_access_is_of_the_grant_and_shows_the_held_version_early_and_marked()
    {
        await PublishAsync("a", "fr", "Public");
        await PublishAsync("a", "fr", "Secret", embargoed: true);
        await PublishAsync("b", "de", "Geheim", embargoed: true);

        await Refusal.OfAsync(
            StatusCode.PermissionDenied,
            ErrorReason.EmbargoAccessRequired,
            _outlet.Articles.GetArticleAsync(new() { ArticleId = "a", IncludeHeld = true }).ResponseAsync);
        using var refused = _early.Subscribe("de", includeHeld: true);
        (await refused.EndAsync()).MustBe(StatusCode.PermissionDenied, ErrorReason.EmbargoAccessRequired);

        Assert.Equal("Public", (await _early.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article.Headline);
        var early = (await _early.Articles.GetArticleAsync(new() { ArticleId = "a", IncludeHeld = true })).Article;
        Assert.Equal(("Secret", ArticleStatus.Embargoed), (early.Headline, early.Status));
        await NotFoundAsync(_early.Articles.GetArticleAsync(new() { ArticleId = "b", IncludeHeld = true }).ResponseAsync);
        Assert.Equal(["a"], (await _early.Articles.ListArticlesAsync(new() { IncludeHeld = true })).Articles.Select(article => article.ArticleId));
        Assert.Equal(1, (await _early.Articles.SearchArticlesAsync(new() { Query = "secret", IncludeHeld = true })).TotalMatches);
        Assert.Equal(0, (await _early.Articles.SearchArticlesAsync(new() { Query = "public", IncludeHeld = true })).TotalMatches);
        Assert.Equal(0, (await _early.Articles.SearchArticlesAsync(new() { Query = "geheim", IncludeHeld = true })).TotalMatches);
        Assert.Equal(0, (await _outlet.Articles.SearchArticlesAsync(new() { Query = "secret" })).TotalMatches);
    }

    [Fact]
    public async Task Embargo_access_gives_no_text_that_is_withheld_or_expired()
    {
        await PublishAsync("a", "fr", "Withheld");
        using var reader = _early.Subscribe("fr", includeHeld: true, start: new() { Latest = new() });
        await reader.UntilAsync(Kind.CaughtUp);
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a", Advisory = "Wait." });
        await PublishAsync("a", "fr", "Rewritten");

        var updates = new List<Update>();
        while (updates.Count < 2)
        {
            updates.AddRange((await reader.NextAsync()).Updates?.Updates ?? []);
        }

        Assert.Equal([UpdateKind.Withheld, UpdateKind.Updated], updates.Select(update => update.Kind));
        Assert.Null(updates[1].Article);
        Assert.Equal(ArticleStatus.Withheld, updates[1].BlankedStatus);
        var got = (await _early.Articles.GetArticleAsync(new() { ArticleId = "a", IncludeHeld = true })).Article;
        Assert.Equal((ArticleStatus.Withheld, ""), (got.Status, got.Headline));
        Assert.Empty((await _early.Articles.SearchArticlesAsync(new() { Query = "rewritten", IncludeHeld = true })).Results);
    }

    [Fact]
    public async Task A_partner_sees_its_own_subscriptions_keys_and_usage()
    {
        await PublishAsync("a", "fr", "Un");
        using var reader = _outlet.Subscribe("fr", start: new() { Earliest = new() });
        await reader.UntilAsync(Kind.CaughtUp);
        using var other = _early.Subscribe("fr");
        await other.UntilAsync(Kind.CaughtUp);

        Assert.All((await _outlet.Subscriptions.ListSubscriptionsAsync(new())).Subscriptions, listed => Assert.Equal("outlet", listed.Principal));
        Assert.All((await _outlet.Partners.ListApiKeysAsync(new())).Keys, key => Assert.Equal("outlet", key.Principal));
        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.PartnerNotFound, _outlet.Partners.ListApiKeysAsync(new() { Principal = "early" }).ResponseAsync);
        await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.PartnerNotFound, _outlet.Partners.GetUsageAsync(new() { Partner = "early" }).ResponseAsync);
        var me = await _outlet.Server.GetCallerAsync(new());
        Assert.Equal(["de", "fr"], me.Grants.Select(grant => grant.Stream));
    }

    private Task PublishAsync(string id, string language, string headline, bool embargoed = false)
    {
        var article = TestArticles.Make(headline, id, language: language);
        article.EmbargoTime = embargoed ? Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1)) : null;
        return _server.PublishAsync(article);
    }

    private static Task<Refusal> NotFoundAsync(Task call) => Refusal.OfAsync(StatusCode.NotFound, ErrorReason.ArticleNotFound, call);
}
