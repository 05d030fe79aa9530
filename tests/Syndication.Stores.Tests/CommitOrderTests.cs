using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class CommitOrderTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task Numbers_are_consecutive_and_times_never_decrease_even_when_the_clock_steps_back()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a"));
        Clock.Advance(TimeSpan.FromHours(-1));
        await node.PublishAsync(Make.Article("b"));
        Clock.Advance(TimeSpan.FromHours(2));
        await node.PublishAsync(Make.Article("c"));

        var entries = await node.Store.ReadTailAsync(0, 10, long.MaxValue, Token);

        Assert.Equal([1L, 2, 3], entries.Select(entry => entry.Number));
        Assert.Equal(entries[0].CommitTime, entries[1].CommitTime);
        Assert.True(entries[2].CommitTime > entries[1].CommitTime);
    }

    [Fact]
    public async Task A_batch_that_stands_before_its_commit_lets_no_other_be_seen_before_it()
    {
        // Two connections: the first is stopped after its append was decided; the second commits; nothing is passed over.
        var slow = await StartNodeAsync();
        var fast = await StartNodeAsync();
        var feed = await OpenFeedAsync(fast);
        var barrier = slow.Store.StopAt(StorePoint.BeforeAppend);
        var first = slow.PublishAsync(Make.Article("first"));
        await barrier.Reached;
        await fast.PublishAsync(Make.Article("second"));
        Assert.Equal(["Published second/1+"], await feed.LinesAsync(1));

        barrier.Open();
        await first;

        Assert.Equal(["Published second/1+", "Published first/1+"], await feed.LinesAsync(2));
    }

    [Fact]
    public async Task Of_two_writers_of_one_article_one_decides_again_and_both_versions_are_there()
    {
        var slow = await StartNodeAsync();
        var fast = await StartNodeAsync();
        await fast.PublishAsync(Make.Article("a"));
        var barrier = slow.Store.StopAt(StorePoint.BeforeAppend);
        var overtaken = slow.PublishAsync(Make.Article("a", text: "slow"));
        await barrier.Reached;
        Assert.Equal(2, (await fast.PublishAsync(Make.Article("a", text: "fast"))).Version);

        barrier.Open();

        Assert.Equal(3, (await overtaken).Version);
    }

    [Fact]
    public async Task A_refused_command_takes_no_number_and_leaves_the_others_of_its_batch_alone()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"));
        var barrier = node.Store.StopAt(StorePoint.BeforeAppend);
        var leader = node.PublishAsync(Make.Article("leader"));
        await barrier.Reached;
        var good = node.TryPublishAsync(Make.Article("b"));
        var bad = node.TryPublishAsync(Make.Article("a"), expectedVersion: 7);
        var alsoGood = node.TryPublishAsync(Make.Article("c"));
        barrier.Open();

        await Task.WhenAll(leader, good, bad, alsoGood);

        Assert.Equal(ErrorReason.VersionMismatch, (await bad).Rejection!.Reason);
        var entries = await node.Store.ReadTailAsync(0, 10, long.MaxValue, Token);
        Assert.Equal([1L, 2, 3, 4], entries.Select(entry => entry.Number));
        Assert.Equal(["a", "leader", "b", "c"], entries.Select(entry => entry.Article!.ArticleId));
    }

    [Fact]
    public async Task Thirty_two_writers_with_delays_and_failures_leave_no_hole_for_tails_on_two_nodes()
    {
        const int Writers = 32;
        const int Each = 12;
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        foreach (var node in nodes)
        {
            // One in twenty transactions is rolled back, at either side of its commit; the rest is slow now and then.
            node.Store.Hook = point => point switch
            {
                StorePoint.BeforeAppend when Random.Shared.Next(20) == 0 => throw new StoreUnavailableException("rolled back"),
                StorePoint.AfterAppend when Random.Shared.Next(20) == 0 => throw new StoreUnavailableException("answer lost"),
                StorePoint.BeforeAppend or StorePoint.AfterTailRead when Random.Shared.Next(4) == 0 => Task.Delay(Random.Shared.Next(4), Token),
                _ => Task.CompletedTask,
            };
        }

        using var reading = new CancellationTokenSource();
        var tails = nodes.Select(node => Task.Run(() => FollowAsync(node.Store, Writers * Each, reading.Token))).ToList();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var article = Make.Article($"w{writer}", text: $"{i}");
                await AnsweredAsync(() => nodes[writer % 2].TryPublishAsync(article, requestId: $"w{writer}-{i}"));

                // A refusal is a rollback too: it must not take a number.
                var refused = await AnsweredAsync(() => nodes[writer % 2].TryPublishAsync(article, expectedVersion: 1_000));
                Assert.Equal(ErrorReason.VersionMismatch, refused.Rejection!.Reason);
            }
        })));

        foreach (var numbers in await Task.WhenAll(tails).WaitAsync(Eventually.Patience))
        {
            AssertWithoutHole(numbers, Writers * Each);
        }
    }

    [Fact]
    public async Task A_store_that_numbers_before_the_commit_fails_the_assertion_of_these_tests()
    {
        // The test of the test: a store that gives numbers like an identity column, before the commit.
        var log = new EarlyNumberingLog();
        var (first, second) = (log.TakeNumber(), log.TakeNumber());
        log.Commit(second);
        using var reading = new CancellationTokenSource();
        var tail = FollowAsync(log.ReadAfter, 2, reading.Token);
        await Eventually.HoldsAsync(() => log.Reads > 2, "the tail has read");
        log.Commit(first);
        await Eventually.HoldsAsync(() => log.Reads > 5 || tail.IsCompleted, "the tail has read again");
        await reading.CancelAsync();

        var seen = await tail;
        Assert.Equal([second], seen);
        Assert.Throws<Xunit.Sdk.EqualException>(() => AssertWithoutHole(seen, 2));
    }

    private static void AssertWithoutHole(List<long> numbers, int count) =>
        Assert.Equal(Enumerable.Range(1, count).Select(number => (long)number), numbers);

    /// <summary>Reads as a node's tail does: on from the last number.</summary>
    private static Task<List<long>> FollowAsync(ILogStore store, int count, CancellationToken cancellationToken) =>
        FollowAsync(
            async after =>
            {
                try
                {
                    return [.. (await store.ReadTailAsync(after, 7, long.MaxValue, cancellationToken)).Select(entry => entry.Number)];
                }
                catch (StoreUnavailableException)
                {
                    return [];
                }
            },
            count,
            cancellationToken);

    private static async Task<List<long>> FollowAsync(Func<long, Task<IReadOnlyList<long>>> read, int count, CancellationToken cancellationToken)
    {
        var seen = new List<long>();
        while (seen.Count < count && !cancellationToken.IsCancellationRequested)
        {
            seen.AddRange(await read(seen.LastOrDefault()));
            await Task.Yield();
        }

        return seen;
    }

    /// <summary>Repeats a request until it is answered, as clients do after UNAVAILABLE.</summary>
    private static async Task<Outcome<T>> AnsweredAsync<T>(Func<Task<Outcome<T>>> request)
    {
        while (true)
        {
            try
            {
                return await request();
            }
            catch (StoreUnavailableException)
            {
            }
        }
    }

    private sealed class EarlyNumberingLog
    {
        private readonly SortedSet<long> _committed = [];
        private long _next;

        public int Reads { get; private set; }

        public long TakeNumber() => ++_next;

        public void Commit(long number)
        {
            lock (_committed)
            {
                _committed.Add(number);
            }
        }

        public Task<IReadOnlyList<long>> ReadAfter(long after)
        {
            lock (_committed)
            {
                Reads++;
                return Task.FromResult<IReadOnlyList<long>>([.. _committed.Where(number => number > after)]);
            }
        }
    }
}

public sealed class SqliteCommitOrderTests() : CommitOrderTests(new SqliteFixture());

public sealed class SqlServerCommitOrderTests() : CommitOrderTests(new SqlServerFixture());
