using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class StartTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task Latest_gives_only_what_is_committed_from_then_on()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("before"));
        var feed = await OpenFeedAsync(node, new FeedRequest { Start = Make.Latest });
        await node.PublishAsync(Make.Article("after"));

        Assert.Equal(["Published after/1+"], await feed.LinesAsync(1));
    }

    [Fact]
    public async Task A_time_gives_the_first_update_at_or_after_it()
    {
        var node = await StartNodeAsync(OnClock);
        var begin = Clock.Now;
        for (var i = 0; i < 9; i++)
        {
            // Three of each minute.
            Clock.Now = begin.AddMinutes(i / 3);
            await node.PublishAsync(Make.Article($"a{i}"));
        }

        foreach (var (microseconds, first) in new[] { (-3_600_000_000L, 0), (0, 0), (1, 3), (59_000_000, 3), (60_000_000, 3), (60_000_001, 6), (120_000_000, 6) })
        {
            Assert.Equal(
                Enumerable.Range(first, 9 - first).Select(i => $"Published a{i}/1+"),
                await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.At(begin.AddMicroseconds(microseconds)) }));
        }

        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.At(Clock.Now) }));
        Assert.Equal("start.time", (await Feed.TryOpenAsync(node, new FeedRequest { Start = Make.At(Clock.Now.AddTicks(10)) })).Rejection!.Fields[0].Field);
    }

    [Fact]
    public async Task An_acknowledged_place_is_the_consumers_own_and_moves_backwards_only_on_demand()
    {
        var node = await StartNodeAsync();
        var cursors = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            cursors.Add((await node.PublishAsync(Make.Article($"a{i}"))).Cursor);
        }

        Assert.Equal(ErrorReason.NothingAcknowledged, (await StartAsync(node, AcknowledgedFallback.Fail)).Rejection!.Reason);
        Assert.Equal(ErrorReason.InvalidFields, (await StartAsync(node, AcknowledgedFallback.Unspecified)).Rejection!.Reason);
        Assert.Equal(0, (await StartAsync(node, AcknowledgedFallback.Earliest)).Value.Start.Position.Number);
        Assert.Equal(4, (await StartAsync(node, AcknowledgedFallback.Latest)).Value.Start.Position.Number);
        Assert.True((await StartAsync(node, AcknowledgedFallback.Snapshot)).Value.Start.InSnapshot);

        Assert.True((await AcknowledgeAsync(node, cursors[1])).Value.Moved);
        Assert.False((await AcknowledgeAsync(node, cursors[1])).Value.Moved);
        Assert.Equal(ErrorReason.AcknowledgedLater, (await AcknowledgeAsync(node, cursors[0])).Rejection!.Reason);
        Assert.True((await AcknowledgeAsync(node, cursors[2], request: "forward")).Value.Moved);
        Assert.True((await AcknowledgeAsync(node, cursors[0], rewind: true, request: "back")).Value.Moved);
        Assert.True((await AcknowledgeAsync(node, cursors[2])).Value.Moved);

        // A repeated rewind moves nothing.
        Assert.True((await AcknowledgeAsync(node, cursors[0], rewind: true, request: "back")).Value.Moved);
        await node.StopAsync();
        var restarted = await StartNodeAsync();
        Assert.Equal(3, (await StartAsync(restarted, AcknowledgedFallback.Fail)).Value.Start.Position.Number);
        Assert.Equal(ErrorReason.NothingAcknowledged, (await StartAsync(restarted, AcknowledgedFallback.Fail, "other")).Rejection!.Reason);
    }

    [Fact]
    public async Task Acknowledgements_on_two_nodes_at_once_end_at_the_latest()
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        var cursors = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            cursors.Add((await nodes[0].PublishAsync(Make.Article($"a{i}"))).Cursor);
        }

        await Task.WhenAll(cursors.Select((cursor, i) => Task.Run(() => AcknowledgeAsync(nodes[i % 2], cursor))));

        Assert.Equal(20, (await StartAsync(nodes[1], AcknowledgedFallback.Fail)).Value.Start.Position.Number);
    }

    [Fact]
    public async Task A_snapshot_is_the_log_compacted_and_then_goes_on_without_gap_or_overlap()
    {
        var node = await StartNodeAsync(new NodeOptions { Tail = new TailOptions { WindowEntries = 3, PollInterval = TimeSpan.FromMilliseconds(20) } });
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.PublishAsync(Make.Article("a", "fr", text: "one"));
        await node.PublishAsync(Make.Article("gone", "fr"));
        await node.PublishAsync(Make.Article("killed", "fr"));
        await node.PublishAsync(Make.Article("gone", "de"));
        await node.WithdrawAsync("killed");
        await node.PublishAsync(Make.Article("a", "fr", text: "two"));
        await node.PublishAsync(Make.Article("b", "fr"));
        await node.PublishAsync(Make.Article("held", "fr"));
        await node.WithholdAsync("held");
        await node.CatchUpAsync();

        var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s", Start = Make.Snapshot, MaxUpdates = 1 });
        feed.Pause();
        await feed.LinesAsync(1);

        // While it runs, articles in it go on; the point at which it was fixed does not.
        await node.PublishAsync(Make.Article("b", "fr", text: "two"));
        await node.PublishAsync(Make.Article("c", "fr"));
        feed.Resume();
        await feed.LinesAsync(6);

        Assert.Equal(["Withdrawn killed/1", "Updated a/2+", "Published b/1+", "Withheld held/1"], feed.Lines.Take(4));
        Assert.Equal(["Updated b/2+", "Published c/1+"], feed.Lines.Skip(4));
        var complete = feed.Frames.ToList().FindIndex(frame => frame.SnapshotComplete is not null);
        Assert.Equal(4, feed.Frames.Take(complete).Sum(frame => frame.Updates.Updates.Count));

        // From each of its cursors the rest comes, with the end of the snapshot where it was.
        for (var i = 0; i < feed.Frames.Count; i++)
        {
            var before = feed.Frames.Take(i + 1).Sum(frame => frame.Updates?.Updates.Count ?? 0);
            await using var resumed = await Feed.OpenAsync(node, new FeedRequest { Stream = "s", Start = Make.After(feed.Frames[i].Cursor) });
            Assert.Equal(feed.Lines.Skip(before), await resumed.LinesAsync(6 - before));
            await resumed.CaughtUpAsync();
            Assert.Equal(i < complete, resumed.Frames.Any(frame => frame.SnapshotComplete is not null));
        }
    }

    [Fact]
    public async Task A_snapshot_of_nothing_is_complete_at_once()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        foreach (var stream in new[] { "all", "s" })
        {
            await using var feed = await Feed.OpenAsync(node, new FeedRequest { Stream = stream, Start = Make.Snapshot });
            await feed.CaughtUpAsync();
            Assert.NotNull(feed.Frames[0].SnapshotComplete);
        }
    }

    private static Task<Outcome<Feed>> StartAsync(Node node, AcknowledgedFallback fallback, string consumer = "c") =>
        Feed.TryOpenAsync(node, new FeedRequest { Start = Make.Acknowledged(fallback), Consumer = consumer });

    private static Task<Outcome<AcknowledgeResponse>> AcknowledgeAsync(Node node, string cursor, bool rewind = false, string request = "") =>
        node.Consumers.AcknowledgeAsync(
            Node.Principal,
            new AcknowledgeRequest { Stream = "all", Consumer = "c", Cursor = cursor, Rewind = rewind, RequestId = request },
            CancellationToken.None);
}

public sealed class SqliteStartTests() : StartTests(new SqliteFixture());

public sealed class SqlServerStartTests() : StartTests(new SqlServerFixture());
