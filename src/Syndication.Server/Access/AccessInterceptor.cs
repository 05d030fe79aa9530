using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Syndication.Server.Errors;
using Syndication.Subscriptions;

namespace Syndication.Server.Access;

/// <summary>Lets through whom the method's policy and the caller's quota let through, and counts what partners are sent.</summary>
public sealed class AccessInterceptor(Admission admission, Quotas quotas) : Interceptor
{
    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var partnerId = admission.Admit(context.GetHttpContext(), context.Method);
        var response = continuation(request, context);
        return partnerId is null ? response : CountAsync(response, partnerId);
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (admission.Admit(context.GetHttpContext(), context.Method) is not { } partnerId)
        {
            await continuation(request, responseStream, context);
            return;
        }

        using var stream = quotas.OpenStream(partnerId).Unwrap();
        await continuation(request, new CountingWriter<TResponse>(responseStream, quotas, partnerId), context);
    }

    /// <inheritdoc/>
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        admission.Admit(context.GetHttpContext(), context.Method);
        return continuation(requestStream, context);
    }

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        admission.Admit(context.GetHttpContext(), context.Method);
        return continuation(requestStream, responseStream, context);
    }

    private async Task<T> CountAsync<T>(Task<T> response, string partnerId)
    {
        var answer = await response;
        if (answer is IMessage message)
        {
            quotas.AddBytes(partnerId, message.CalculateSize());
        }

        return answer;
    }

    /// <summary>Counts frames, and ends the stream when the day's bytes are used up.</summary>
    private sealed class CountingWriter<T>(IServerStreamWriter<T> inner, Quotas quotas, string partnerId) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            if (quotas.CheckBytes(partnerId) is { } rejection)
            {
                throw RpcErrors.Of(rejection);
            }

            quotas.AddBytes(partnerId, message is EncodedFrame frame ? frame.Length : 0);
            return inner.WriteAsync(message, cancellationToken);
        }
    }
}
