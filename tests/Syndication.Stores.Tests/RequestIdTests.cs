using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class RequestIdTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task The_same_request_has_one_effect_also_at_once_on_two_nodes()
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };

        // Without an id of its own: the server's choice must be the same each time.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => nodes[i % 2].PublishAsync(Make.Article(""), "r1"))));

        Assert.Single(answers.Select(answer => (answer.ArticleId, answer.Version, answer.UpdateId, answer.CommitTime)).Distinct());
        Assert.Single(await Feed.ReadAllAsync(nodes[0], new FeedRequest()));
    }

    [Fact]
    public async Task The_same_request_gets_its_first_answer_after_a_restart_and_later_versions()
    {
        var node = await StartNodeAsync();
        var first = await node.PublishAsync(Make.Article("a"), "r1");
        await node.PublishAsync(Make.Article("a", text: "later"), "r2");
        await node.StopAsync();
        var restarted = await StartNodeAsync();

        var again = await restarted.PublishAsync(Make.Article("a"), "r1");

        Assert.Equal((1, 2), (first.LatestVersion, again.LatestVersion));
        Assert.Equal((first.ArticleId, 1, first.UpdateId, first.CommitTime, first.Status), (again.ArticleId, again.Version, again.UpdateId, again.CommitTime, again.Status));
        Assert.Equal((await restarted.OpenCursorAsync(first.Cursor)).Value.Position, (await restarted.OpenCursorAsync(again.Cursor)).Value.Position);
        Assert.Equal(2, (await Feed.ReadAllAsync(restarted, new FeedRequest())).Count);
    }

    [Fact]
    public async Task Another_content_under_the_same_id_is_refused_whatever_it_asks_for()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"), "r1");

        Assert.Equal(ErrorReason.RequestIdReused, (await node.TryPublishAsync(Make.Article("a", text: "other"), "r1")).Rejection!.Reason);
        Assert.Equal(ErrorReason.RequestIdReused, (await node.TryPublishAsync(Make.Article("a"), "r1", expectedVersion: 0)).Rejection!.Reason);
        Assert.Equal(ErrorReason.RequestIdReused, (await node.TryWithdrawAsync("a", "r1")).Rejection!.Reason);
    }

    [Fact]
    public async Task Ids_are_each_principals_own()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"), "r1");

        var other = await node.Publisher.PublishAsync(
            "other", new PublishArticleRequest { RequestId = "r1", Article = Make.Article("b") }, Token);

        Assert.Equal("b", other.Value.ArticleId);
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        var node = await StartNodeAsync();
        Assert.Equal(ErrorReason.ArticleNotFound, (await node.TryWithdrawAsync("a", "r1")).Rejection!.Reason);
        await node.PublishAsync(Make.Article("a"));

        Assert.Null((await node.TryWithdrawAsync("a", "r1")).Rejection);
    }

    [Fact]
    public async Task Every_change_is_repeatable()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"));
        for (var round = 0; round < 2; round++)
        {
            Assert.Null((await node.TryWithholdAsync("a", "hold")).Rejection);
        }

        for (var round = 0; round < 2; round++)
        {
            Assert.Null((await node.TryReleaseAsync("a", requestId: "release")).Rejection);
        }

        for (var round = 0; round < 2; round++)
        {
            Assert.Null((await node.TryWithdrawAsync("a", "kill")).Rejection);
        }

        Assert.Equal(4, (await Feed.ReadAllAsync(node, new FeedRequest())).Count);
    }

    [Theory]
    [InlineData(StorePoint.AfterStateRead)]
    [InlineData(StorePoint.BeforeAppend)]
    [InlineData(StorePoint.AfterAppend)]
    public async Task A_repeat_after_a_lost_answer_finds_out_what_happened(StorePoint point)
    {
        var node = await StartNodeAsync();
        node.Store.Hook = at => at == point ? throw new StoreUnavailableException("cut") : Task.CompletedTask;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.PublishAsync(Make.Article("a"), "r1"));
        node.Store.Hook = null;

        Assert.Equal(1, (await node.PublishAsync(Make.Article("a"), "r1")).Version);

        Assert.Equal(["Published a/1+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    [Fact]
    public async Task What_was_answered_is_there_after_a_crash_and_once()
    {
        var answered = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            var node = await StartNodeAsync();
            var requests = Enumerable.Range(0, 40).Select(async i =>
            {
                var id = $"r{round}-{i}";
                try
                {
                    await node.PublishAsync(Make.Article(id), id);
                    lock (answered)
                    {
                        answered.Add(id);
                    }
                }
                catch (StoreUnavailableException)
                {
                }
            }).ToList();
            await Task.WhenAny(requests);
            await node.KillAsync();
            await Task.WhenAll(requests.Select(request => request.WaitAsync(Eventually.Patience)));
        }

        var last = await StartNodeAsync();
        await using var feed = await Feed.OpenAsync(last, new FeedRequest());
        await feed.CaughtUpAsync();
        var there = feed.Updates.Select(update => update.ArticleId).ToList();
        Assert.Equal(there.Distinct(), there);
        Assert.Empty(answered.Except(there));
    }
}

public sealed class SqliteRequestIdTests() : RequestIdTests(new SqliteFixture());

public sealed class SqlServerRequestIdTests() : RequestIdTests(new SqlServerFixture());
