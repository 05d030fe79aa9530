using System.Diagnostics;
using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class OutageTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task Publishers_are_told_while_subscribers_get_heartbeats_and_go_on_without_loss()
    {
        var node = await StartNodeAsync();
        var other = await StartNodeAsync();
        var live = await OpenFeedAsync(node, new FeedRequest { Heartbeat = TimeSpan.FromMilliseconds(30) });
        await node.PublishAsync(Make.Article("before"));
        await live.LinesAsync(1);
        node.Store.IsAway = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.PublishAsync(Make.Article("during"), "r1"));
        var beats = live.Frames.Count(frame => frame.Heartbeat is not null);
        await live.UntilAsync(frames => frames.Count(frame => frame.Heartbeat is not null) > beats + 2, "heartbeats during the outage");
        Assert.Null(live.Ended);
        await other.PublishAsync(Make.Article("elsewhere"));
        node.Store.IsAway = false;
        await node.PublishAsync(Make.Article("during"), "r1");

        Assert.Equal(["Published before/1+", "Published elsewhere/1+", "Published during/1+"], await live.LinesAsync(3));
    }

    [Fact]
    public async Task A_reader_in_the_archive_goes_on_from_its_place()
    {
        var node = await StartNodeAsync(new NodeOptions { Tail = new TailOptions { WindowEntries = 1, PollInterval = TimeSpan.FromMilliseconds(20) } });
        for (var i = 0; i < 20; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}"));
        }

        await node.CatchUpAsync();
        var failures = 0;
        node.Store.Hook = at => at is StorePoint.BeforePageRead or StorePoint.AfterPageRead && Interlocked.Increment(ref failures) <= 3
            ? throw new StoreUnavailableException("cut")
            : Task.CompletedTask;
        var feed = await OpenFeedAsync(node, new FeedRequest { MaxUpdates = 3 });

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"Published a{i}/1+"), await feed.LinesAsync(20));
    }

    [Fact]
    public async Task A_writer_that_holds_the_lock_for_too_long_is_an_outage_and_readers_do_not_notice()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"));
        using (Store.LockForWriting())
        {
            var publishing = node.PublishAsync(Make.Article("b"), "r1");
            Assert.Equal(["Published a/1+"], await Feed.ReadAllAsync(node, new FeedRequest()));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => publishing);
        }

        Assert.Equal(1, (await node.PublishAsync(Make.Article("b"), "r1")).Version);
    }

    [Fact]
    public async Task Two_processes_that_write_at_once_do_not_wait_out_the_lock()
    {
        // Deferred transactions would wait for 5 s here, and fail: the state they have read cannot become current again.
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        var slowest = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var max = TimeSpan.Zero;
            for (var i = 0; i < 15; i++)
            {
                var watch = Stopwatch.StartNew();
                await nodes[writer % 2].PublishAsync(Make.Article($"shared{i % 3}"));
                max = watch.Elapsed > max ? watch.Elapsed : max;
            }

            return max;
        })));

        Assert.All(slowest, time => Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(4)));
        Assert.Equal(8 * 15, (await Feed.ReadAllAsync(nodes[0], new FeedRequest())).Count);
    }

    [Fact]
    public async Task A_node_that_goes_down_gives_its_readers_a_last_cursor_and_the_reason()
    {
        var node = await StartNodeAsync();
        var feed = await OpenFeedAsync(node);
        await node.PublishAsync(Make.Article("a"));
        await feed.LinesAsync(1);
        var stopping = node.StopAsync();

        Assert.Equal(ErrorReason.ServerShuttingDown, (await feed.EndedAsync()).Reason);
        await stopping;
        var restarted = await StartNodeAsync();
        Assert.Empty(await Feed.ReadAllAsync(restarted, new FeedRequest { Start = Make.After(feed.LastCursor) }));
    }
}

public sealed class SqliteOutageTests() : OutageTests(new SqliteFixture());

public sealed class SqlServerOutageTests() : OutageTests(new SqlServerFixture());
