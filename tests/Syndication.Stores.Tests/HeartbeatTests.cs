using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;

namespace Syndication.Stores.Tests;

public abstract class HeartbeatTests(StoreFixture store) : StoreTests(store)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task One_comes_on_an_empty_stream_after_caught_up()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s", Heartbeat = Often });
        await feed.UntilAsync(frames => frames.Count(frame => frame.Heartbeat is not null) >= 2, "heartbeats");

        Assert.NotNull(feed.Frames[0].CaughtUp);
        Assert.All(feed.Frames, frame => Assert.Equal(0, frame.Lag.Updates));
        Assert.All(feed.Frames, frame => Assert.NotNull(frame.ServerTime));
    }

    [Fact]
    public async Task Its_cursor_means_that_everything_up_to_it_was_delivered()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s", Heartbeat = Often, MaxUpdates = 2 });
        for (var round = 0; round < 5; round++)
        {
            await node.PublishAsync(Make.Article($"f{round}", "fr"));
            await node.PublishAsync(Make.Article($"d{round}", "de"));
            var beats = feed.Frames.Count(frame => frame.Heartbeat is not null);
            await feed.UntilAsync(frames => frames.Count(frame => frame.Heartbeat is not null) > beats, "a heartbeat");
        }

        await feed.LinesAsync(5);
        var delivered = 0;
        foreach (var frame in feed.Frames)
        {
            // From every cursor comes what was not delivered before it, and nothing else.
            delivered += frame.Updates?.Updates.Count ?? 0;
            var rest = await Feed.ReadAllAsync(node, new FeedRequest { Stream = "s", Start = Make.After(frame.Cursor) });
            Assert.Equal(Enumerable.Range(delivered, 5 - delivered).Select(i => $"Published f{i}/1+"), rest);
        }
    }

    [Fact]
    public async Task A_reader_to_whom_nothing_matches_resumes_at_the_end_of_the_log()
    {
        const int Count = 2_000;
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s", Heartbeat = Often });
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => node.PublishAsync(Make.Article($"a{i}"))));
        await node.CatchUpAsync();
        var beats = feed.Frames.Count;
        await feed.UntilAsync(frames => frames.Count > beats + 1, "a heartbeat");
        var cursor = feed.LastCursor;
        Assert.True((await node.OpenCursorAsync(cursor, "s")).Value.Position.Number > Count);
        await node.StopAsync();

        var restarted = await StartNodeAsync(new NodeOptions { Tail = new TailOptions { WarmEntries = 10, PollInterval = Often } });
        Assert.Empty(await Feed.ReadAllAsync(restarted, new FeedRequest { Stream = "s", Start = Make.After(cursor) }));
        Assert.Empty(await Feed.ReadAllAsync(restarted, new FeedRequest { Stream = "s" }));
        Assert.Equal(0, restarted.Store.PageRows);
        Assert.InRange(restarted.Store.TailRows, 0, 12);
    }

    [Fact]
    public async Task A_page_that_was_filtered_out_moves_the_cursor_all_the_same()
    {
        var node = await StartNodeAsync(new NodeOptions { Tail = new TailOptions { WindowEntries = 1, PollInterval = Often } });
        await node.CreateStreamAsync("s", Make.Language("fr"));
        for (var i = 0; i < 30; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}"));
        }

        await node.CatchUpAsync();
        await using var feed = await Feed.OpenAsync(node, new FeedRequest { Stream = "s" });
        await feed.CaughtUpAsync();

        Assert.Equal(31, (await node.OpenCursorAsync(feed.LastCursor, "s")).Value.Position.Number);
    }
}

public sealed class SqliteHeartbeatTests() : HeartbeatTests(new SqliteFixture());

public sealed class SqlServerHeartbeatTests() : HeartbeatTests(new SqlServerFixture());
