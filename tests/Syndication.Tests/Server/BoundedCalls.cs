using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syndication.Tests.Server;

/// <summary>Gives every unary call a deadline and the test's token, so that no test waits for ever and none has to say so.</summary>
internal sealed class BoundedCalls : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var options = context.Options;
        options = options.Deadline is null ? options.WithDeadline(DateTime.UtcNow + FrameReader.Patience) : options;
        options = options.CancellationToken.CanBeCanceled ? options : options.WithCancellationToken(TestContext.Current.CancellationToken);
        return continuation(request, new(context.Method, context.Host, options));
    }
}
