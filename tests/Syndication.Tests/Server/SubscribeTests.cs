using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>The frames of a subscription: what they are, what they carry, how large they are.</summary>
public sealed class SubscribeTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_empty_stream_is_caught_up_at_once()
    {
        using var reader = _server.Subscribe();
        var frame = await reader.NextAsync();

        Assert.Equal(Kind.CaughtUp, frame.FrameCase);
        Assert.Equal((0, null), (frame.Lag.Updates, frame.Lag.Duration));
    }

    [Fact]
    public async Task Updates_come_in_commit_order_then_caught_up_then_what_is_published()
    {
        var published = await _server.PublishAsync(3);
        using var reader = _server.Subscribe();
        await reader.UntilAsync(Kind.CaughtUp);
        published.AddRange(await _server.PublishAsync(2));
        var live = await reader.UpdatesAsync(5);

        Assert.Equal(published, reader.UpdateIds);
        Assert.Equal([Kind.Updates, Kind.CaughtUp], reader.Kinds.Take(2));
        Assert.DoesNotContain(Kind.FellBehind, reader.Kinds);
        Assert.All(live, update => Assert.Equal(ArticleStatus.Usable, update.Article.Status));
    }

    [Fact]
    public async Task A_quiet_stream_has_heartbeats_as_often_as_asked_for_and_never_more_than_once_a_second()
    {
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", HeartbeatInterval = new Duration { Nanos = 1 } });
        var caughtUp = await reader.NextAsync();
        var first = await reader.NextAsync();
        var second = await reader.NextAsync();

        Assert.Equal([Kind.CaughtUp, Kind.Heartbeat, Kind.Heartbeat], reader.Kinds);
        Assert.InRange((first.ServerTime - caughtUp.ServerTime).ToTimeSpan(), TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(5));
        Assert.InRange((second.ServerTime - first.ServerTime).ToTimeSpan(), TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_heartbeats_cursor_has_passed_what_the_stream_does_not_hold()
    {
        await _server.Streams.CreateStreamAsync(new()
        {
            Stream = new() { StreamId = "finnish", Filter = new() { AllOf = { new ArticleClause { Language = "fi" } } } },
        });
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "finnish", HeartbeatInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) });
        await reader.UntilAsync(Kind.CaughtUp);
        await _server.PublishAsync(50);
        var finnish = await _server.PublishAsync(TestArticles.Make(language: "fi"));
        var frame = await reader.UntilAsync(Kind.Updates);

        Assert.Equal(finnish.UpdateId, frame.Updates.Updates.Single().UpdateId);
        await _server.PublishAsync(50);
        await reader.UntilAsync(Kind.Heartbeat);
        using var resumed = _server.Subscribe(new SubscribeRequest { Stream = "finnish", Start = new() { Cursor = reader.Cursor } });
        Assert.Equal(Kind.CaughtUp, (await resumed.NextAsync()).FrameCase);
    }

    [Fact]
    public async Task Every_cursor_resumes_exactly_after_its_frame_and_frames_of_one_update_count_the_lag_down()
    {
        var published = await _server.PublishAsync(5);

        // The lag counts what the node has read of the log: that is all of it once somebody has caught up.
        using var first = _server.Subscribe();
        await first.UntilAsync(Kind.CaughtUp);
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = 1 });
        for (var i = 0; i < published.Count; i++)
        {
            var frame = await reader.NextAsync();

            Assert.Equal([published[i]], frame.Updates.Updates.Select(update => update.UpdateId));
            Assert.Equal(published.Count - 1 - i, frame.Lag.Updates);
            Assert.Equal(frame.Lag.Updates > 0, frame.Lag.Duration is not null);
            using var resumed = _server.Subscribe(new StartPosition { Cursor = frame.Cursor });
            await resumed.UntilAsync(Kind.CaughtUp);
            Assert.Equal(published.Skip(i + 1), resumed.UpdateIds);
        }
    }

    [Fact]
    public async Task A_batch_is_bounded_in_updates()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _server.PublishAsync(TestArticles.Make($"Headline {i}"))));
        async Task<int> LargestAsync(int requested)
        {
            using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = requested });
            var largest = 0;
            while (reader.UpdateIds.Count < 200)
            {
                largest = Math.Max(largest, (await reader.NextAsync()).Updates.Updates.Count);
            }

            return largest;
        }

        Assert.Equal(64, await LargestAsync(0));
        Assert.Equal(7, await LargestAsync(7));
        Assert.Equal(200, await LargestAsync(int.MaxValue));
        using var negative = _server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = -1 });
        var refusal = await negative.EndAsync();
        refusal.MustBe(StatusCode.InvalidArgument, ErrorReason.InvalidFields);
        Assert.Equal(["max_batch_updates"], refusal.Fields);
    }

    /// <summary>Pitfall 29, from the window and from the archive.</summary>
    [Theory]
    [InlineData("67108864")]
    [InlineData("1048576")]
    public async Task A_batch_is_bounded_in_bytes(string windowBytes)
    {
        await using var server = await ServerFixture.StartAsync($"Subscriptions:WindowBytes={windowBytes}");
        var published = await server.PublishAsync(40, bodyBytes: 100_000);
        using var reader = server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = 1000 });
        while (reader.UpdateIds.Count < published.Count)
        {
            var frame = await reader.NextAsync();
            Assert.InRange(frame.CalculateSize(), 100_000, 256 * 1024 + 1024);
        }

        Assert.Equal(published, reader.UpdateIds);
    }

    [Fact]
    public async Task Headlines_have_everything_but_the_body()
    {
        var article = TestArticles.Make("Only this", bodyBytes: 1000);
        article.Kicker = "Kicker";
        await _server.PublishAsync(article);
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", View = ArticleView.Headlines });
        var update = (await reader.UpdatesAsync(1)).Single();

        Assert.Equal(("Only this", "Kicker", 0), (update.Article.Headline, update.Article.Kicker, update.Article.Body.Count));
    }

    [Fact]
    public async Task A_snapshot_is_the_latest_of_each_article_and_all_kills_then_goes_on_without_gap_or_overlap()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        var b = await _server.PublishAsync(TestArticles.Make(articleId: "b"));
        var a2 = await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        await _server.PublishAsync(TestArticles.Make(articleId: "c"));
        var kill = await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "c", Advisory = "Kill" });
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = 1, Start = new() { Snapshot = new() } });
        await reader.NextAsync();
        var cursor = reader.Cursor;
        var later = await _server.PublishAsync(TestArticles.Make(articleId: "b"));
        await reader.UntilAsync(Kind.SnapshotComplete);
        Assert.Equal([b.UpdateId, a2.UpdateId, kill.UpdateId], reader.UpdateIds);
        await reader.UpdatesAsync(4);
        Assert.Equal(later.UpdateId, reader.UpdateIds[^1]);

        // A cursor from inside goes on inside, with the snapshot's own end.
        using var resumed = _server.Subscribe(new StartPosition { Cursor = cursor });
        await resumed.UntilAsync(Kind.SnapshotComplete);
        Assert.Equal([a2.UpdateId, kill.UpdateId], resumed.UpdateIds);
        await resumed.UntilAsync(Kind.CaughtUp);
        Assert.Equal([a2.UpdateId, kill.UpdateId, later.UpdateId], resumed.UpdateIds);
    }

    [Fact]
    public async Task A_snapshot_of_an_empty_stream_is_complete_at_once()
    {
        using var reader = _server.Subscribe(new StartPosition { Snapshot = new() });
        await reader.UntilAsync(Kind.CaughtUp);

        Assert.Equal([Kind.SnapshotComplete, Kind.CaughtUp], reader.Kinds);
    }

    [Fact]
    public async Task What_cannot_be_subscribed_to_is_refused_with_the_field_or_the_name()
    {
        async Task<Refusal> RefusedAsync(SubscribeRequest request)
        {
            using var reader = _server.Subscribe(request);
            return await reader.EndAsync();
        }

        Assert.Equal(["stream"], (await RefusedAsync(new())).Fields);
        Assert.Equal(["consumer"], (await RefusedAsync(new() { Stream = "all", Consumer = "no good" })).Fields);
        Assert.Equal(["view"], (await RefusedAsync(new() { Stream = "all", View = (ArticleView)9 })).Fields);
        var none = await RefusedAsync(new() { Stream = "none" });
        none.MustBe(StatusCode.NotFound, ErrorReason.StreamNotFound);
        Assert.Equal("none", none.Metadata["stream"]);
    }
}
