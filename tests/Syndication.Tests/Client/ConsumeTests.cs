using Grpc.Core;
using Syndication.Client;
using Syndication.V1;
using Start = Syndication.V1.StartPosition.PositionOneofCase;

namespace Syndication.Tests.Client;

/// <summary>Consuming: where it starts, when a place counts, and what happens when it is lost.</summary>
public sealed class ConsumeTests : IAsyncLifetime
{
    private static readonly SubscribeResponse SnapshotComplete = new() { Cursor = "complete", SnapshotComplete = new() };

    private readonly InMemoryCheckpointStore _places = new();
    private FakeServer _server = null!;
    private SyndicationClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CheckpointKey Key => new(_server.Address, "s", "default");

    private IEnumerable<Start> Starts => _server.Subscribed.Select(request => request.Start.PositionCase);

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _client = new(new() { Address = _server.Address, ReconnectBaseDelay = TimeSpan.FromMilliseconds(1), ReconnectMaxDelay = TimeSpan.FromMilliseconds(10) });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_starts_with_a_snapshot_and_then_goes_on_from_the_saved_place()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1"), SnapshotComplete, FakeServer.CaughtUp("c2"), FakeServer.Batch("c3", "u2")));

        var batches = await TakeAsync(new() { Stream = "s", Checkpoints = _places }, 4);

        Assert.Equal(["u1", "", "", "u2"], batches.Select(Ids));
        Assert.NotNull(batches[0].SnapshotId);
        Assert.Equal([batches[0].SnapshotId, batches[0].SnapshotId, null, null], batches.Select(batch => batch.SnapshotId));
        Assert.Equal([false, true, false, false], batches.Select(batch => batch.IsSnapshotComplete));
        Assert.Equal([false, false, true, false], batches.Select(batch => batch.IsCaughtUp));

        // The loop was left in the midst of the last batch: that one is not processed.
        Assert.Equal(new("c2"), await _places.LoadAsync(Key, Token));
        await TakeAsync(new() { Stream = "s", Checkpoints = _places }, 1);
        Assert.Equal([Start.Snapshot, Start.Cursor], Starts);
        Assert.Equal("c2", _server.Subscribed.Last().Start.Cursor);
    }

    [Fact]
    public async Task A_snapshot_that_a_restart_interrupts_goes_on_under_its_name()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1"), FakeServer.Batch("c2", "u2"), SnapshotComplete));

        var before = await TakeAsync(new() { Stream = "s", Checkpoints = _places }, 2);
        var after = await TakeAsync(new() { Stream = "s", Checkpoints = _places }, 3);

        Assert.Equal(new("c1", before[0].SnapshotId), before[0].Checkpoint);
        Assert.All(after, batch => Assert.Equal(before[0].SnapshotId, batch.SnapshotId));
        Assert.True(after[2].IsSnapshotComplete);
        Assert.Null(after[2].Checkpoint.SnapshotId);
    }

    [Fact]
    public async Task The_end_of_a_snapshot_whose_beginning_is_not_known_drops_nothing()
    {
        _server.Scripts.Enqueue(FakeServer.Send(SnapshotComplete));

        var batch = Assert.Single(await TakeAsync(new() { Stream = "s", StartAfter = new("from elsewhere") }, 1));

        Assert.False(batch.IsSnapshotComplete);
        Assert.Null(batch.SnapshotId);
    }

    [Theory]
    [InlineData(StatusCode.OutOfRange, ErrorReason.CursorExpired)]
    [InlineData(StatusCode.FailedPrecondition, ErrorReason.StreamChanged)]
    [InlineData(StatusCode.FailedPrecondition, ErrorReason.EpochLost)]
    public async Task A_lost_place_is_made_good_by_a_snapshot_or_thrown(StatusCode status, ErrorReason reason)
    {
        var error = FakeServer.Error(status, reason);
        await _places.SaveAsync(Key, new("old"), Token);
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(error));
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(error));
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(error, FakeServer.Batch("c1", "u1")));
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c2", "u2"), SnapshotComplete));
        var lost = new List<ErrorReason>();

        var thrown = await Assert.ThrowsAsync<SyndicationException>(
            () => TakeAsync(new() { Stream = "s", Checkpoints = _places, WhenPlaceLost = WhenPlaceLost.Throw }, 1));
        Assert.Equal((reason, true), (thrown.Reason, thrown.IsPlaceLost));
        Assert.Equal(new("old"), await _places.LoadAsync(Key, Token));

        // Lost at the start, and once more in the midst of the snapshot, which then begins anew under another name.
        var batches = await TakeAsync(new() { Stream = "s", Checkpoints = _places, OnPlaceLost = error => lost.Add(error.Reason) }, 3);
        Assert.Equal([reason, reason], lost);
        Assert.Equal(["u1", "u2", ""], batches.Select(Ids));
        Assert.NotEqual(batches[0].SnapshotId, batches[1].SnapshotId);
        Assert.Equal(batches[1].SnapshotId, batches[2].SnapshotId);
        Assert.Equal([Start.Cursor, Start.Cursor, Start.Snapshot, Start.Snapshot], Starts);
    }

    [Fact]
    public async Task A_snapshot_that_is_refused_is_not_asked_for_again_and_again()
    {
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(FakeServer.Error(StatusCode.FailedPrecondition, ErrorReason.StreamChanged)));

        await Assert.ThrowsAsync<SyndicationException>(() => TakeAsync(new() { Stream = "s", StartAfter = new("old") }, 1));

        Assert.Equal([Start.Cursor, Start.Snapshot], Starts);
    }

    [Fact]
    public async Task Other_refusals_are_thrown()
    {
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(FakeServer.Error(StatusCode.InvalidArgument, ErrorReason.CursorStreamMismatch)));

        await Assert.ThrowsAsync<SyndicationException>(() => TakeAsync(new() { Stream = "s", StartAfter = new("foreign") }, 1));

        Assert.Single(_server.Subscribed);
    }

    [Fact]
    public async Task What_happens_to_the_connection_is_told()
    {
        var told = new List<string>();
        _server.Scripts.Enqueue(FakeServer.SendThenThrow(
            FakeServer.Error(StatusCode.Unavailable, ErrorReason.ServerShuttingDown),
            FakeServer.CaughtUp("c1"), new() { Cursor = "c2", FellBehind = new(), Lag = new() { Updates = 7 } }));
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c3", "u1")));

        await TakeAsync(
            new()
            {
                Stream = "s",
                StartAfter = new("c0"),
                OnCaughtUp = () => told.Add("caught up"),
                OnFellBehind = lag => told.Add($"{lag?.Updates} behind"),
                OnDisconnected = gap => told.Add($"{gap.Error?.Reason}"),
                OnReconnected = gap => told.Add(gap > TimeSpan.Zero ? "back" : "?"),
            },
            3);

        Assert.Equal(["caught up", "7 behind", "ServerShuttingDown", "back"], told);
    }

    [Fact]
    public async Task Acknowledged_is_what_is_processed_and_nothing_inside_of_a_snapshot()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1"), SnapshotComplete, FakeServer.Batch("c2", "u2"), FakeServer.Batch("c3", "u3")));
        var options = new ConsumeOptions { Stream = "s", Consumer = "cms", AcknowledgeCount = 1000 };

        await TakeAsync(options, 1);
        await TakeAsync(options, 2);
        Assert.Empty(_server.Acknowledged);
        await TakeAsync(options, 3);
        await TakeAsync(options, 4);
        await TakeAsync(new() { Stream = "s", Acknowledge = false }, 4);

        Assert.Equal([("cms", "complete"), ("cms", "c2")], _server.Acknowledged.Select(request => (request.Consumer, request.Cursor)));
    }

    [Fact]
    public async Task What_was_processed_when_it_is_cancelled_is_saved_and_acknowledged()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1"), FakeServer.Batch("c2", "u2")));
        using var stopping = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in _client.ConsumeAsync(new() { Stream = "s", StartAfter = new("c0"), Checkpoints = _places }, stopping.Token))
            {
                if (batch.Checkpoint.Cursor == "c2")
                {
                    await stopping.CancelAsync();
                }
            }
        });

        Assert.Equal(new("c2"), await _places.LoadAsync(Key, Token));
        Assert.Equal(["c2"], _server.Acknowledged.Select(request => request.Cursor));
    }

    [Fact]
    public async Task A_damaged_place_is_an_error_before_anything_is_asked()
    {
        var directory = Directory.CreateTempSubdirectory("places-");
        try
        {
            var files = new FileCheckpointStore(directory.FullName);
            await files.SaveAsync(Key, new("c"), Token);
            await File.WriteAllTextAsync(files.PathOf(Key), "?", Token);

            await Assert.ThrowsAsync<CheckpointCorruptException>(() => TakeAsync(new() { Stream = "s", Checkpoints = files }, 1));

            Assert.Empty(_server.Subscribed);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_update_says_what_to_do()
    {
        Assert.Equal(UpdateEffect.Store, new Update { Kind = UpdateKind.Released, Article = new() }.Effect());
        Assert.Equal(UpdateEffect.None, new Update { Kind = UpdateKind.Updated, BlankedStatus = ArticleStatus.Withdrawn }.Effect());
        Assert.Equal(UpdateEffect.None, new Update { Kind = (UpdateKind)99 }.Effect());
        foreach (var kind in new[] { UpdateKind.Withheld, UpdateKind.Withdrawn, UpdateKind.Expired, UpdateKind.Removed })
        {
            Assert.Equal(UpdateEffect.TakeDown, new Update { Kind = kind }.Effect());
        }
    }

    private static string Ids(StreamBatch batch) => string.Join(' ', batch.Updates.Select(update => update.UpdateId));

    /// <summary>Takes some batches and leaves in the midst of the last.</summary>
    private async Task<List<StreamBatch>> TakeAsync(ConsumeOptions options, int count)
    {
        var taken = new List<StreamBatch>();
        await foreach (var batch in _client.ConsumeAsync(options, Token))
        {
            taken.Add(batch);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }
}
