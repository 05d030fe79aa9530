using Grpc.Core;
using Grpc.Core.Interceptors;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>
/// Gives every call the key and a deadline, repeats what may be repeated, and turns gRPC's exceptions into
/// <see cref="SyndicationException"/>. Covers the kinds of calls that the contract has: unary, server-streamed and bidirectional.
/// </summary>
internal sealed class CallInterceptor(SyndicationClientOptions options) : Interceptor
{
    private const string Authorization = "authorization";

    private readonly CallRetry _retry = new(options);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var token = context.Options.CancellationToken;
        context = WithDeadline(request, WithKey(context));
        var mayHaveArrived = false;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return continuation(request, context);
            }
            catch (RpcException exception)
            {
                var error = Convert(exception, token, ref mayHaveArrived);
                if (error is not SyndicationException refused || !CallRetry.IsRepeatable(request)
                    || _retry.DelayAfter(attempts, refused, context.Options.Deadline) is not { } delay)
                {
                    throw error;
                }

                Task.Delay(delay, _retry.TimeProvider, token).GetAwaiter().GetResult();
            }
        }
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        context = WithDeadline(request, WithKey(context));
        var attempts = new UnaryAttempts<TResponse>(
            () => continuation(request, context),
            CallRetry.IsRepeatable(request) ? _retry : null,
            context.Options.Deadline,
            context.Options.CancellationToken);
        return new(
            attempts.Response,
            // On demand: a task that nobody asks for must not fail unobserved.
            static call => ((UnaryAttempts<TResponse>)call).HeadersAsync(),
            static call => ((UnaryAttempts<TResponse>)call).Status,
            static call => ((UnaryAttempts<TResponse>)call).Trailers,
            static call => ((UnaryAttempts<TResponse>)call).Dispose(),
            attempts);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var token = context.Options.CancellationToken;
        var call = continuation(request, WithKey(context));
        return new(
            new Reader<TResponse>(call.ResponseStream, token),
            _ => ConvertAsync(call.ResponseHeadersAsync, token),
            _ => call.GetStatus(),
            _ => call.GetTrailers(),
            _ => call.Dispose(),
            call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var token = context.Options.CancellationToken;
        var call = continuation(WithKey(context));
        return new(
            new Writer<TRequest>(call.RequestStream, token),
            new Reader<TResponse>(call.ResponseStream, token),
            _ => ConvertAsync(call.ResponseHeadersAsync, token),
            _ => call.GetStatus(),
            _ => call.GetTrailers(),
            _ => call.Dispose(),
            call);
    }

    private ClientInterceptorContext<TRequest, TResponse> WithKey<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        // A header and not CallCredentials: those are dropped in clear text unless the channel is told otherwise.
        if (string.IsNullOrEmpty(options.ApiKey) || context.Options.Headers?.Get(Authorization) is not null)
        {
            return context;
        }

        // The caller may use its headers for another call.
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
        {
            headers.Add(entry);
        }

        headers.Add(Authorization, "Bearer " + options.ApiKey);
        return new(context.Method, context.Host, context.Options.WithHeaders(headers));
    }

    private ClientInterceptorContext<TRequest, TResponse> WithDeadline<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (context.Options.Deadline is not null || options.CallTimeout == Timeout.InfiniteTimeSpan)
        {
            return context;
        }

        var wait = request is PullUpdatesRequest { MaxWait: { } maxWait } ? maxWait.ToTimeSpan() : TimeSpan.Zero;

        // The system's clock, not the options' TimeProvider: it is what gRPC measures a deadline by.
        return new(context.Method, context.Host, context.Options.WithDeadline(DateTime.UtcNow + options.CallTimeout + wait));
    }

    private static async Task<T> ConvertAsync<T>(Task<T> task, CancellationToken token)
    {
        try
        {
            return await task;
        }
        catch (RpcException exception)
        {
            throw Convert(exception, token);
        }
    }

    internal static Exception Convert(RpcException exception, CancellationToken token) =>
        // The server, a proxy and a reset stream send CANCELLED too: only the caller's own is a cancellation to the caller.
        exception.StatusCode == StatusCode.Cancelled && token.IsCancellationRequested
            ? new OperationCanceledException(exception.Status.Detail, exception, token)
            : SyndicationException.From(exception);

    /// <summary>The same for one of several attempts.</summary>
    /// <param name="mayHaveArrived">Whether one of the attempts so far may have reached the server.</param>
    internal static Exception Convert(RpcException exception, CancellationToken token, ref bool mayHaveArrived)
    {
        var error = Convert(exception, token);
        if (error is SyndicationException refused)
        {
            refused.MayHaveArrived |= mayHaveArrived;
            mayHaveArrived = refused.MayHaveArrived;
        }

        return error;
    }

    private sealed class Reader<T>(IAsyncStreamReader<T> inner, CancellationToken callToken) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await inner.MoveNext(cancellationToken);
            }
            catch (RpcException exception)
            {
                throw Convert(exception, cancellationToken.IsCancellationRequested ? cancellationToken : callToken);
            }
        }
    }

    private sealed class Writer<T>(IClientStreamWriter<T> inner, CancellationToken callToken) : IClientStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            try
            {
                await inner.WriteAsync(message, cancellationToken);
            }
            catch (RpcException exception)
            {
                throw Convert(exception, cancellationToken.IsCancellationRequested ? cancellationToken : callToken);
            }
        }

        public async Task CompleteAsync()
        {
            try
            {
                await inner.CompleteAsync();
            }
            catch (RpcException exception)
            {
                throw Convert(exception, callToken);
            }
        }
    }
}
