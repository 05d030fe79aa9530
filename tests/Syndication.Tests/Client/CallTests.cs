using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Syndication.Client;
using Syndication.V1;
using Status = Google.Rpc.Status;

namespace Syndication.Tests.Client;

public sealed class CallTests : IAsyncLifetime
{
    private FakeServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_key_goes_with_every_call_also_in_clear_text()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1")));
        await using var client = new SyndicationClient(new() { Address = _server.Address, ApiKey = "secret" });

        await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);
        client.Articles.GetArticle(new() { ArticleId = "a" }, new Metadata { { "x-other", "1" } }, cancellationToken: Token);
        await foreach (var _ in client.FollowAsync("s", cancellationToken: Token))
        {
            break;
        }

        Assert.Equal(["Bearer secret", "Bearer secret", "Bearer secret"], _server.Keys);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent()
    {
        await using var client = new SyndicationClient(new() { Address = _server.Address });

        await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);

        Assert.Equal([null], _server.Keys);
    }

    [Fact]
    public async Task A_refusal_says_why_in_types()
    {
        _server.OnPublish = _ => throw FakeServer.Error(
            StatusCode.InvalidArgument,
            ErrorReason.InvalidFields,
            "The article has 2 faults.",
            metadata: [("faults", "2")],
            fields: [("article.headline", "Required."), ("article.language", "'xx' is no language.")],
            retryDelay: TimeSpan.FromSeconds(3));
        await using var client = new SyndicationClient(new() { Address = _server.Address });

        var error = await Assert.ThrowsAsync<SyndicationException>(
            async () => await client.Publishing.PublishArticleAsync(new() { Article = new() }, cancellationToken: Token));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(ErrorReason.InvalidFields, error.Reason);
        Assert.Equal("The article has 2 faults.", error.Message);
        Assert.Equal("2", error.Metadata["faults"]);
        Assert.Equal(
            [new("article.headline", "Required."), new("article.language", "'xx' is no language.")], error.FieldViolations);
        Assert.Equal(TimeSpan.FromSeconds(3), error.RetryDelay);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_without_a_reason()
    {
        var address = _server.Address;
        await _server.DisposeAsync();
        await using var client = new SyndicationClient(new() { Address = address });

        var error = await Assert.ThrowsAsync<SyndicationException>(
            async () => await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Null(error.ReasonName);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancelled_is_cancelled_and_not_refused()
    {
        var arrived = new TaskCompletionSource();
        _server.OnGet = async (_, call) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return new();
        };
        await using var client = new SyndicationClient(new() { Address = _server.Address });
        using var cancelled = new CancellationTokenSource();

        var call = client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: cancelled.Token);
        await arrived.Task.WaitAsync(Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
    }

    [Fact]
    public async Task Unary_calls_have_a_deadline_and_a_pull_the_time_it_waits_on_top()
    {
        var deadlines = new List<DateTime>();
        _server.OnPull = (_, call) =>
        {
            deadlines.Add(call.Deadline);
            return new();
        };
        var callTimeout = TimeSpan.FromMinutes(10);
        await using var client = new SyndicationClient(new() { Address = _server.Address, CallTimeout = callTimeout });
        var wait = Duration.FromTimeSpan(TimeSpan.FromHours(1));
        var before = DateTime.UtcNow;

        await client.Subscriptions.PullUpdatesAsync(new() { Stream = "s" }, cancellationToken: Token);
        await client.Subscriptions.PullUpdatesAsync(new() { Stream = "s", MaxWait = wait }, cancellationToken: Token);

        Assert.InRange(deadlines[0] - before, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
        Assert.InRange(deadlines[1] - before, TimeSpan.FromMinutes(69), TimeSpan.FromMinutes(71));
    }

    [Fact]
    public void Reasons_of_others_and_of_newer_servers_are_not_taken_for_ours()
    {
        var foreign = From(new ErrorInfo { Domain = "proxy.example", Reason = "CURSOR_EXPIRED" });
        Assert.Equal(ErrorReason.Unspecified, foreign.Reason);
        Assert.Null(foreign.ReasonName);

        var newer = From(new ErrorInfo { Domain = "syndication.v1", Reason = "NOT_YET_KNOWN" });
        Assert.Equal(ErrorReason.Unspecified, newer.Reason);
        Assert.Equal("NOT_YET_KNOWN", newer.ReasonName);

        var damaged = new Metadata { { "grpc-status-details-bin", new byte[] { 0xff, 0xff } } };
        Assert.Null(SyndicationException.From(new(new(StatusCode.Internal, "?"), damaged)).ReasonName);

        static SyndicationException From(ErrorInfo info) =>
            SyndicationException.From(new Status { Code = (int)StatusCode.Internal, Details = { Any.Pack(info) } }.ToRpcException());
    }
}
