using Grpc.Core;
using Microsoft.Net.Http.Headers;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.Server.Services;
using Syndication.V1;

namespace Syndication.Server.Http.Updates;

/// <summary>
/// <c>GET /v1/streams/{stream}/updates</c>: <c>Subscribe</c> for clients that speak HTTP alone, as JSON lines or as server-sent
/// events. The same frames as over gRPC, from the same reader; JSON transcoding would send empty ones.
/// </summary>
public sealed class UpdatesEndpoint(SubscriptionCalls calls, Admission admission, Quotas quotas, RpcFaults faults)
{
    /// <summary>Whoever may subscribe may do it here.</summary>
    private const string Method = "/syndication.v1.SubscriptionService/Subscribe";

    private const string LastEventId = "Last-Event-ID";

    private readonly NdjsonFormat _lines = new NdjsonFormat();
    private readonly EventStreamFormat _events = new EventStreamFormat();

    /// <summary>Answers a request. HEAD is told what GET would begin with, and opens nothing.</summary>
    public async Task HandleAsync(HttpContext http, string stream)
    {
        var partnerId = admission.Admit(http, Method);
        var format = FormatOf(http.Request);
        var request = UpdatesQuery.Read(stream, http.Request.Query, http.Request.Headers[LastEventId].ToString());
        if (HttpMethods.IsHead(http.Request.Method))
        {
            await calls.CheckAsync(request, http.Caller(), http.RequestAborted);
            HttpFrameSink.SetHeaders(http.Response, format);
            return;
        }

        var sink = new HttpFrameSink(http, format, quotas, partnerId);
        try
        {
            using var open = partnerId is null ? null : quotas.OpenStream(partnerId).Unwrap();
            await calls.RunAsync(request, http, sink, http.RequestAborted);
        }
        catch (Exception exception) when (http.Response.HasStarted)
        {
            // The code has been sent: the error is the stream's last words.
            await sink.EndAsync(faults.Convert(exception, Method, http.RequestAborted).GetRpcStatus()!);
        }
    }

    private IFrameFormat FormatOf(HttpRequest request)
    {
        var accept = request.GetTypedHeaders().Accept;
        if (accept.Count == 0)
        {
            return _lines;
        }

        // What is named counts before what is only not excluded: EventSource sends text/event-stream alone, browsers and curl */*.
        var format = accept.OrderByDescending(type => type.Quality ?? 1).ThenBy(type => type.MatchesAllTypes).Select(FormatOf).FirstOrDefault(format => format is not null);
        return format ?? throw RpcErrors.Of(new Rejection(ErrorReason.NotAcceptable, $"Updates are sent as {_lines.MediaType} or {_events.MediaType}.")
        {
            Metadata = new Dictionary<string, string> { ["media_types"] = $"{_lines.MediaType}, {_events.MediaType}" },
        });
    }

    private IFrameFormat? FormatOf(MediaTypeHeaderValue type) => type switch
    {
        { Quality: 0 } => null,
        { MatchesAllTypes: false } when type.MatchesMediaType(_events.MediaType) => _events,
        _ when type.MatchesMediaType(_lines.MediaType) || type.MatchesMediaType("application/json") => _lines,
        _ => null,
    };
}
