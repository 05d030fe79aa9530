using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;

namespace Syndication.Stores.Tests;

public abstract class SwitchToLiveTests(StoreFixture store) : StoreTests(store)
{
    [Theory]
    [InlineData(StorePoint.BeforePageRead)]
    [InlineData(StorePoint.AfterPageRead)]
    [InlineData(StorePoint.BeforeTailRead)]
    [InlineData(StorePoint.AfterTailRead)]
    [InlineData(StorePoint.BeforeHeadRead)]
    [InlineData(StorePoint.BeforeOther)]
    public async Task Updates_that_are_published_at_any_step_come_once_and_in_order(StorePoint point)
    {
        // A window of five: the reader comes out of the archive while the window moves on.
        var writer = await StartNodeAsync();
        await PublishAsync(writer, 0, 20);
        var node = await StartNodeAsync(SmallWindow);
        var passes = 0;
        var published = 20;
        node.Store.Hook = async at =>
        {
            // At each of the first passes of the step one more is committed before it goes on.
            if (at == point && Interlocked.Increment(ref passes) <= 6)
            {
                await writer.PublishAsync(Make.Article($"a{Interlocked.Increment(ref published) - 1}"));
            }
        };
        var feed = await OpenFeedAsync(node, new FeedRequest { MaxUpdates = 3 });
        await feed.CaughtUpAsync();
        node.Store.Hook = null;
        await PublishAsync(writer, published, 10);

        await feed.LinesAsync(published + 10);

        Assert.Equal(feed.Lines.Distinct(), feed.Lines);
        Assert.Equal(await Feed.ReadAllAsync(writer, new FeedRequest()), feed.Lines);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(20, 0)]
    [InlineData(20, 1)]
    [InlineData(20, -1)]
    [InlineData(20, 4)]
    [InlineData(20, 5)]
    [InlineData(20, 6)]
    public async Task A_start_anywhere_near_the_end_misses_and_repeats_nothing(int count, int back)
    {
        var node = await StartNodeAsync(SmallWindow);
        var cursors = await PublishAsync(node, 0, count);
        await node.CatchUpAsync();

        // One past the end is a cursor of the next entry, which this node's tail is kept from reading: as if another node had
        // written it.
        node.Store.HandsOver = back >= 0;
        var checkpoint = back < 0 ? node.Store.StopAt(StorePoint.BeforeTailRead) : null;
        if (checkpoint is not null)
        {
            cursors = [.. cursors, .. await PublishAsync(node, count, 1)];
            await checkpoint.Reached;
        }

        var start = count == 0 ? Make.Latest : Make.After(cursors[count - 1 - back]);
        var feed = await OpenFeedAsync(node, new FeedRequest { Start = start });
        checkpoint?.Open();
        node.Store.Hook = null;
        await PublishAsync(node, 100, 2);

        Assert.Equal(
            Enumerable.Range(count - Math.Max(back, 0), Math.Max(back, 0)).Select(i => $"Published a{i}/1+").Append("Published a100/1+").Append("Published a101/1+"),
            await feed.LinesAsync(Math.Max(back, 0) + 2));
    }

    [Fact]
    public async Task A_reader_whom_the_window_has_left_behind_is_told_and_misses_nothing()
    {
        var node = await StartNodeAsync(SmallWindow);
        var feed = await OpenFeedAsync(node, new FeedRequest { MaxUpdates = 1 });
        await feed.CaughtUpAsync();
        feed.Pause();
        await PublishAsync(node, 0, 40);
        await node.CatchUpAsync();
        feed.Resume();
        await feed.UntilAsync(frames => frames.Count(frame => frame.CaughtUp is not null) == 2, "it has caught up again");

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"Published a{i}/1+"), feed.Lines);
        Assert.Single(feed.Frames, frame => frame.FellBehind is not null);
    }

    [Fact]
    public async Task Frames_that_are_kept_say_the_same_after_later_pages()
    {
        // Some pages of the archive: their memory is used again where nobody keeps them.
        var node = await StartNodeAsync(SmallWindow);
        await PublishAsync(node, 0, 600);
        var keeper = await OpenFeedAsync(node, new FeedRequest { KeepsFrames = true });
        await keeper.CaughtUpAsync();
        var other = await OpenFeedAsync(node);
        await other.CaughtUpAsync();

        Assert.Equal(keeper.Frames, keeper.Kept);
        Assert.Equal(Enumerable.Range(0, 600).Select(i => $"Published a{i}/1+"), keeper.Lines);
        Assert.Equal(keeper.Lines, other.Lines);
    }

    [Fact]
    public async Task A_slow_reader_holds_up_neither_others_nor_publishers()
    {
        var node = await StartNodeAsync(SmallWindow);
        var stalled = await OpenFeedAsync(node);
        var quick = await OpenFeedAsync(node);
        await stalled.CaughtUpAsync();
        stalled.Pause();
        await PublishAsync(node, 0, 50);

        await quick.LinesAsync(50);

        Assert.InRange(stalled.Updates.Count, 0, 49);
    }

    [Fact]
    public async Task Twenty_subscriptions_beside_publishes_on_two_nodes_see_one_order()
    {
        var nodes = new[] { await StartNodeAsync(SmallWindow), await StartNodeAsync() };
        var feeds = new List<Feed>();
        var publishing = Task.WhenAll(nodes.Select((node, n) => Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                await node.PublishAsync(Make.Article($"n{n}-{i}"));
            }
        })));
        for (var i = 0; i < 20; i++)
        {
            feeds.Add(await OpenFeedAsync(nodes[i % 2], new FeedRequest { MaxUpdates = 1 + (i % 5) }));
        }

        await publishing;
        var first = await feeds[0].LinesAsync(120);
        foreach (var feed in feeds)
        {
            Assert.Equal(first, await feed.LinesAsync(120));
        }
    }

    private static NodeOptions SmallWindow => new()
    {
        Tail = new TailOptions { PollInterval = TimeSpan.FromMilliseconds(20), WindowEntries = 5, WarmEntries = 5 },
    };

    private static async Task<IReadOnlyList<string>> PublishAsync(Node node, int first, int count)
    {
        var cursors = new List<string>();
        for (var i = first; i < first + count; i++)
        {
            cursors.Add((await node.PublishAsync(Make.Article($"a{i}"))).Cursor);
        }

        return cursors;
    }
}

public sealed class SqliteSwitchToLiveTests() : SwitchToLiveTests(new SqliteFixture());

public sealed class SqlServerSwitchToLiveTests() : SwitchToLiveTests(new SqlServerFixture());
