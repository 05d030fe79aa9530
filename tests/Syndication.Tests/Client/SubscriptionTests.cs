using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Tests.Client;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private FakeServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task After_a_cut_it_goes_on_from_the_last_frame_without_hole_or_repeat()
    {
        var cut = new TaskCompletionSource();
        _server.Scripts.Enqueue(FakeServer.SendThenCut(cut.Task, FakeServer.Batch("c1", "u1", "u2"), FakeServer.CaughtUp("c2")));
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c3", "u3")));
        await using var client = Connect();

        var updates = new List<string>();
        await foreach (var happened in client.SubscribeAsync(new() { Stream = "s", Start = new() { Earliest = new() } }, Token))
        {
            updates.AddRange(happened is SubscriptionEvent.UpdatesReceived batch ? batch.Updates.Select(update => update.UpdateId) : []);
            if (happened is SubscriptionEvent.CaughtUp)
            {
                cut.SetResult();
            }

            if (updates.Count == 3)
            {
                break;
            }
        }

        Assert.Equal(["u1", "u2", "u3"], updates);
        Assert.Equal(["", "c2"], _server.Subscribed.Select(request => request.Start.Cursor));
    }

    [Fact]
    public async Task Until_the_first_frame_it_starts_where_the_request_says()
    {
        var start = new StartPosition { Acknowledged = new() { Fallback = AcknowledgedFallback.Fail } };
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable)));
        _server.Scripts.Enqueue((_, call) =>
        {
            call.GetHttpContext().Abort();
            return Task.CompletedTask;
        });
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.CaughtUp("c1")));
        await using var client = Connect();

        await FirstAsync<SubscriptionEvent.CaughtUp>(client.SubscribeAsync(new() { Stream = "s", Start = start }, Token));

        Assert.Equal([start, start, start], _server.Subscribed.Select(request => request.Start));
    }

    [Fact]
    public async Task Every_frame_and_every_change_of_the_connection_is_an_event()
    {
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(
            FakeServer.Error(StatusCode.Unavailable, ErrorReason.ServerShuttingDown),
            FakeServer.Batch("c1", "u1"),
            new() { Cursor = "c2", SnapshotComplete = new() },
            FakeServer.CaughtUp("c3"),
            new() { Cursor = "c4", FellBehind = new() },
            new() { Cursor = "c5", Heartbeat = new() }));
        _server.Scripts.Enqueue(FakeServer.Send());
        await using var client = Connect();

        var events = await TakeAsync(client.SubscribeAsync(new() { Stream = "s" }, Token), 7);

        Assert.Equal(
            ["Connected", "UpdatesReceived", "SnapshotCompleted", "CaughtUp", "FellBehind", "Heartbeat", "Disconnected"],
            events.Select(happened => happened.GetType().Name));
        var lost = Assert.IsType<SubscriptionEvent.Disconnected>(events[^1]);
        Assert.Equal(DisconnectCause.Failed, lost.Cause);
        Assert.Equal(ErrorReason.ServerShuttingDown, lost.Error?.Reason);
    }

    [Theory]
    [InlineData(StatusCode.OutOfRange, ErrorReason.CursorExpired)]
    [InlineData(StatusCode.FailedPrecondition, ErrorReason.StreamChanged)]
    [InlineData(StatusCode.FailedPrecondition, ErrorReason.EpochLost)]
    [InlineData(StatusCode.InvalidArgument, ErrorReason.CursorInvalid)]
    [InlineData(StatusCode.NotFound, ErrorReason.StreamNotFound)]
    [InlineData(StatusCode.Internal, ErrorReason.Internal)]
    [InlineData(StatusCode.ResourceExhausted, ErrorReason.Overloaded)] // without RetryInfo
    public async Task What_would_be_refused_again_ends_it(StatusCode code, ErrorReason reason)
    {
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(
            FakeServer.Error(code, reason, metadata: [("oldest_cursor", "c0")]), FakeServer.CaughtUp("c1")));
        await using var client = Connect();

        var error = await Assert.ThrowsAsync<SyndicationException>(
            () => FirstAsync<SubscriptionEvent.Disconnected>(client.SubscribeAsync(new() { Stream = "s" }, Token)));

        Assert.Equal(reason, error.Reason);
        Assert.Equal("c0", error.Metadata["oldest_cursor"]);
        Assert.Single(_server.Subscribed);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, ErrorReason.ServerShuttingDown, 0)]
    [InlineData(StatusCode.ResourceExhausted, ErrorReason.SubscriberStalled, 0)]
    [InlineData(StatusCode.ResourceExhausted, ErrorReason.Overloaded, 20)]
    [InlineData(StatusCode.Cancelled, ErrorReason.CallEnded, 0)]
    public async Task What_passes_makes_it_come_back_and_no_sooner_than_told(StatusCode code, ErrorReason reason, int retryMillis)
    {
        var least = TimeSpan.FromMilliseconds(retryMillis);
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(
            FakeServer.Error(code, reason, retryDelay: retryMillis > 0 ? least : null), FakeServer.CaughtUp("c1")));
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c2", "u1")));
        await using var client = Connect();

        var events = await TakeAsync(client.SubscribeAsync(new() { Stream = "s" }, Token), 5);

        var lost = Assert.IsType<SubscriptionEvent.Disconnected>(events[2]);
        Assert.Equal(reason, lost.Error?.Reason);
        Assert.True(lost.RetryDelay >= least);
        Assert.Equal("c1", Assert.IsType<SubscriptionEvent.Connected>(events[3]).Cursor);
        Assert.IsType<SubscriptionEvent.UpdatesReceived>(events[4]);
    }

    [Fact]
    public async Task A_server_that_falls_silent_for_two_and_a_half_heartbeats_counts_as_gone()
    {
        var time = new FakeTimeProvider();
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.CaughtUp("c1")));
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c2", "u1")));
        await using var client = Connect(time: time);
        await using var events = client.SubscribeAsync(new() { Stream = "s" }, Token).GetAsyncEnumerator(Token);
        await NextAsync<SubscriptionEvent.Connected>(events);
        await NextAsync<SubscriptionEvent.CaughtUp>(events);

        var next = events.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(37.4));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(await next);

        var lost = Assert.IsType<SubscriptionEvent.Disconnected>(events.Current);
        Assert.Equal(DisconnectCause.Silent, lost.Cause);
        next = events.MoveNextAsync().AsTask();
        time.Advance(lost.RetryDelay);
        Assert.True(await next);
        Assert.Equal("c1", Assert.IsType<SubscriptionEvent.Connected>(events.Current).Cursor);
        Assert.All(_server.Subscribed, request => Assert.Equal(15, request.HeartbeatInterval.Seconds));
    }

    [Fact]
    public async Task The_time_that_a_subscriber_takes_over_a_frame_is_not_the_servers_silence()
    {
        var time = new FakeTimeProvider();
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1"), FakeServer.Batch("c2", "u2")));
        await using var client = Connect(time: time);
        await using var events = client.SubscribeAsync(new() { Stream = "s" }, Token).GetAsyncEnumerator(Token);
        await NextAsync<SubscriptionEvent.Connected>(events);
        await NextAsync<SubscriptionEvent.UpdatesReceived>(events);

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("c2", (await NextAsync<SubscriptionEvent.UpdatesReceived>(events)).Cursor);
    }

    [Fact]
    public async Task Cancelling_ends_it_here_and_on_the_server()
    {
        var ended = new TaskCompletionSource();
        _server.Scripts.Enqueue(async (stream, call) =>
        {
            call.CancellationToken.Register(ended.SetResult);
            await FakeServer.Send(FakeServer.CaughtUp("c1"))(stream, call);
        });
        await using var client = Connect();
        using var cancelled = new CancellationTokenSource();
        await using var events = client.SubscribeAsync(new() { Stream = "s" }, cancelled.Token).GetAsyncEnumerator(Token);
        await NextAsync<SubscriptionEvent.Connected>(events);
        await NextAsync<SubscriptionEvent.CaughtUp>(events);

        var next = events.MoveNextAsync().AsTask();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await ended.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Breaking_off_the_enumeration_ends_the_call_on_the_server()
    {
        var ended = new TaskCompletionSource();
        _server.Scripts.Enqueue(async (stream, call) =>
        {
            call.CancellationToken.Register(ended.SetResult);
            await FakeServer.Send(FakeServer.CaughtUp("c1"))(stream, call);
        });
        await using var client = Connect();

        await FirstAsync<SubscriptionEvent.CaughtUp>(client.SubscribeAsync(new() { Stream = "s" }, Token));

        await ended.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Attempts_in_vain_are_counted_from_the_last_frame()
    {
        var gone = FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable);
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(gone));
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(gone, FakeServer.CaughtUp("c1")));
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(gone));
        await using var client = Connect(maxReconnectAttempts: 2);

        var error = await Assert.ThrowsAsync<SyndicationException>(
            () => TakeAsync(client.SubscribeAsync(new() { Stream = "s" }, Token), int.MaxValue));

        Assert.Equal(ErrorReason.StoreUnavailable, error.Reason);
        Assert.Equal(4, _server.Subscribed.Count);
    }

    [Fact]
    public async Task Following_is_the_updates_alone()
    {
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(
            FakeServer.Error(StatusCode.Unavailable, ErrorReason.ServerShuttingDown),
            FakeServer.CaughtUp("c0"),
            FakeServer.Batch("c1", "u1", "u2")));
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c2", "u3")));
        await using var client = Connect();

        var updates = await TakeAsync(client.FollowAsync("s", cancellationToken: Token), 3);

        Assert.Equal(["u1", "u2", "u3"], updates.Select(update => update.UpdateId));
    }

    private SyndicationClient Connect(TimeProvider? time = null, int? maxReconnectAttempts = null) => new(new()
    {
        Address = _server.Address,
        TimeProvider = time ?? TimeProvider.System,
        ReconnectBaseDelay = TimeSpan.FromMilliseconds(1),
        ReconnectMaxDelay = TimeSpan.FromMilliseconds(10),
        MaxReconnectAttempts = maxReconnectAttempts,
    });

    private static async Task<List<T>> TakeAsync<T>(IAsyncEnumerable<T> source, int count)
    {
        var taken = new List<T>();
        await foreach (var item in source)
        {
            taken.Add(item);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<SubscriptionEvent> events)
        where T : SubscriptionEvent
    {
        await foreach (var happened in events)
        {
            if (happened is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("Subscriptions have no end.");
    }

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<SubscriptionEvent> events)
        where T : SubscriptionEvent
    {
        Assert.True(await events.MoveNextAsync());
        return Assert.IsType<T>(events.Current);
    }
}
