using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Syndication.Client;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Client;

public sealed class AcknowledgerTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private FakeServer _server = null!;
    private SyndicationClient _client = null!;

    private IEnumerable<string> Sent => _server.Acknowledged.Select(request => request.Cursor);

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _client = new(new() { Address = _server.Address, TimeProvider = _time });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_tells_after_so_many_updates_and_only_the_last_place()
    {
        await using var acknowledger = new Acknowledger(_client, "s", "cms", count: 3);
        acknowledger.Processed("c1", 1);
        acknowledger.Processed("c2", 1);
        Assert.Empty(Sent);
        acknowledger.Processed("c3", 1);
        await Eventually.TrueAsync(() => Sent.Any());

        var request = Assert.Single(_server.Acknowledged);
        Assert.Equal(("s", "cms", "c3", "", false), (request.Stream, request.Consumer, request.Cursor, request.RequestId, request.Rewind));
    }

    [Fact]
    public async Task It_tells_after_so_long_and_nothing_twice()
    {
        await using var acknowledger = new Acknowledger(_client, "s", interval: Interval);
        acknowledger.Processed("c1", 1);
        _time.Advance(Interval);
        await Eventually.TrueAsync(() => Sent.Any());
        await acknowledger.FlushAsync(TestContext.Current.CancellationToken);
        _time.Advance(Interval);
        acknowledger.Processed("c2", 0);
        _time.Advance(Interval);
        await Eventually.TrueAsync(() => Sent.Contains("c2"));

        Assert.Equal(["c1", "c2"], Sent);
    }

    [Fact]
    public async Task It_tells_the_rest_at_the_end()
    {
        await using (var acknowledger = new Acknowledger(_client, "s"))
        {
            acknowledger.Processed("c1", 1);
            acknowledger.Processed("c2", 1);
        }

        Assert.Equal(["c2"], Sent);
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_later()
    {
        var failures = new List<SyndicationException>();
        _server.OnAcknowledge = _ => throw FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable);
        await using var acknowledger = new Acknowledger(_client, "s", interval: Interval, onFailed: failures.Add);
        acknowledger.Processed("c1", 1);
        _time.Advance(Interval);
        await Eventually.TrueAsync(() => Sent.Any());
        await Assert.ThrowsAsync<SyndicationException>(() => acknowledger.FlushAsync(TestContext.Current.CancellationToken));
        var before = Sent.Count();
        _server.OnAcknowledge = _ => new() { Moved = true };
        _time.Advance(Interval);
        await Eventually.TrueAsync(() => Sent.Count() > before);

        Assert.All(Sent, cursor => Assert.Equal("c1", cursor));
        Assert.Empty(failures);
    }

    [Fact]
    public async Task A_refusal_is_told_once_and_later_places_are_sent_all_the_same()
    {
        var failures = new List<SyndicationException>();
        _server.OnAcknowledge = request => request.Cursor == "c1" ? throw FakeServer.Error(StatusCode.FailedPrecondition, ErrorReason.StreamChanged) : new() { Moved = true };
        await using (var acknowledger = new Acknowledger(_client, "s", count: 1, onFailed: failures.Add))
        {
            acknowledger.Processed("c1", 1);
            await Eventually.TrueAsync(() => failures.Count > 0);
            acknowledger.Processed("c2", 1);
        }

        Assert.Equal(["c1", "c2"], Sent);
        Assert.Equal(ErrorReason.StreamChanged, Assert.Single(failures).Reason);
    }

    [Fact]
    public async Task Another_process_that_is_further_is_no_error()
    {
        _server.OnAcknowledge = _ => throw FakeServer.Error(StatusCode.FailedPrecondition, ErrorReason.AcknowledgedLater);
        await using var acknowledger = new Acknowledger(_client, "s", onFailed: error => Assert.Fail(error.Message));
        acknowledger.Processed("c1", 1);

        await acknowledger.FlushAsync(TestContext.Current.CancellationToken);
        await acknowledger.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["c1"], Sent);
    }
}
