using Google.Rpc;
using Grpc.Core;

namespace Syndication.Tests.Server;

/// <summary>Calls that never reach a service end with a reason as well.</summary>
public sealed class TransportErrorTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_unknown_method_is_named_as_such() =>
        AssertReason(StatusCode.Unimplemented, "METHOD_UNKNOWN", await CallAsync("syndication.v1.ArticleService", "NoSuchCall", []));

    [Fact]
    public async Task An_unknown_service_is_named_as_such() =>
        AssertReason(StatusCode.Unimplemented, "METHOD_UNKNOWN", await CallAsync("syndication.v1.NoSuchService", "Call", []));

    [Fact]
    public async Task A_request_that_is_larger_than_the_server_reads_says_so() =>
        AssertReason(
            StatusCode.ResourceExhausted,
            "REQUEST_TOO_LARGE",
            await CallAsync("syndication.v1.PublishingService", "PublishArticle", new byte[17 * 1024 * 1024]));

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused_with_a_reason() =>
        AssertReason(StatusCode.Internal, "REQUEST_MALFORMED", await CallAsync("syndication.v1.ArticleService", "GetArticle", [0x0a, 0xff]));

    private static void AssertReason(StatusCode status, string reason, RpcException exception)
    {
        Assert.Equal(status, exception.StatusCode);
        var info = exception.GetRpcStatus()?.GetDetail<ErrorInfo>();
        Assert.Equal((reason, "syndication.v1"), (info?.Reason, info?.Domain));
    }

    private async Task<RpcException> CallAsync(string service, string method, byte[] request)
    {
        var call = _server.Calls.AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes), null, new CallOptions(), request);
        return await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
    }
}
