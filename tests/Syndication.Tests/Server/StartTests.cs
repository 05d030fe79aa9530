using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Where a subscription may start, and what is refused.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Nothing_said_and_earliest_start_with_the_oldest_and_latest_with_the_next()
    {
        var published = await _server.PublishAsync(2);
        using var unsaid = _server.Subscribe();
        using var earliest = _server.Subscribe(new StartPosition { Earliest = new() });
        using var latest = _server.Subscribe(new StartPosition { Latest = new() });
        await latest.UntilAsync(Kind.CaughtUp);
        published.AddRange(await _server.PublishAsync(1));
        await unsaid.UpdatesAsync(3);
        await earliest.UpdatesAsync(3);
        await latest.UpdatesAsync(1);

        Assert.Equal(published, unsaid.UpdateIds);
        Assert.Equal(published, earliest.UpdateIds);
        Assert.Equal(published.Skip(2), latest.UpdateIds);
    }

    [Fact]
    public async Task A_time_starts_with_the_first_update_at_or_after_it()
    {
        await _server.PublishAsync(TestArticles.Make());
        var second = await _server.PublishAsync(TestArticles.Make());
        using var reader = _server.Subscribe(new StartPosition { Time = second.CommitTime });
        await reader.UntilAsync(Kind.CaughtUp);
        using var all = _server.Subscribe(new StartPosition { Time = new Timestamp() });
        await all.UntilAsync(Kind.CaughtUp);

        Assert.Equal(second.UpdateId, reader.UpdateIds[^1]);
        Assert.Equal(2, all.UpdateIds.Count);
        var future = await RefusedAsync(new() { Time = Timestamp.FromDateTime(DateTime.UtcNow.AddMinutes(1)) });
        future.MustBe(StatusCode.InvalidArgument, ErrorReason.InvalidFields);
        Assert.Equal(["start.time"], future.Fields);
        Assert.Equal(["start.time"], (await RefusedAsync(new() { Time = new Timestamp { Seconds = long.MaxValue } })).Fields);
    }

    [Fact]
    public async Task A_forged_damaged_or_foreign_cursor_is_refused_each_with_its_own_reason()
    {
        await _server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "other" } });
        var cursor = (await _server.PublishAsync(TestArticles.Make())).Cursor;
        for (var i = 0; i < 50; i++)
        {
            await _server.PublishAsync(TestArticles.Make());
        }

        (await RefusedAsync(new() { Cursor = "forged" })).MustBe(StatusCode.InvalidArgument, ErrorReason.CursorInvalid);
        (await RefusedAsync(new() { Cursor = "" })).MustBe(StatusCode.InvalidArgument, ErrorReason.CursorInvalid);
        (await RefusedAsync(new() { Cursor = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..] })).MustBe(StatusCode.InvalidArgument, ErrorReason.CursorInvalid);
        var page = (await _server.Articles.ListArticlesAsync(new() { PageSize = 1 })).NextPageToken;
        (await RefusedAsync(new() { Cursor = page })).MustBe(StatusCode.InvalidArgument, ErrorReason.CursorInvalid);
        var foreign = await RefusedAsync(new() { Cursor = cursor }, "other");
        foreign.MustBe(StatusCode.InvalidArgument, ErrorReason.CursorStreamMismatch);
        Assert.Equal("other", foreign.Metadata["stream"]);
    }

    [Fact]
    public async Task A_cursor_that_retention_has_passed_names_the_oldest_usable_one()
    {
        await using var server = await ServerFixture.StartAsync("Log:Retention=00:00:01");
        var first = await server.PublishAsync(TestArticles.Make(articleId: "a"));
        for (var i = 0; i < 5; i++)
        {
            await server.PublishAsync(TestArticles.Make(articleId: "a"));
        }

        var old = first.CommitTime;
        var refusal = await UntilRefusedAsync(server, new() { Cursor = first.Cursor });
        refusal.MustBe(StatusCode.OutOfRange, ErrorReason.CursorExpired);
        using var resumed = server.Subscribe(new StartPosition { Cursor = refusal.Metadata["oldest_cursor"] });
        await resumed.UntilAsync(Kind.CaughtUp);
        Assert.Single(resumed.UpdateIds);

        var time = await UntilRefusedAsync(server, new() { Time = old });
        time.MustBe(StatusCode.OutOfRange, ErrorReason.TimeExpired);
        Assert.NotEmpty(time.Metadata["oldest_cursor"]);
    }

    [Fact]
    public async Task A_consumer_goes_on_where_it_acknowledged_and_needs_to_say_where_to_start_before()
    {
        Task<Refusal> StartAsync(AcknowledgedFallback fallback) => RefusedAsync(new() { Acknowledged = new() { Fallback = fallback } });

        Assert.Equal(["start.acknowledged.fallback"], (await StartAsync(AcknowledgedFallback.Unspecified)).Fields);
        var nothing = await StartAsync(AcknowledgedFallback.Fail);
        nothing.MustBe(StatusCode.NotFound, ErrorReason.NothingAcknowledged);
        Assert.Equal(("all", "default"), (nothing.Metadata["stream"], nothing.Metadata["consumer"]));

        var published = await _server.PublishAsync(3);
        foreach (var (fallback, expected) in new[]
        {
            (AcknowledgedFallback.Earliest, published.Count),
            (AcknowledgedFallback.Latest, 0),
            (AcknowledgedFallback.Snapshot, published.Count),
        })
        {
            using var fresh = _server.Subscribe(new StartPosition { Acknowledged = new() { Fallback = fallback } });
            await fresh.UntilAsync(Kind.CaughtUp);
            Assert.Equal(expected, fresh.UpdateIds.Count);
        }

        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = 1 });
        await reader.UpdatesAsync(2);
        Assert.True((await _server.Subscriptions.AcknowledgeAsync(new() { Stream = "all", Cursor = reader.Cursor })).Moved);
        using var resumed = _server.Subscribe(new StartPosition { Acknowledged = new() { Fallback = AcknowledgedFallback.Fail } });
        await resumed.UpdatesAsync(1);
        Assert.Equal(published[2], resumed.UpdateIds.Single());
    }

    [Fact]
    public async Task An_acknowledged_place_moves_back_only_on_request_and_consumers_have_their_own()
    {
        var first = (await _server.PublishAsync(TestArticles.Make())).Cursor;
        var second = (await _server.PublishAsync(TestArticles.Make())).Cursor;
        async Task<bool> AcknowledgeAsync(string cursor, bool rewind = false, string consumer = "", string requestId = "") =>
            (await _server.Subscriptions.AcknowledgeAsync(new()
            {
                Stream = "all",
                Cursor = cursor,
                Rewind = rewind,
                Consumer = consumer,
                RequestId = requestId,
            })).Moved;

        Assert.True(await AcknowledgeAsync(second));
        Assert.False(await AcknowledgeAsync(second));
        await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.AcknowledgedLater, AcknowledgeAsync(first));
        Assert.True(await AcknowledgeAsync(first, consumer: "archive"));
        Assert.True(await AcknowledgeAsync(first, rewind: true, requestId: "r"));
        Assert.True(await AcknowledgeAsync(second));

        // The rewind was answered; repeated, it moves nothing.
        Assert.True(await AcknowledgeAsync(first, rewind: true, requestId: "r"));
        Assert.False(await AcknowledgeAsync(second));
    }

    [Fact]
    public async Task An_acknowledgement_names_its_wrong_fields_and_wrong_cursors()
    {
        Task Acknowledge(AcknowledgeRequest request) => _server.Subscriptions.AcknowledgeAsync(request).ResponseAsync;

        Assert.Equal(["request_id", "cursor"], await Refusal.FieldsAsync(Acknowledge(new() { Stream = "all", RequestId = new string('r', 201) })));
        Assert.Equal(["stream"], await Refusal.FieldsAsync(Acknowledge(new() { Cursor = "c" })));
        Assert.Equal(["consumer"], await Refusal.FieldsAsync(Acknowledge(new() { Stream = "all", Cursor = "c", Consumer = "no good" })));
        await Refusal.OfAsync(StatusCode.InvalidArgument, ErrorReason.CursorInvalid, Acknowledge(new() { Stream = "all", Cursor = "c" }));
        await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.StreamNotFound, Acknowledge(new() { Stream = "none", Cursor = "c" }));
    }

    private async Task<Refusal> RefusedAsync(StartPosition start, string stream = "all")
    {
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = stream, Start = start });
        return await reader.EndAsync();
    }

    /// <summary>Tries until retention has done its work, which it announces to nobody.</summary>
    private static async Task<Refusal> UntilRefusedAsync(ServerFixture server, StartPosition start)
    {
        while (true)
        {
            try
            {
                await server.Subscriptions.PullUpdatesAsync(new() { Stream = "all", Start = start });
            }
            catch (RpcException error)
            {
                return Refusal.Of(error);
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
