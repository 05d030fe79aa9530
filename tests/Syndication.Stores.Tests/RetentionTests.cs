using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class RetentionTests(StoreFixture store) : StoreTests(store)
{
    private NodeOptions Keeping => OnClock with { Retention = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Only_superseded_updates_that_are_old_enough_are_dropped()
    {
        var node = await StartNodeAsync(Keeping);
        await node.PublishAsync(Make.Article("a", text: "one"));
        await node.PublishAsync(Make.Article("b"));
        await node.PublishAsync(Make.Article("k"));
        await node.WithdrawAsync("k");
        await node.PublishAsync(Make.Article("a", text: "two"));
        Assert.Equal(0, await node.Retention.SweepAsync(Token));
        Clock.Advance(TimeSpan.FromHours(2));
        await node.PublishAsync(Make.Article("a", text: "three"));
        await node.PublishAsync(Make.Article("b", text: "two"));
        Assert.True(await node.Retention.SweepAsync(Token) > 0);
        var restarted = await RestartAsync(node, Keeping);

        Assert.Equal(["Withdrawn k/1", "Updated a/3+", "Updated b/2+"], await Feed.ReadAllAsync(restarted, new FeedRequest()));
        for (var version = 1; version <= 3; version++)
        {
            Assert.NotNull(await restarted.Articles.ReadAsync("a", version, false, Token));
        }
    }

    [Fact]
    public async Task An_old_cursor_fails_and_the_oldest_one_it_names_works()
    {
        var node = await StartNodeAsync(Keeping);
        var old = await node.PublishAsync(Make.Article("a", text: "one"));
        await node.PublishAsync(Make.Article("b"));
        await node.PublishAsync(Make.Article("a", text: "two"));
        var recent = await node.PublishAsync(Make.Article("a", text: "three"));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, await node.Retention.SweepAsync(Token));

        var expired = await Feed.TryOpenAsync(node, new FeedRequest { Start = Make.After(old.Cursor) });
        Assert.Equal(ErrorReason.CursorExpired, expired.Rejection!.Reason);
        var oldest = expired.Rejection.Metadata["oldest_cursor"];
        Assert.Equal(["Updated a/3+"], await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(oldest) }));
        Assert.Empty(await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(recent.Cursor) }));
        var time = await Feed.TryOpenAsync(node, new FeedRequest { Start = Make.At(Clock.Now.AddHours(-3)) });
        Assert.Equal(ErrorReason.TimeExpired, time.Rejection!.Reason);
        Assert.Null((await node.OpenCursorAsync(time.Rejection.Metadata["oldest_cursor"])).Rejection);
    }

    [Fact]
    public async Task A_reader_from_the_beginning_keeps_its_cursors_until_more_is_dropped()
    {
        var writer = await StartNodeAsync(Keeping);
        await writer.PublishAsync(Make.Article("old"));
        await writer.PublishAsync(Make.Article("a", text: "one"));
        await writer.PublishAsync(Make.Article("a", text: "two"));
        Clock.Advance(TimeSpan.FromHours(2));
        await writer.Retention.SweepAsync(Token);
        var node = await RestartAsync(writer, Keeping with { Tail = SmallWindow });
        await using var feed = await Feed.OpenAsync(node, new FeedRequest { MaxUpdates = 1 });
        await feed.LinesAsync(2);
        var below = feed.Frames[0].Cursor;
        Assert.Equal(["Updated a/2+"], await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(below) }));

        await node.PublishAsync(Make.Article("a", text: "three"));
        Clock.Advance(TimeSpan.FromHours(2));
        await node.Retention.SweepAsync(Token);

        Assert.Equal(ErrorReason.CursorExpired, (await node.OpenCursorAsync(below)).Rejection!.Reason);
    }

    [Fact]
    public async Task Beside_a_catch_up_it_gives_the_error_and_never_a_jump()
    {
        var node = await StartNodeAsync(Keeping with { Tail = SmallWindow });
        for (var round = 0; round < 12; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => node.PublishAsync(Make.Article($"a{i}", text: $"{round}"))));
        }

        await using var feed = await Feed.OpenAsync(node, new FeedRequest { MaxUpdates = 10 });
        feed.Pause();
        await feed.LinesAsync(10);
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.True(await node.Retention.SweepAsync(Token) > 0);
        feed.Resume();

        Assert.Equal(ErrorReason.CursorExpired, (await feed.EndedAsync()).Reason);
        Assert.Equal(Enumerable.Range(0, feed.Lines.Count).Select(i => $"{(i < 100 ? "Published" : "Updated")} a{i % 100}/{1 + (i / 100)}+"), feed.Lines);
    }

    [Fact]
    public async Task An_interrupted_sweep_goes_on()
    {
        var node = await StartNodeAsync(Keeping);
        for (var i = 0; i < 6; i++)
        {
            await node.PublishAsync(Make.Article("a", text: $"{i}"));
        }

        Clock.Advance(TimeSpan.FromHours(2));
        node.Store.Hook = at => at is StorePoint.AfterRetention ? throw new StoreUnavailableException("cut") : Task.CompletedTask;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Retention.SweepAsync(Token));
        node.Store.Hook = null;
        Assert.Equal(0, await node.Retention.SweepAsync(Token));

        Assert.Equal(["Updated a/6+"], await Feed.ReadAllAsync(await RestartAsync(node, Keeping), new FeedRequest()));
    }

    [Fact]
    public async Task A_removal_and_a_kill_still_reach_a_stream_whose_history_was_dropped()
    {
        var node = await StartNodeAsync(Keeping);
        await node.PublishAsync(Make.Article("x"));

        // Created over an archive that is not empty: it is searched first.
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.BackfilledAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.PublishAsync(Make.Article("a", "de"));
        await node.PublishAsync(Make.Article("b", "fr"));
        await node.PublishAsync(Make.Article("b", "fr", text: "two"));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, await node.Retention.SweepAsync(Token));
        await node.WithdrawAsync("a");
        await node.PublishAsync(Make.Article("b", "de"));

        Assert.Equal(["Removed a/2", "Withdrawn a/2", "Removed b/3"], (await Feed.ReadAllAsync(await RestartAsync(node, Keeping), new FeedRequest { Stream = "s" })).Where(line => !line.StartsWith("Updated", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_is_created_after_a_sweep_holds_what_is_released_later(bool embargoed)
    {
        var node = await StartNodeAsync(Keeping);
        await node.PublishAsync(Make.Article("a", "fr", embargo: embargoed ? Clock.Now.AddHours(3) : null));
        await node.WithholdAsync("a");
        Clock.Advance(TimeSpan.FromHours(2));
        await node.Retention.SweepAsync(Token);
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.BackfilledAsync();
        await node.ReleaseAsync("a");
        Clock.Advance(TimeSpan.FromHours(2));
        await node.RunClockAsync();

        var lines = await Feed.ReadAllAsync(await RestartAsync(node, Keeping), new FeedRequest { Stream = "s" });
        Assert.Equal("Released a/1+", lines[^1]);
    }

    [Fact]
    public async Task What_nobody_but_the_desk_was_told_of_does_not_supersede_what_everybody_was()
    {
        var node = await StartNodeAsync(Keeping);
        await node.PublishAsync(Make.Article("a"));
        await node.PublishAsync(Make.Article("a", text: "held", embargo: Clock.Now.AddDays(1)));
        await node.PublishAsync(Make.Article("a", text: "held too"));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await node.Retention.SweepAsync(Token));
        var restarted = await RestartAsync(node, Keeping);

        Assert.Equal(["Published a/1+"], await Feed.ReadAllAsync(restarted, new FeedRequest()));
        Assert.Equal(["Published a/1+", "Updated a/3+"], await Feed.ReadAllAsync(restarted, new FeedRequest { Held = true }));
    }

    /// <summary>So that readers read the archive.</summary>
    private static Tail.TailOptions SmallWindow => new() { PollInterval = TimeSpan.FromMilliseconds(20), WindowEntries = 1, WarmEntries = 1 };

    /// <summary>A restarted node has no window that still holds what was dropped.</summary>
    private async Task<Node> RestartAsync(Node node, NodeOptions options)
    {
        await node.StopAsync();
        return await StartNodeAsync(options with { Tail = SmallWindow });
    }
}

public sealed class SqliteRetentionTests() : RetentionTests(new SqliteFixture());

public sealed class SqlServerRetentionTests() : RetentionTests(new SqlServerFixture());
