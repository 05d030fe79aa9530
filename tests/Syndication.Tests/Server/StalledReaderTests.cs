using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Pitfalls 16 and 17: a client that reads nothing is ended with a reason, and loses nothing that was on the way.</summary>
public sealed class StalledReaderTests
{
    private const string ShortStallLimit = "Subscriptions:StallLimit=00:00:01";

    [Fact]
    public async Task One_that_reads_nothing_is_ended_and_gets_what_was_buffered_and_the_reason_when_it_reads()
    {
        await using var server = await ServerFixture.StartAsync(ShortStallLimit, "Subscriptions:HeartbeatInterval=00:00:01");
        using var stalled = server.Subscribe();
        await stalled.UntilAsync(Kind.CaughtUp);

        var published = await server.PublishAsync(20, bodyBytes: 100_000);
        await GivenUpAsync(server);

        var end = await stalled.EndAsync();
        end.MustBe(StatusCode.ResourceExhausted, ErrorReason.SubscriberStalled);
        Assert.Equal("00:00:01", end.Metadata["stall_limit"]);
        Assert.NotNull(end.RetryDelay);
        Assert.NotEmpty(stalled.UpdateIds);
        Assert.Equal(published.Take(stalled.UpdateIds.Count), stalled.UpdateIds);

        using var resumed = server.Subscribe(new StartPosition { Cursor = stalled.Cursor });
        await resumed.UpdatesAsync(published.Count - stalled.UpdateIds.Count);
        Assert.Equal(published, [.. stalled.UpdateIds, .. resumed.UpdateIds]);
    }

    [Fact]
    public async Task The_end_of_a_stalled_stream_spares_the_others_of_its_connection()
    {
        await using var server = await ServerFixture.StartAsync(ShortStallLimit, "Subscriptions:HeartbeatInterval=00:00:01");
        using var stalled = server.Subscribe();
        await stalled.UntilAsync(Kind.CaughtUp);
        var published = await server.PublishAsync(20, bodyBytes: 100_000);
        await GivenUpAsync(server);
        await stalled.EndAsync();

        // On the same connection, over the time at which the server clears up after the stalled one.
        var readers = Enumerable.Range(0, 10).Select(_ => server.Subscribe(new StartPosition { Latest = new() })).ToList();
        foreach (var reader in readers)
        {
            for (var beats = 0; beats < 3; beats++)
            {
                await reader.UntilAsync(Kind.Heartbeat);
            }

            reader.Dispose();
        }
    }

    [Fact]
    public async Task One_that_never_reads_is_cut_off_once_it_has_had_time_to_take_the_reason()
    {
        await using var server = await ServerFixture.StartAsync(ShortStallLimit, "Subscriptions:HeartbeatInterval=00:00:01");
        using var stalled = server.Subscribe();
        await stalled.UntilAsync(Kind.CaughtUp);
        await server.PublishAsync(20, bodyBytes: 100_000);
        await GivenUpAsync(server);

        // Time passes by another's heartbeats; what is sent on this connection after the reset arrives after it.
        using var clock = server.Subscribe(new StartPosition { Latest = new() });
        for (var beats = 0; beats < 3; beats++)
        {
            await clock.UntilAsync(Kind.Heartbeat);
        }

        // A reset throws away what was buffered: that the reason is not among it shows that the server holds nothing any more.
        var end = await stalled.EndAsync();
        Assert.Equal("", end.Reason);
    }

    /// <summary>Waits until the server has no subscription any more.</summary>
    private static Task GivenUpAsync(ServerFixture server) => Eventually.TrueAsync(() => server.Readers == 0);
}
