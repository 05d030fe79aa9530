using System.Diagnostics;
using Syndication.Stores.Tests.Fixtures;

namespace Syndication.Stores.Tests;

/// <summary>How nodes notice each other's publishes.</summary>
public abstract class PollTests(StoreFixture store) : StoreTests(store)
{
    private static readonly TimeSpan Rare = TimeSpan.FromSeconds(4);

    private static NodeOptions Slow => new() { Tail = new() { PollInterval = Rare } };

    [Fact]
    public async Task A_node_looks_soon_after_there_was_news()
    {
        var writer = await StartNodeAsync();
        var node = await StartNodeAsync(Slow);
        var feed = await OpenFeedAsync(node);
        await feed.CaughtUpAsync();
        await writer.PublishAsync(Make.Article("first"));
        await feed.LinesAsync(1);

        // Each comes a moment after the one before. At the slow pace this would take 40 s, so half of that tells the two apart on
        // a slow database too.
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            await writer.PublishAsync(Make.Article($"a{i}"));
            await feed.LinesAsync(2 + i);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Rare * 5);
    }

    [Fact]
    public async Task A_node_that_is_idle_looks_less_and_less_often_and_reads_nothing_but_the_head()
    {
        var looks = new List<TimeSpan>();
        var others = 0;
        var node = await StartNodeAsync(new NodeOptions { Tail = new() { PollInterval = TimeSpan.FromMilliseconds(300) } });
        await Eventually.HoldsAsync(() => !node.Tail.Streams.Streams.Any(stream => !stream.IsBackfilled), "nothing is to be done");
        node.Store.Hook = at =>
        {
            if (at == StorePoint.BeforeHeadRead)
            {
                looks.Add(Stopwatch.GetElapsedTime(0));
            }
            else
            {
                Interlocked.Increment(ref others);
            }

            return Task.CompletedTask;
        };
        await Eventually.HoldsAsync(() => looks.Count >= 9, "the node has looked a few times");

        // The longest interval is reached after 10, 20, 40, 80 and 160 ms; timers may be early by their grain.
        Assert.All(looks.Skip(6).Zip(looks.Skip(5)), pair => Assert.InRange(pair.First - pair.Second, TimeSpan.FromMilliseconds(280), TimeSpan.MaxValue));
        Assert.Equal(0, others);
    }

    [Fact]
    public async Task An_embargo_that_another_node_set_is_lifted_in_time_also_by_a_node_that_rarely_looks()
    {
        await StartNodeAsync(Slow with { RunClock = true });
        var other = await StartNodeAsync();
        var feed = await OpenFeedAsync(other);
        await feed.CaughtUpAsync();
        var until = DateTimeOffset.UtcNow.AddMilliseconds(700);
        await other.PublishAsync(Make.Article("a", embargo: until));
        await feed.LinesAsync(1);

        Assert.InRange(feed.Updates[0].CommitTime.ToDateTimeOffset(), until, until.AddSeconds(1));
    }
}

public sealed class SqlitePollTests() : PollTests(new SqliteFixture());

public sealed class SqlServerPollTests() : PollTests(new SqlServerFixture());
