using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class ExpiryTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task When_its_time_is_over_an_article_is_taken_down_once_and_kept_for_the_desk()
    {
        var nodes = new[] { await StartNodeAsync(OnClock), await StartNodeAsync(OnClock) };
        await nodes[0].PublishAsync(Make.Article("a", expire: Clock.Now.AddHours(1)));
        Clock.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(nodes.Select(node => Task.Run(node.RunClockAsync)));
        Clock.Advance(TimeSpan.FromHours(1));
        await nodes[0].RunClockAsync();

        Assert.Equal(["Published a/1(Expired)", "Expired a/1"], await Feed.ReadAllAsync(nodes[0], new FeedRequest()));
        Assert.Equal(["Published a/1+", "Expired a/1"], await Feed.ReadAllAsync(nodes[0], new FeedRequest { Held = true }));
        var open = (await nodes[0].Archive.GetAsync(new GetArticleRequest { ArticleId = "a" }, ReadScope.Staff(held: false), Token)).Value.Article;
        Assert.Equal((ArticleStatus.Expired, 0), (open.Status, open.Body.Count));
        var desk = (await nodes[0].Archive.GetAsync(new GetArticleRequest { ArticleId = "a" }, ReadScope.Staff(held: true), Token)).Value.Article;
        Assert.Equal((ArticleStatus.Expired, 1), (desk.Status, desk.Body.Count));
    }

    [Fact]
    public async Task A_new_version_makes_it_usable_again()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", expire: Clock.Now.AddHours(1)));
        Clock.Advance(TimeSpan.FromHours(1));
        await node.RunClockAsync();

        Assert.Equal(ArticleStatus.Usable, (await node.PublishAsync(Make.Article("a"))).Status);

        Assert.Equal(["Published a/1+", "Expired a/1", "Updated a/2+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    [Fact]
    public async Task A_time_that_has_passed_is_refused()
    {
        var node = await StartNodeAsync(OnClock);

        Assert.Equal("article.expire_time", (await node.TryPublishAsync(Make.Article("a", expire: Clock.Now))).Rejection!.Fields[0].Field);
    }

    [Fact]
    public async Task The_time_of_a_held_version_counts_from_the_lift()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", expire: Clock.Now.AddHours(3)));
        await node.PublishAsync(Make.Article("a", embargo: Clock.Now.AddHours(1), expire: Clock.Now.AddHours(2)));
        Clock.Advance(TimeSpan.FromHours(5));
        await node.RunClockAsync();
        await node.RunClockAsync();

        Assert.Equal(["Published a/1", "Released a/2", "Expired a/2"], (await Feed.ReadAllAsync(node, new FeedRequest())).Select(line => line.Replace("(Expired)", "")));
    }

    [Fact]
    public async Task Who_was_told_of_no_expiry_because_of_a_hold_is_told_when_the_hold_ends()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", expire: Clock.Now.AddHours(1)));
        await node.CatchUpAsync();
        await using var early = await Feed.OpenAsync(node, new FeedRequest());
        await early.CaughtUpAsync();
        await node.WithholdAsync("a");
        await early.LinesAsync(2);
        var told = early.LastCursor;
        Clock.Advance(TimeSpan.FromHours(1));
        await node.RunClockAsync();
        await node.ReleaseAsync("a");

        // The last update of an article says what to do with it: neither a resumed reader nor a snapshot may end with history.
        var resumed = await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(told) });
        Assert.Equal("Expired a/1", resumed[^1]);
        Assert.Equal(["Expired a/1"], await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.Snapshot }));
    }
}

public sealed class SqliteExpiryTests() : ExpiryTests(new SqliteFixture());

public sealed class SqlServerExpiryTests() : ExpiryTests(new SqlServerFixture());
