using Microsoft.AspNetCore.Http.Features;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.Server.Services;
using Syndication.Subscriptions;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Http.Updates;

/// <summary>Frames in the body of an HTTP answer that stays open. Each is flushed at once, and counts on the partner's quota of bytes.</summary>
/// <param name="http">The request.</param>
/// <param name="format">How frames are written.</param>
/// <param name="quotas">Where they are counted.</param>
/// <param name="partnerId">For whom; null for the staff.</param>
public sealed class HttpFrameSink(HttpContext http, IFrameFormat format, Quotas quotas, string? partnerId) : IFrameSink
{
    /// <summary>How long the client may take for the last words when it is given up.</summary>
    private TimeSpan? _grace;

    /// <summary>The headers of an answer that stays open.</summary>
    public static void SetHeaders(HttpResponse response, IFrameFormat format)
    {
        response.ContentType = format.MediaType;

        // What stands on the way must pass frames on at once and as they are: neither keep, nor gather, nor compress them.
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <inheritdoc/>
    public async Task OpenAsync()
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        SetHeaders(http.Response, format);
        await http.Response.BodyWriter.WriteAsync(format.Begin());
        await http.Response.BodyWriter.FlushAsync();
    }

    /// <inheritdoc/>
    public async Task WriteAsync(EncodedFrame frame)
    {
        var bytes = format.Frame(frame);
        if (partnerId is not null)
        {
            if (quotas.CheckBytes(partnerId) is { } rejection)
            {
                throw RpcErrors.Of(rejection);
            }

            quotas.AddBytes(partnerId, bytes.Length);
        }

        await http.Response.BodyWriter.WriteAsync(bytes, CancellationToken.None);
    }

    /// <inheritdoc/>
    public void GiveUp(Task written, TimeSpan grace) => _grace = grace;

    /// <summary>Writes why the stream has ended, and cuts the connection of a client that does not take it.</summary>
    /// <remarks>Kestrel lets a write be added to one that still waits: the last words stand after what is on the way.</remarks>
    public async Task EndAsync(RpcStatus status)
    {
        try
        {
            await http.Response.BodyWriter.WriteAsync(format.End(status), CancellationToken.None)
                .AsTask().WaitAsync(_grace ?? SubscriptionCalls.ShutdownGrace, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            http.Abort();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client went away.
        }
    }
}
