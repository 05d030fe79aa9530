using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Syndication.Log;
using Syndication.Subscriptions;
using Syndication.V1;

namespace Syndication.Server.Errors;

/// <summary>Gives every fault that leaves a call a typed error. What is nobody's fault is not logged.</summary>
public sealed partial class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Convert(exception, context);
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Convert(exception, context);
        }
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Convert(exception, context);
        }
    }

    private RpcException Convert(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case SubscriptionEndedException ended:
                return RpcErrors.Of(ended.Rejection);
            case StoreUnavailableException:
                return RpcErrors.Of(RpcErrors.StoreUnavailable);
            case InvalidProtocolBufferException:
                return RpcErrors.Of(new Rejection(ErrorReason.RequestMalformed, "A message of the request could not be decoded."));
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return RpcErrors.Of(new Rejection(ErrorReason.CallEnded, "The caller went away, or its deadline passed."));
            default:
                var traceId = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
                LogFault(logger, context.Method, traceId, exception);
                return RpcErrors.Of(new Rejection(ErrorReason.Internal, $"A fault of the server; its log has it as {traceId}.")
                {
                    Metadata = new Dictionary<string, string> { ["trace_id"] = traceId },
                });
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed ({TraceId})")]
    private static partial void LogFault(ILogger logger, string method, string traceId, Exception exception);
}
