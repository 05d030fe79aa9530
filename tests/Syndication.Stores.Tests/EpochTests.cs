using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>A new incarnation of the log while nodes are running: each cursor belongs to the one in which its place was committed.</summary>
public abstract class EpochTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task A_node_that_has_not_noticed_yet_gives_out_cursors_that_go_on_working()
    {
        var other = await StartNodeAsync();
        var node = await StartNodeAsync();
        var feed = await OpenFeedAsync(node);
        await node.PublishAsync(Make.Article("a"));
        await feed.LinesAsync(1);

        // From here on this node's tail learns nothing.
        var barrier = new Checkpoint();
        node.Store.Hook = at => at is StorePoint.BeforeHeadRead or StorePoint.BeforeTailRead ? barrier.PassAsync() : Task.CompletedTask;
        await barrier.Reached;
        Assert.Equal(2, (await BeginEpochAsync()).Epoch);
        var cursor = (await node.PublishAsync(Make.Article("b"), "r1")).Cursor;
        await other.CatchUpAsync();

        Assert.Null((await other.OpenCursorAsync(cursor)).Rejection);
        barrier.Open();
        node.Store.Hook = null;
        Assert.Null((await other.OpenCursorAsync((await node.PublishAsync(Make.Article("b"), "r1")).Cursor)).Rejection);
        await feed.LinesAsync(2);
        Assert.All(feed.Frames, frame => Assert.Null(other.OpenCursorAsync(frame.Cursor).Result.Rejection));
        Assert.Empty(await Feed.ReadAllAsync(other, new FeedRequest { Start = Make.After(feed.LastCursor) }));
    }

    [Fact]
    public async Task Readers_of_the_archive_get_the_epoch_of_their_page()
    {
        var node = await StartNodeAsync(new NodeOptions { Tail = new() { WindowEntries = 2, PollInterval = TimeSpan.FromMilliseconds(20) } });
        for (var i = 0; i < 6; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}"));
        }

        await node.CatchUpAsync();
        var page = node.Store.StopAt(StorePoint.BeforePageRead);
        var feed = await OpenFeedAsync(node, new FeedRequest { MaxUpdates = 1 });
        await page.Reached;
        await BeginEpochAsync();
        page.Open();
        node.Store.Hook = null;
        await node.PublishAsync(Make.Article("a6"));
        await feed.LinesAsync(7);

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"Published a{i}/1+"), feed.Lines);
        Assert.All(feed.Frames, frame => Assert.Equal(2, node.OpenCursorAsync(frame.Cursor).Result.Value.Epoch));
    }

    [Fact]
    public async Task Epochs_that_begin_in_the_middle_of_publishes_on_all_nodes_cost_nobody_anything()
    {
        const int PerNode = 60;
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync(), await StartNodeAsync() };
        var feeds = await Task.WhenAll(nodes.Select(node => OpenFeedAsync(node, new FeedRequest { MaxUpdates = 1 })));
        var publishers = nodes.Select((node, n) => Task.Run(async () =>
        {
            var cursors = new List<string>();
            for (var i = 0; i < PerNode; i++)
            {
                cursors.Add((await node.PublishAsync(Make.Article($"{n}-{i}"))).Cursor);
            }

            return cursors;
        })).ToList();
        for (var epoch = 2; epoch <= 6; epoch++)
        {
            await feeds[0].LinesAsync((epoch - 1) * 25);
            Assert.Equal(epoch, (await BeginEpochAsync()).Epoch);
        }

        var published = await Task.WhenAll(publishers);
        foreach (var feed in feeds)
        {
            await feed.LinesAsync(PerNode * nodes.Length);
            Assert.Equal(feeds[0].Lines, feed.Lines);
        }

        var given = feeds.SelectMany(feed => feed.Frames.Select(frame => frame.Cursor)).Concat(published.SelectMany(cursors => cursors));
        foreach (var cursor in given)
        {
            Assert.Null((await nodes[0].OpenCursorAsync(cursor)).Rejection);
        }
    }

    [Fact]
    public async Task Many_who_show_that_the_log_was_restored_begin_one_epoch()
    {
        var (cursors, backup) = await PublishAroundBackupAsync(await StartNodeAsync(), stop: true);
        await Store.RestoreAsync(backup);
        var node = await StartNodeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => node.OpenCursorAsync(cursors[^1]))));

        Assert.All(answers, answer => Assert.Equal(ErrorReason.EpochLost, answer.Rejection?.Reason));
        Assert.Equal(2, (await node.Tail.RefreshHeadAsync(Token)).Epoch);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, 6)]
    public async Task A_database_that_is_restored_under_running_nodes_ends_their_readers_who_then_go_on_or_are_told(bool begunByHand, int publishedSince)
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        var feeds = await Task.WhenAll(nodes.Select(node => OpenFeedAsync(node)));
        var (cursors, backup) = await PublishAroundBackupAsync(nodes[0], stop: false);
        foreach (var feed in feeds)
        {
            await feed.LinesAsync(7);
        }

        // As a restore does, it cuts their connections: while it runs they read nothing.
        foreach (var node in nodes)
        {
            node.Store.IsAway = true;
        }

        foreach (var node in nodes)
        {
            await Eventually.HoldsAsync(() => !node.Tail.IsReading, "the node has noticed that the database is away");
        }

        await Store.RestoreUnderNodesAsync(backup);
        if (begunByHand)
        {
            await BeginEpochAsync();
        }

        var third = await StartNodeAsync();
        for (var i = 0; i < publishedSince; i++)
        {
            await third.PublishAsync(Make.Article($"new{i}"));
        }

        foreach (var node in nodes)
        {
            node.Store.IsAway = false;
        }

        foreach (var (node, feed) in nodes.Zip(feeds))
        {
            Assert.Equal(ErrorReason.StoreUnavailable, (await feed.EndedAsync()).Reason);
            await Eventually.HoldsAsync(() => node.Tail.IsReading, "the node reads again");
            Assert.Equal(ErrorReason.EpochLost, (await node.OpenCursorAsync(feed.LastCursor)).Rejection?.Reason);
            Assert.All(cursors[3..], lost => Assert.Equal(ErrorReason.EpochLost, node.OpenCursorAsync(lost).Result.Rejection?.Reason));
            Assert.Equal(
                Enumerable.Range(0, publishedSince).Select(i => $"Published new{i}/1+"),
                await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(cursors[2]) }));
        }

        var resumed = await Task.WhenAll(nodes.Select(node => OpenFeedAsync(node, new FeedRequest { Start = Make.Latest })));
        await nodes[1].PublishAsync(Make.Article("last"));
        Assert.All(resumed, feed => Assert.Equal(["Published last/1+"], feed.LinesAsync(1).Result));
    }

    private async Task<LogHead> BeginEpochAsync()
    {
        using var handle = Store.Open();
        return await handle.Log.BeginEpochAsync(DateTimeOffset.UtcNow, Token);
    }

    /// <summary>Publishes three articles, copies the database and publishes four more.</summary>
    private async Task<(List<string> Cursors, string Backup)> PublishAroundBackupAsync(Node node, bool stop)
    {
        var cursors = new List<string>();
        var backup = "";
        for (var i = 0; i < 7; i++)
        {
            backup = i == 3 ? await Store.BackupAsync() : backup;
            cursors.Add((await node.PublishAsync(Make.Article($"a{i}"))).Cursor);
        }

        if (stop)
        {
            await node.StopAsync();
        }

        return (cursors, backup);
    }
}

public sealed class SqliteEpochTests() : EpochTests(new SqliteFixture());

public sealed class SqlServerEpochTests() : EpochTests(new SqlServerFixture());
