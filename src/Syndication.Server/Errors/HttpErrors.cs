using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Net.Http.Headers;
using Syndication.V1;
using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;
using RpcCode = Google.Rpc.Code;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Errors;

/// <summary>
/// Errors over HTTP: the same <c>google.rpc.Status</c> as over gRPC, as JSON, under the HTTP code that
/// <see href="https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto">google.rpc.Code</see> maps to.
/// </summary>
public static class HttpErrors
{
    /// <summary>Client Closed Request, by common use: nobody reads it.</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>The messages that an error's details may hold, as JSON needs to know them.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromFiles(
        ErrorDetailsReflection.Descriptor,
        PublishingServiceReflection.Descriptor,
        ArticleServiceReflection.Descriptor,
        StreamServiceReflection.Descriptor,
        SubscriptionServiceReflection.Descriptor,
        PartnerServiceReflection.Descriptor,
        DeliveryServiceReflection.Descriptor,
        VocabularyServiceReflection.Descriptor,
        ServerServiceReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details));

    /// <summary>An error as JSON, on one line.</summary>
    public static string Format(RpcStatus status) => Formatter.Format(status);

    /// <summary>The HTTP code of an error.</summary>
    public static int CodeOf(RpcStatus status) => RpcErrors.ReasonOf(status) switch
    {
        ErrorReason.RequestTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorReason.VerbNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorReason.NotAcceptable => StatusCodes.Status406NotAcceptable,
        ErrorReason.MediaTypeUnsupported => StatusCodes.Status415UnsupportedMediaType,
        _ => (RpcCode)status.Code switch
        {
            RpcCode.InvalidArgument or RpcCode.FailedPrecondition or RpcCode.OutOfRange => StatusCodes.Status400BadRequest,
            RpcCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            RpcCode.PermissionDenied => StatusCodes.Status403Forbidden,
            RpcCode.NotFound => StatusCodes.Status404NotFound,
            RpcCode.AlreadyExists or RpcCode.Aborted => StatusCodes.Status409Conflict,
            RpcCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
            RpcCode.Cancelled => ClientClosedRequest,
            RpcCode.Unimplemented => StatusCodes.Status501NotImplemented,
            RpcCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
            RpcCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
            _ => StatusCodes.Status500InternalServerError,
        },
    };

    /// <summary>Answers with an error. Nothing may have been sent yet.</summary>
    public static Task WriteAsync(HttpContext http, RpcStatus status)
    {
        var response = http.Response;
        response.StatusCode = CodeOf(status);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = null;
        response.Headers.CacheControl = "no-store";
        if (status.GetDetail<RetryInfo>() is { } retry)
        {
            response.Headers[HeaderNames.RetryAfter] = Math.Max(1, (long)Math.Ceiling(retry.RetryDelay.ToTimeSpan().TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        }

        return response.WriteAsync(Format(status) + "\n", http.RequestAborted);
    }

    /// <summary>Whether a request speaks gRPC, over HTTP/2 or as gRPC-Web: its errors are gRPC's own.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Gives every request but gRPC's an error that has a reason, also where none of our code is asked: unknown paths, wrong verbs, faults.</summary>
    /// <remarks>gRPC's calls pass: it would cost each of them a state machine.</remarks>
    public static IApplicationBuilder UseHttpErrors(this IApplicationBuilder app) =>
        app.Use((http, next) => IsGrpc(http.Request) ? next(http) : RunAsync(http, next));

    private static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            var faults = http.RequestServices.GetRequiredService<RpcFaults>();
            await WriteAsync(http, faults.Convert(exception, http.Request.Path, http.RequestAborted).GetRpcStatus()!);
            return;
        }

        var response = http.Response;
        if (!response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest && response.ContentLength is null or 0 && string.IsNullOrEmpty(response.ContentType))
        {
            await WriteAsync(http, RpcErrors.StatusOf(RejectionOf(http)));
        }
    }

    /// <summary>What the framework means by an answer that is a code alone.</summary>
    private static Rejection RejectionOf(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Rejection(ErrorReason.PathUnknown, $"Nothing is served under {http.Request.Path}.")
        {
            Metadata = new Dictionary<string, string> { ["path"] = http.Request.Path },
        },
        StatusCodes.Status405MethodNotAllowed => new Rejection(ErrorReason.VerbNotAllowed, $"{http.Request.Path} is not served with {http.Request.Method}.")
        {
            Metadata = new Dictionary<string, string> { ["verb"] = http.Request.Method },
        },
        StatusCodes.Status413PayloadTooLarge => new Rejection(ErrorReason.RequestTooLarge, "The request is larger than the server reads."),
        StatusCodes.Status415UnsupportedMediaType => new Rejection(ErrorReason.MediaTypeUnsupported, $"The media type {http.Request.ContentType} is not read here."),
        >= StatusCodes.Status500InternalServerError => new Rejection(ErrorReason.Internal, "A fault of the server."),
        var code => new Rejection(ErrorReason.HttpRequestMalformed, $"The request cannot be answered over this protocol ({code})."),
    };
}
