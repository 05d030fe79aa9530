using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Syndication.Log;
using Syndication.Subscriptions;
using Syndication.V1;

namespace Syndication.Server.Errors;

/// <summary>Turns what is thrown on the way to an answer into the typed error that the caller gets. What is nobody's fault is not logged.</summary>
public sealed partial class RpcFaults(ILogger<RpcFaults> logger)
{
    /// <summary>The error of an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="method">What was called, for the log.</param>
    /// <param name="cancellationToken">The call's: tells a caller that went away from other cancellations.</param>
    public RpcException Convert(Exception exception, string method, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case RpcException error:
                return error;
            case SubscriptionEndedException ended:
                return RpcErrors.Of(ended.Rejection);
            case StoreUnavailableException:
                return RpcErrors.Of(RpcErrors.StoreUnavailable);
            case InvalidProtocolBufferException:
                return RpcErrors.Of(new Rejection(ErrorReason.RequestMalformed, "A message of the request could not be decoded."));
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge:
                return RpcErrors.Of(new Rejection(ErrorReason.RequestTooLarge, tooLarge.Message));
            case BadHttpRequestException malformed:
                return RpcErrors.Of(new Rejection(ErrorReason.HttpRequestMalformed, malformed.Message));
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                return RpcErrors.Of(new Rejection(ErrorReason.CallEnded, "The caller went away, or its deadline passed."));
            default:
                var traceId = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
                LogFault(logger, method, traceId, exception);
                return RpcErrors.Of(new Rejection(ErrorReason.Internal, $"A fault of the server; its log has it as {traceId}.")
                {
                    Metadata = new Dictionary<string, string> { ["trace_id"] = traceId },
                });
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed ({TraceId})")]
    private static partial void LogFault(ILogger logger, string method, string traceId, Exception exception);
}
