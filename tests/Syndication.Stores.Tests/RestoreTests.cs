using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class RestoreTests(StoreFixture store) : StoreTests(store)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task Cursors_from_after_the_backup_fail_also_when_their_numbers_are_used_again(int publishedSince)
    {
        var (shared, lost) = await RestoreAsync();
        var node = await StartNodeAsync();
        for (var i = 0; i < publishedSince; i++)
        {
            await node.PublishAsync(Make.Article($"new{i}"));
        }

        // More than once, and over a restart: the log that is given out from now on is another one.
        for (var round = 0; round < 2; round++)
        {
            foreach (var cursor in lost)
            {
                Assert.Equal(ErrorReason.EpochLost, (await node.OpenCursorAsync(cursor)).Rejection?.Reason);
            }

            foreach (var cursor in shared)
            {
                Assert.Null((await node.OpenCursorAsync(cursor)).Rejection);
            }

            await node.StopAsync();
            node = await StartNodeAsync();
        }

        Assert.Equal(
            Enumerable.Range(0, publishedSince).Select(i => $"Published new{i}/1+"),
            await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(shared[^1]) }));
    }

    [Fact]
    public async Task Cursors_of_the_new_log_work_after_one_of_the_old_was_shown()
    {
        var (_, lost) = await RestoreAsync();
        var node = await StartNodeAsync();
        Assert.Equal(ErrorReason.EpochLost, (await node.OpenCursorAsync(lost[^1])).Rejection!.Reason);
        var cursor = (await node.PublishAsync(Make.Article("new"))).Cursor;
        for (var i = 0; i < 10; i++)
        {
            await node.PublishAsync(Make.Article($"new{i}"));
        }

        Assert.Null((await node.OpenCursorAsync(cursor)).Rejection);
        Assert.All(lost, old => Assert.Equal(ErrorReason.EpochLost, node.OpenCursorAsync(old).Result.Rejection!.Reason));
        Assert.Equal(10, (await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.After(cursor) })).Count);
    }

    [Fact]
    public async Task An_epoch_that_is_begun_by_hand_keeps_what_both_logs_share()
    {
        var (shared, lost) = await RestoreAsync();
        using (var handle = Store.Open())
        {
            Assert.Equal(2, (await handle.Log.BeginEpochAsync(Clock.Now, Token)).Epoch);
        }

        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("new"));

        Assert.All(shared, old => Assert.Null(node.OpenCursorAsync(old).Result.Rejection));
        Assert.All(lost, old => Assert.Equal(ErrorReason.EpochLost, node.OpenCursorAsync(old).Result.Rejection!.Reason));
    }

    [Fact]
    public async Task A_snapshot_recovers_the_reader()
    {
        var (_, lost) = await RestoreAsync();
        var node = await StartNodeAsync();
        Assert.Equal(ErrorReason.EpochLost, (await Feed.TryOpenAsync(node, new FeedRequest { Start = Make.After(lost[0]) })).Rejection!.Reason);

        Assert.Equal(["Published a0/1+", "Published a1/1+", "Published a2/1+"], await Feed.ReadAllAsync(node, new FeedRequest { Start = Make.Snapshot }));
    }

    /// <summary>Publishes three articles, copies the database, publishes four more and restores the copy.</summary>
    private async Task<(IReadOnlyList<string> Shared, IReadOnlyList<string> Lost)> RestoreAsync()
    {
        var node = await StartNodeAsync();
        var cursors = new List<string>();
        var backup = "";
        for (var i = 0; i < 7; i++)
        {
            if (i == 3)
            {
                backup = await Store.BackupAsync();
            }

            cursors.Add((await node.PublishAsync(Make.Article($"a{i}"))).Cursor);
        }

        await node.StopAsync();
        await Store.RestoreAsync(backup);
        return (cursors[..3], cursors[3..]);
    }
}

public sealed class SqliteRestoreTests() : RestoreTests(new SqliteFixture());

public sealed class SqlServerRestoreTests() : RestoreTests(new SqlServerFixture());
