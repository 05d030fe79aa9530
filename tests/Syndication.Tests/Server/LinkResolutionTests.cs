using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>Links that name their article by a headline, which scraped sites cut at either end.</summary>
public sealed class LinkResolutionTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Des armes pour 40 milliards à Kiev", "des armes pour 40 milliards à Kiev")]
    [InlineData("Ukraine : des armes pour 40 milliards à Kiev", "des armes pour 40 milliards à Kiev")]
    [InlineData("Des armes pour 40 milliards à Kiev, dit le ministre", "des armes pour 40 milliards à Ki")]
    [InlineData("armes pour 40 milliards", "Des armes pour 40 milliards")]
    public async Task A_cut_headline_leads_to_its_article_in_whichever_order_they_come(string headline, string link)
    {
        await PublishAsync("early", headline + " ?");
        await PublishAsync("one", "Les nouveaux horizons de la pêche", next: link);
        Assert.Equal("early", await NextOfAsync("one"));

        await WithdrawAsync("early");
        Assert.Equal("", await NextOfAsync("one"));
        await PublishAsync("late", headline);
        Assert.Equal("late", await NextOfAsync("one"));
    }

    [Theory]
    [InlineData("Kiev", "des armes pour 40 milliards à Kiev")]
    [InlineData("Tout autre chose encore", "des armes pour 40 milliards à Kiev")]
    public async Task What_says_too_little_or_something_else_is_left_as_it_is(string headline, string link)
    {
        await PublishAsync("other", headline);
        await PublishAsync("one", "Les nouveaux horizons de la pêche", next: link);

        Assert.Equal("", await NextOfAsync("one"));
    }

    [Fact]
    public async Task Two_articles_of_that_headline_are_one_too_many()
    {
        await PublishAsync("a", "Des armes pour 40 milliards à Kiev");
        await PublishAsync("b", "Des armes pour 40 milliards à Kiev");
        await PublishAsync("one", "Les nouveaux horizons de la pêche", next: "des armes pour 40 milliards à Kiev");

        Assert.Equal("", await NextOfAsync("one"));
    }

    [Fact]
    public async Task An_embargoed_headline_is_found_by_nobody()
    {
        var held = TestArticles.Make("Des armes pour 40 milliards à Kiev");
        held.ArticleId = "held";
        held.EmbargoTime = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(1));
        await _server.PublishAsync(held);
        await PublishAsync("one", "Les nouveaux horizons de la pêche", next: "des armes pour 40 milliards à Kiev");

        Assert.Equal("", await NextOfAsync("one"));
    }

    [Fact]
    public async Task Neighbors_follow_links_in_both_directions()
    {
        await PublishAsync("one", "Les nouveaux horizons de la pêche", next: "des armes pour 40 milliards");
        await PublishAsync("two", "Des armes pour 40 milliards à Kiev");
        await IndexedAsync();

        var one = await _server.Articles.GetNeighborsAsync(new() { ArticleId = "one" });
        var two = await _server.Articles.GetNeighborsAsync(new() { ArticleId = "two" });

        Assert.Equal(("two", null), (one.LinkedNext?.ArticleId, one.LinkedPrevious?.ArticleId));
        Assert.Equal(("one", null), (two.LinkedPrevious?.ArticleId, two.LinkedNext?.ArticleId));
    }

    private async Task PublishAsync(string id, string headline, string? next = null)
    {
        var article = TestArticles.Make(headline);
        article.ArticleId = id;
        if (next is not null)
        {
            article.Links.Add(new Link { Relation = LinkRelation.Next, Headline = next, RawText = $"NEXT {next}" });
        }

        await _server.PublishAsync(article);
    }

    private async Task WithdrawAsync(string id) =>
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = id, Advisory = "Kill." });

    private async Task<string> NextOfAsync(string id)
    {
        await IndexedAsync();
        return (await _server.Articles.GetArticleAsync(new() { ArticleId = id })).Article.Links.Single().ArticleId;
    }

    /// <summary>A search waits until everything that was committed before it has been indexed, headlines among it.</summary>
    private async Task IndexedAsync() => Assert.False((await _server.Articles.SearchArticlesAsync(new() { Query = "rien" })).IndexIsBehind);
}
