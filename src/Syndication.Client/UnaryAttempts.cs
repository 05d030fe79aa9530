using Grpc.Core;

namespace Syndication.Client;

/// <summary>A unary call with all its attempts, as one.</summary>
internal sealed class UnaryAttempts<TResponse> : IDisposable
{
    private readonly Func<AsyncUnaryCall<TResponse>> _send;
    private readonly CallRetry? _retry;
    private readonly DateTime? _deadline;
    private readonly CancellationToken _caller;

    // Not linked to the caller's token, which may live as long as the process and would keep this alive.
    private readonly CancellationTokenSource _ended = new();
    private volatile AsyncUnaryCall<TResponse> _latest;

    /// <param name="send">Makes an attempt.</param>
    /// <param name="retry">Null when the call must not be repeated.</param>
    /// <param name="deadline">Of all attempts together.</param>
    /// <param name="caller">The call's own token.</param>
    public UnaryAttempts(Func<AsyncUnaryCall<TResponse>> send, CallRetry? retry, DateTime? deadline, CancellationToken caller)
    {
        (_send, _retry, _deadline, _caller) = (send, retry, deadline, caller);
        _latest = send();
        Response = RunAsync();
    }

    /// <summary>The answer of the first attempt that got one.</summary>
    public Task<TResponse> Response { get; }

    public Status Status => _latest.GetStatus();

    public Metadata Trailers => _latest.GetTrailers();

    /// <summary>The headers of the attempt that counts.</summary>
    public async Task<Metadata> HeadersAsync()
    {
        await ((Task)Response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            return await _latest.ResponseHeadersAsync;
        }
        catch (RpcException exception)
        {
            throw CallInterceptor.Convert(exception, _caller);
        }
    }

    /// <summary>Ends the call; no attempt follows.</summary>
    public void Dispose()
    {
        // Not disposed: a wait may still hold it, and it holds nothing itself.
        _ended.Cancel();
        _latest.Dispose();
    }

    private async Task<TResponse> RunAsync()
    {
        var mayHaveArrived = false;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await _latest.ResponseAsync;
            }
            catch (RpcException exception)
            {
                var error = CallInterceptor.Convert(exception, _caller, ref mayHaveArrived);
                if (error is not SyndicationException refused || _retry?.DelayAfter(attempts, refused, _deadline) is not { } delay)
                {
                    throw error;
                }

                using (var either = CancellationTokenSource.CreateLinkedTokenSource(_caller, _ended.Token))
                {
                    await Task.Delay(delay, _retry.TimeProvider, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                _caller.ThrowIfCancellationRequested();
                if (_ended.IsCancellationRequested)
                {
                    throw error;
                }

                _latest.Dispose();
                _latest = _send();
            }
        }
    }
}
