using System.Net.Sockets;
using Grpc.Core;
using Syndication.Client;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Client;

/// <summary>Unary calls are repeated where the contract allows it, and nowhere else.</summary>
public sealed class CallRetryTests : IAsyncLifetime
{
    private static readonly RpcException Unavailable = FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable);

    private FakeServer _server = null!;
    private TaskCompletionSource _failed = new();
    private int _calls;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_read_is_repeated_until_it_is_answered()
    {
        FailFirst(2, Unavailable);
        using var client = Connect();

        var response = await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);
        Assert.Equal(("a", 3), (response.Article.ArticleId, _calls));

        FailFirst(2, Unavailable);
        Assert.Equal("b", client.Articles.GetArticle(new() { ArticleId = "b" }, cancellationToken: Token).Article.ArticleId);
        Assert.Equal(3, _calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_repeated_only_under_its_request_id(bool hasRequestId)
    {
        _server.OnPublish = _ => throw Unavailable;
        using var client = Connect(maxCallAttempts: 3);

        var error = await Assert.ThrowsAsync<SyndicationException>(async () => await client.Publishing.PublishArticleAsync(
            new() { RequestId = hasRequestId ? "r" : "", Article = new() { ArticleId = "a" } }, cancellationToken: Token));

        Assert.Equal(ErrorReason.StoreUnavailable, error.Reason);
        string[] expected = hasRequestId ? ["r", "r", "r"] : [""];
        Assert.Equal(expected, _server.Published.Select(request => request.RequestId));
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, ErrorReason.Overloaded, false)]
    [InlineData(StatusCode.ResourceExhausted, ErrorReason.Overloaded, true)]
    [InlineData(StatusCode.Internal, ErrorReason.Internal, true)]
    [InlineData(StatusCode.Aborted, ErrorReason.VersionMismatch, true)]
    [InlineData(StatusCode.DeadlineExceeded, ErrorReason.CallEnded, true)]
    [InlineData(StatusCode.NotFound, ErrorReason.ArticleNotFound, true)]
    public async Task Only_what_says_try_again_is_tried_again(StatusCode status, ErrorReason reason, bool hasDelay)
    {
        FailFirst(1, FakeServer.Error(status, reason, retryDelay: hasDelay ? TimeSpan.FromMilliseconds(1) : null));
        using var client = Connect();

        var call = client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token).ResponseAsync;

        if (status == StatusCode.ResourceExhausted && hasDelay)
        {
            Assert.Equal("a", (await call).Article.ArticleId);
            Assert.Equal(2, _calls);
        }
        else
        {
            Assert.Equal(reason, (await Assert.ThrowsAsync<SyndicationException>(() => call)).Reason);
            Assert.Equal(1, _calls);
        }
    }

    [Fact]
    public async Task A_wait_beyond_the_deadline_is_not_begun()
    {
        FailFirst(1, FakeServer.Error(StatusCode.ResourceExhausted, ErrorReason.QuotaExceeded, retryDelay: TimeSpan.FromHours(1)));
        using var client = Connect();

        var error = await Assert.ThrowsAsync<SyndicationException>(
            async () => await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token));

        Assert.Equal((ErrorReason.QuotaExceeded, 1), (error.Reason, _calls));
    }

    [Fact]
    public async Task Cancelling_and_disposing_end_the_wait()
    {
        FailFirst(int.MaxValue, FakeServer.Error(StatusCode.ResourceExhausted, ErrorReason.QuotaExceeded, retryDelay: TimeSpan.FromHours(1)));
        using var client = Connect(callTimeout: Timeout.InfiniteTimeSpan);
        using var cancelled = new CancellationTokenSource();
        var call = client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: cancelled.Token);
        await _failed.Task.WaitAsync(Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);

        FailFirst(int.MaxValue, FakeServer.Error(StatusCode.ResourceExhausted, ErrorReason.QuotaExceeded, retryDelay: TimeSpan.FromHours(1)));
        call = client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);
        await _failed.Task.WaitAsync(Token);
        call.Dispose();
        await Assert.ThrowsAsync<SyndicationException>(async () => await call);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Headers_and_status_are_those_of_the_attempt_that_counts()
    {
        FailFirst(1, Unavailable);
        using var client = Connect();

        using var call = client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);

        Assert.NotEmpty(await call.ResponseHeadersAsync);
        await call;
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task An_error_tells_whether_any_attempt_may_have_arrived(int connections, bool expected)
    {
        _server.OnPublish = _ => throw Unavailable;
        using var handler = new LostConnection(connections);
        using var client = new SyndicationClient(new() { Address = _server.Address, Handler = handler, CallRetryBaseDelay = TimeSpan.FromMilliseconds(1) });
        var request = new PublishArticleRequest { RequestId = "r", Article = new() };

        var error = await Assert.ThrowsAsync<SyndicationException>(async () => await client.Publishing.PublishArticleAsync(request, cancellationToken: Token));

        Assert.Equal((StatusCode.Unavailable, null, expected), (error.StatusCode, error.ReasonName, error.MayHaveArrived));
        Assert.Equal(connections, _server.Published.Count);
    }

    [Fact]
    public void The_wait_is_what_the_server_asks_for_and_a_random_part_that_grows()
    {
        var retry = new CallRetry(new() { CallRetryBaseDelay = TimeSpan.FromMilliseconds(100), MaxCallAttempts = 20 });
        var asked = TimeSpan.FromSeconds(2);
        var error = SyndicationException.From(FakeServer.Error(StatusCode.ResourceExhausted, ErrorReason.Overloaded, retryDelay: asked));
        for (var attempts = 1; attempts < 20; attempts++)
        {
            var most = TimeSpan.FromMilliseconds(Math.Min(5_000, 100 * Math.Pow(2, attempts - 1)));
            var waits = Enumerable.Range(0, 200).Select(_ => retry.DelayAfter(attempts, error, deadline: null)!.Value - asked).ToList();
            Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, most));
            Assert.True(waits.Max() - waits.Min() > most / 2);
        }

        Assert.Null(retry.DelayAfter(20, error, deadline: null));
        Assert.Null(retry.DelayAfter(1, error, DateTime.UtcNow + asked));
        Assert.NotNull(retry.DelayAfter(1, error, DateTime.UtcNow + asked + TimeSpan.FromSeconds(1)));
    }

    /// <summary>A change without a request id would be taken for a read, and sent twice.</summary>
    [Fact]
    public void In_the_contract_what_has_no_request_id_is_a_read()
    {
        string[] reads = ["Get", "List", "Search", "BatchGet", "Compare", "Preview", "Validate", "Pull"];
        foreach (var method in ContractTests.Services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming && !method.IsServerStreaming))
        {
            var isRead = reads.Any(prefix => method.Name.StartsWith(prefix, StringComparison.Ordinal));
            Assert.True(isRead == method.InputType.FindFieldByName("request_id") is null, method.FullName);
        }
    }

    private SyndicationClient Connect(int maxCallAttempts = 4, TimeSpan? callTimeout = null) => new(new()
    {
        Address = _server.Address,
        CallRetryBaseDelay = TimeSpan.FromMilliseconds(1),
        MaxCallAttempts = maxCallAttempts,
        CallTimeout = callTimeout ?? TimeSpan.FromSeconds(30),
    });

    private void FailFirst(int count, RpcException error)
    {
        _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls = 0;
        _server.OnGet = (request, _) =>
        {
            if (Interlocked.Increment(ref _calls) > count)
            {
                return Task.FromResult(new Article { ArticleId = request.ArticleId });
            }

            _failed.TrySetResult();
            throw error;
        };
    }

    /// <summary>After some calls nobody is there any more.</summary>
    private sealed class LostConnection(int calls) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _left = calls;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Interlocked.Decrement(ref _left) >= 0
                ? base.SendAsync(request, cancellationToken)
                : throw new HttpRequestException(HttpRequestError.ConnectionError, "Nobody is there.", new SocketException((int)SocketError.ConnectionRefused));
    }
}
