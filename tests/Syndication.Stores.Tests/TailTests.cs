using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class TailTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task It_survives_faults_of_every_kind_and_nothing_is_lost()
    {
        var node = await StartNodeAsync();
        var feed = await OpenFeedAsync(node);
        Exception[] faults = [new StoreUnavailableException("away"), new InvalidOperationException("deadlock victim"), new OperationCanceledException()];
        var fault = 0;
        foreach (var point in new[] { StorePoint.BeforeTailRead, StorePoint.AfterTailRead, StorePoint.BeforeOther })
        {
            foreach (var exception in faults)
            {
                var thrown = new TaskCompletionSource();
                node.Store.Hook = at =>
                {
                    if (at != point || !thrown.TrySetResult())
                    {
                        return Task.CompletedTask;
                    }

                    throw exception;
                };
                var id = $"a{fault++}";
                if (point == StorePoint.BeforeOther)
                {
                    // The tail reads the streams when one is created; the writer looks there too, and its caller repeats.
                    await Record.ExceptionAsync(() => node.CreateStreamAsync(id, Make.Language("en")));
                }

                await Eventually.HoldsAsync(
                    async () => await Record.ExceptionAsync(() => node.PublishAsync(Make.Article(id), id)) is null, "the publish is answered");
                node.Store.Hook = null;
                await feed.LinesAsync(fault);
            }
        }

        Assert.Equal(Enumerable.Range(0, fault).Select(i => $"Published a{i}/1+"), feed.Lines);
        await Eventually.HoldsAsync(() => node.Tail.IsReading, "the tail reads again");
    }

    [Fact]
    public async Task It_says_that_it_does_not_read_for_as_long_as_the_database_is_away()
    {
        var node = await StartNodeAsync();
        var changes = new List<bool>();
        var tries = 0;
        node.Tail.ReadingChanged += changes.Add;
        node.Store.Hook = at => at is StorePoint.BeforeHeadRead or StorePoint.BeforeTailRead && Interlocked.Increment(ref tries) > 0
            ? throw new StoreUnavailableException("away")
            : Task.CompletedTask;
        await Eventually.HoldsAsync(() => tries >= 4, "the tail has tried several times");
        node.Store.Hook = null;
        await Eventually.HoldsAsync(() => node.Tail.IsReading, "the tail reads again");

        Assert.Equal([false, true], changes);
    }

    [Fact]
    public async Task It_tries_again_less_and_less_often()
    {
        var node = await StartNodeAsync(new NodeOptions
        {
            Tail = new TailOptions { PollInterval = TimeSpan.FromMilliseconds(5), MinRetryDelay = TimeSpan.FromMilliseconds(20), MaxRetryDelay = TimeSpan.FromSeconds(1) },
        });
        var tries = new List<DateTime>();
        node.Store.Hook = at =>
        {
            if (at is not (StorePoint.BeforeHeadRead or StorePoint.BeforeTailRead))
            {
                return Task.CompletedTask;
            }

            tries.Add(DateTime.UtcNow);
            throw new StoreUnavailableException("away");
        };
        await Eventually.HoldsAsync(() => tries.Count >= 6, "the tail has tried several times");

        // 20 ms doubled four times; timers are never early by more than their grain.
        Assert.True(tries[5] - tries[0] > TimeSpan.FromMilliseconds(500), $"{tries[5] - tries[0]}");
    }

    [Fact]
    public async Task A_fault_while_it_warms_up_repeats_nothing()
    {
        const int Count = 1_100;
        var writer = await StartNodeAsync();
        await writer.CreateStreamAsync("s", Make.Language("en"));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => writer.PublishAsync(Make.Article($"a{i}"))));

        // The window is read in pages of 1,024: the second fails.
        var node = Keep(await Node.CreateAsync(Store));
        var reads = 0;
        node.Store.Hook = at => at == StorePoint.AfterTailRead && Interlocked.Increment(ref reads) == 2
            ? throw new StoreUnavailableException("cut")
            : Task.CompletedTask;
        node.Start();
        await Eventually.HoldsAsync(() => node.Tail.IsReading, "the tail is warm");

        foreach (var stream in new[] { "all", "s" })
        {
            var lines = await Feed.ReadAllAsync(node, new FeedRequest { Stream = stream });
            Assert.Equal(Count, lines.Count);
            Assert.Equal(Count, lines.Distinct().Count());
        }
    }

    [Fact]
    public async Task It_stops_readers_where_retention_was_faster_than_it()
    {
        // A node that was away so long that superseded entries it had not read are gone: a jump would be silent.
        var behind = await StartNodeAsync(OnClock);
        var writer = await StartNodeAsync(OnClock with { Retention = TimeSpan.FromHours(1) });
        await writer.PublishAsync(Make.Article("a", text: "one"));
        var feed = await OpenFeedAsync(behind);
        await feed.LinesAsync(1);
        var barrier = behind.Store.StopAt(StorePoint.BeforeTailRead);
        await writer.PublishAsync(Make.Article("a", text: "two"));
        await barrier.Reached;
        await writer.PublishAsync(Make.Article("a", text: "three"));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, await writer.Retention.SweepAsync(Token));
        barrier.Open();

        Assert.Equal(ErrorReason.CursorExpired, (await feed.EndedAsync()).Reason);
        Assert.Equal(["Published a/1+"], feed.Lines);
        Assert.Equal(["Updated a/3+"], await Feed.ReadAllAsync(behind, new FeedRequest()));
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("hold")]
    public async Task A_text_that_the_tail_was_reading_when_it_was_taken_away_is_not_given_out(string how)
    {
        var node = await StartNodeAsync();
        node.Store.HandsOver = false;
        var feed = await OpenFeedAsync(node);
        await feed.CaughtUpAsync();

        // The tail has read the article as it was, and adds it to the window after the kill was answered; the entry of the
        // kill itself it is kept from reading.
        var (read, answered, reads) = (new Checkpoint(), new Checkpoint(), 0);
        node.Store.Hook = async at =>
        {
            if (at == StorePoint.AfterTailRead && node.Store.TailRows > 0 && Interlocked.Increment(ref reads) == 1)
            {
                await read.PassAsync();
            }
            else if (at == StorePoint.BeforeTailRead && reads > 0)
            {
                await answered.PassAsync();
            }
        };
        await node.PublishAsync(Make.Article("a"));
        await read.Reached;
        _ = how == "kill" ? (object)await node.WithdrawAsync("a") : await node.WithholdAsync("a");
        read.Open();
        await feed.LinesAsync(1);

        Assert.Null(feed.Updates[0].Article);
        Assert.Equal(how == "kill" ? ArticleStatus.Withdrawn : ArticleStatus.Withheld, feed.Updates[0].BlankedStatus);
        answered.Open();
        await feed.LinesAsync(2);
        node.Store.Hook = null;
        if (how == "hold")
        {
            await node.ReleaseAsync("a");
            await feed.LinesAsync(3);
            Assert.NotNull(feed.Updates[2].Article);
            Assert.Equal(["Published a/1+", "Withheld a/1", "Released a/1+"], await Feed.ReadAllAsync(node, new FeedRequest()));
        }
    }

    [Fact]
    public async Task A_stopped_node_says_that_it_does_not_read()
    {
        var node = await StartNodeAsync();
        await node.StopAsync();

        Assert.False(node.Tail.IsReading);
    }
}

public sealed class SqliteTailTests() : TailTests(new SqliteFixture());

public sealed class SqlServerTailTests() : TailTests(new SqlServerFixture());
