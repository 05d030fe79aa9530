using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class EmbargoTests(StoreFixture store) : StoreTests(store)
{
    private DateTimeOffset InAnHour => Clock.Now.AddHours(1);

    [Fact]
    public async Task A_version_on_top_of_a_held_one_inherits_its_embargo_or_is_refused()
    {
        var node = await StartNodeAsync(OnClock);
        var embargo = InAnHour;
        await node.PublishAsync(Make.Article("a", embargo: embargo));

        var refused = await node.TryPublishAsync(Make.Article("a", embargo: embargo.AddMinutes(1)));
        Assert.Equal(ErrorReason.EmbargoPending, refused.Rejection!.Reason);
        Assert.Equal($"{embargo:O}", refused.Rejection.Metadata["embargo_time"]);
        Assert.Equal(ErrorReason.EmbargoPending, (await node.TryPublishAsync(Make.Article("a", embargo: Clock.Now.AddHours(-1)))).Rejection!.Reason);
        Assert.Equal(ArticleStatus.Embargoed, (await node.PublishAsync(Make.Article("a", text: "same", embargo: embargo))).Status);
        Assert.Equal(ArticleStatus.Embargoed, (await node.PublishAsync(Make.Article("a", text: "none"))).Status);

        var got = await node.Archive.GetAsync(new GetArticleRequest { ArticleId = "a", IncludeHeld = true }, ReadScope.Staff(held: true), Token);
        Assert.Equal((3, embargo), (got.Value.Article.Version, got.Value.Article.EmbargoTime.ToDateTimeOffset()));
        Assert.Empty(await Feed.ReadAllAsync(node, new FeedRequest()));
        Clock.Now = embargo;
        await node.RunClockAsync();
        Assert.Equal(["Released a/3+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    [Fact]
    public async Task An_embargo_that_has_passed_holds_nothing()
    {
        var node = await StartNodeAsync(OnClock);

        Assert.Equal(ArticleStatus.Usable, (await node.PublishAsync(Make.Article("a", embargo: Clock.Now))).Status);
    }

    [Fact]
    public async Task It_is_lifted_by_itself_within_a_second_and_never_before_its_time()
    {
        var node = await StartNodeAsync(new NodeOptions { RunClock = true });
        var feed = await OpenFeedAsync(node);
        var embargo = DateTimeOffset.UtcNow.AddMilliseconds(700);
        await node.PublishAsync(Make.Article("a", embargo: embargo));

        Assert.Equal(["Released a/1+"], await feed.LinesAsync(1));

        var lifted = feed.Updates[0].CommitTime.ToDateTimeOffset();
        Assert.InRange(lifted, embargo, embargo.AddSeconds(5));
    }

    [Fact]
    public async Task A_microsecond_before_its_time_nothing_is_lifted()
    {
        var node = await StartNodeAsync(OnClock);
        var embargo = InAnHour.AddTicks(3);
        await node.PublishAsync(Make.Article("a", embargo: embargo));
        Clock.Now = embargo.AddTicks(-1);
        await node.RunClockAsync();
        Assert.Empty(await Feed.ReadAllAsync(node, new FeedRequest()));

        // Times are kept in microseconds: it lifts with the first that is not before it.
        Clock.Now = embargo.AddTicks(7);
        await node.RunClockAsync();

        Assert.Equal(["Released a/1+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    [Fact]
    public async Task Two_nodes_lift_it_once()
    {
        var nodes = new[] { await StartNodeAsync(OnClock), await StartNodeAsync(OnClock) };
        for (var i = 0; i < 20; i++)
        {
            await nodes[0].PublishAsync(Make.Article($"a{i}", embargo: InAnHour));
        }

        Clock.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(nodes[i % 2].RunClockAsync)));

        var lines = await Feed.ReadAllAsync(nodes[0], new FeedRequest());
        Assert.Equal(20, lines.Count);
        Assert.Equal(20, lines.Distinct().Count());
    }

    [Fact]
    public async Task A_clock_that_steps_back_neither_holds_again_nor_lifts_twice()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", embargo: InAnHour));
        Clock.Advance(TimeSpan.FromHours(2));
        await node.RunClockAsync();
        Clock.Advance(TimeSpan.FromHours(-2));
        await node.RunClockAsync();

        Assert.Equal(ArticleStatus.Usable, (await node.Archive.GetAsync(new GetArticleRequest { ArticleId = "a" }, ReadScope.Staff(held: false), Token)).Value.Article.Status);
        Assert.Equal(ArticleStatus.Usable, (await node.PublishAsync(Make.Article("a"))).Status);
        Clock.Advance(TimeSpan.FromHours(2));
        await node.RunClockAsync();

        Assert.Equal(["Released a/1+", "Updated a/2+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    [Fact]
    public async Task Cursors_that_were_given_before_the_lift_still_receive_it()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("x"));
        await node.PublishAsync(Make.Article("a", embargo: InAnHour));
        var after = await node.PublishAsync(Make.Article("y"));
        await node.CatchUpAsync();
        await using var early = await Feed.OpenAsync(node, new FeedRequest());
        await early.CaughtUpAsync();

        // Before the lift: afterwards the live feed's last cursor may be that of the lift itself.
        var before = early.LastCursor;
        Clock.Advance(TimeSpan.FromHours(1));
        await node.RunClockAsync();

        Assert.Equal(["Released a/1+"], await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(before) }));
        Assert.Equal(["Released a/1+"], await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(after.Cursor) }));
        Assert.Equal(["Released a/1+"], (await early.LinesAsync(3)).Skip(2));
    }

    [Fact]
    public async Task Readers_with_access_get_the_held_version_early_and_marked()
    {
        var node = await StartNodeAsync(OnClock);
        var feed = await OpenFeedAsync(node, new FeedRequest { Held = true });
        await node.PublishAsync(Make.Article("a", embargo: InAnHour));
        Assert.Equal(["Published a/1+"], await feed.LinesAsync(1));
        Assert.Equal(ArticleStatus.Embargoed, feed.Updates[0].Article.Status);
        Clock.Advance(TimeSpan.FromHours(1));
        await node.RunClockAsync();

        Assert.Equal(["Published a/1+", "Released a/1+"], await feed.LinesAsync(2));

        Assert.Equal(ArticleStatus.Usable, feed.Updates[1].Article.Status);
        Assert.Null(feed.Updates[0].Article.FirstPublishedTime);
        Assert.NotNull(feed.Updates[1].Article.FirstPublishedTime);
    }

    [Fact]
    public async Task A_lift_survives_failures_of_the_database()
    {
        var node = await StartNodeAsync(OnClock with { RunClock = true });
        var feed = await OpenFeedAsync(node);
        await node.PublishAsync(Make.Article("a", embargo: InAnHour));
        var failures = 0;
        node.Store.Hook = point => point is StorePoint.BeforeAppend or StorePoint.AfterAppend && Interlocked.Increment(ref failures) <= 2
            ? throw new Log.StoreUnavailableException("cut")
            : Task.CompletedTask;
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["Released a/1+"], await feed.LinesAsync(1));
        await node.RunClockAsync();
        Assert.Single(await Feed.ReadAllAsync(node, new FeedRequest()));
    }
}

public sealed class SqliteEmbargoTests() : EmbargoTests(new SqliteFixture());

public sealed class SqlServerEmbargoTests() : EmbargoTests(new SqlServerFixture());
