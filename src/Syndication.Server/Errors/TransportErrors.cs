using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Syndication.V1;

namespace Syndication.Server.Errors;

/// <summary>
/// Gives the errors that end a call before it reaches a service (no such method, a request that is too large or cannot be
/// decoded, a deadline) their details: every error of this server has a reason.
/// </summary>
public static class TransportErrors
{
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";
    private const string DetailsName = "grpc-status-details-bin";

    /// <summary>Adds details where a call ends without any.</summary>
    public static IApplicationBuilder UseErrorDetails(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false } response && HttpErrors.IsGrpc(context.Request))
        {
            // gRPC has no unknown paths: the answer is that of a service that has no such method.
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "application/grpc";
            response.Headers[StatusName] = $"{(int)StatusCode.Unimplemented}";
            response.Headers[MessageName] = Uri.EscapeDataString($"There is no method {context.Request.Path}.");
        }

        // An error without a message is sent as headers alone, as long as nothing has been sent.
        var destination = context.Response.HasStarted ? context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : context.Response.Headers;
        if (destination is not { IsReadOnly: false }
            || !int.TryParse(destination[StatusName], out var code)
            || ReasonOf((StatusCode)code) is not { } reason
            || destination.ContainsKey(DetailsName))
        {
            return;
        }

        if (reason == ErrorReason.RequestMalformed)
        {
            // The framework calls a request that it cannot decode a fault of unknown kind.
            code = (int)StatusCode.Internal;
            destination[StatusName] = $"{code}";
        }

        var message = Uri.UnescapeDataString(destination[MessageName].ToString());
        var status = RpcErrors.StatusOf(new Rejection(reason, message));
        status.Code = code;
        destination[DetailsName] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    });

    /// <summary>The reason of a status that the transport gives; null for others, such as those of the health service.</summary>
    private static ErrorReason? ReasonOf(StatusCode code) => code switch
    {
        StatusCode.Unimplemented => ErrorReason.MethodUnknown,
        StatusCode.ResourceExhausted => ErrorReason.RequestTooLarge,
        StatusCode.Cancelled or StatusCode.DeadlineExceeded => ErrorReason.CallEnded,
        StatusCode.Internal or StatusCode.Unknown => ErrorReason.RequestMalformed,
        _ => null,
    };
}
