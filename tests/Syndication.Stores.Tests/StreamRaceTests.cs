using Syndication.Stores.Tests.Fixtures;

namespace Syndication.Stores.Tests;

public abstract class StreamRaceTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task A_publish_that_was_decided_before_a_stream_was_created_and_searched_is_decided_again()
    {
        var slow = await StartNodeAsync();
        var fast = await StartNodeAsync();
        await fast.PublishAsync(Make.Article("a", "fr"));
        await fast.PublishAsync(Make.Article("b", "fr"));
        var barrier = slow.Store.StopAt(StorePoint.AfterStateRead);
        var leaving = slow.PublishAsync(Make.Article("a", "de"));
        await barrier.Reached;
        await fast.CreateStreamAsync("s", Make.Language("fr"));
        await fast.BackfilledAsync();
        barrier.Open();
        await leaving;

        Assert.Equal(["Published a/1+", "Published b/1+", "Removed a/2"], await Feed.ReadAllAsync(fast, new FeedRequest { Stream = "s" }));
    }
}

public sealed class SqliteStreamRaceTests() : StreamRaceTests(new SqliteFixture());

public sealed class SqlServerStreamRaceTests() : StreamRaceTests(new SqlServerFixture());
