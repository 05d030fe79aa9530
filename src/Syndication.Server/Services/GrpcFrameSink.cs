using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Syndication.Subscriptions;

namespace Syndication.Server.Services;

/// <summary>Frames as messages of a gRPC call.</summary>
public sealed class GrpcFrameSink(IServerStreamWriter<EncodedFrame> responses, ServerCallContext context) : IFrameSink
{
    /// <summary>CANCEL: <see href="https://www.rfc-editor.org/rfc/rfc9113#section-7">RFC 9113, section 7</see>.</summary>
    private const int Http2Cancel = 8;

    /// <inheritdoc/>
    public Task OpenAsync() => context.WriteResponseHeadersAsync([]);

    /// <inheritdoc/>
    public Task WriteAsync(EncodedFrame frame) => responses.WriteAsync(frame, CancellationToken.None);

    /// <inheritdoc/>
    /// <remarks>The call ends with its status, which the client gets after what was sent; the stream of one that never reads is reset later.</remarks>
    public void GiveUp(Task written, TimeSpan grace)
    {
        // gRPC-Web over HTTP/1.1 has no streams to reset: the connection is the call's own.
        var features = context.GetHttpContext().Features;
        Action cut = features.Get<IHttpResetFeature>() is { } stream ? () => stream.Reset(Http2Cancel)
            : features.Get<IHttpRequestLifetimeFeature>() is { } connection ? connection.Abort
            : () => { };
        _ = CutLaterAsync(written, cut, grace);
    }

    /// <summary>Frees what a stalled stream holds, once its client has had time to take what was sent and the status.</summary>
    /// <remarks>
    /// The call is over by then: its context is gone, and Kestrel uses its stream again for another call as soon as the
    /// response is sent. While the write waits, it is not: only then the stream is still this call's.
    /// </remarks>
    private static async Task CutLaterAsync(Task written, Action cut, TimeSpan grace)
    {
        try
        {
            await written.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            cut();
            await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client went away: nothing is held any more.
        }
    }
}
