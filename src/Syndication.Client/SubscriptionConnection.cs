using Grpc.Core;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>One call of <c>Subscribe</c>, from the request to its end. Its outcomes are values.</summary>
internal sealed class SubscriptionConnection : IDisposable
{
    private readonly TimeSpan _silenceLimit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private readonly AsyncServerStreamingCall<SubscribeResponse> _call;
    private bool _opened;

    /// <param name="client">Sends the request.</param>
    /// <param name="request">What to subscribe to, with the start of this connection.</param>
    /// <param name="silenceLimit">How long nothing may be heard while somebody waits for it.</param>
    /// <param name="timeProvider">Measures the silence.</param>
    /// <param name="caller">Ends the call with an <see cref="OperationCanceledException"/>.</param>
    public SubscriptionConnection(
        SubscriptionService.SubscriptionServiceClient client,
        SubscribeRequest request,
        TimeSpan silenceLimit,
        TimeProvider timeProvider,
        CancellationToken caller)
    {
        _silenceLimit = silenceLimit;
        _caller = caller;
        _silence = new(Timeout.InfiniteTimeSpan, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _silence.Token);
        _call = client.Subscribe(request, cancellationToken: _either.Token);
    }

    /// <summary>First <see cref="Opened"/>, then a <see cref="Received"/> per frame, at last <see cref="Lost"/>.</summary>
    /// <exception cref="SyndicationException">The server refused: coming back would change nothing.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<Outcome> NextAsync()
    {
        // Runs only while we wait: the time that the subscriber takes over a frame is not the server's silence.
        _silence.CancelAfter(_silenceLimit);
        try
        {
            if (!_opened)
            {
                await _call.ResponseHeadersAsync;
                _opened = true;
                return new Opened();
            }

            return await _call.ResponseStream.MoveNext(_either.Token)
                ? new Received(_call.ResponseStream.Current)
                : new Lost(DisconnectCause.Ended, null);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SyndicationException)
        {
            _caller.ThrowIfCancellationRequested();
            if (_silence.IsCancellationRequested)
            {
                return new Lost(DisconnectCause.Silent, null);
            }

            if (exception is SyndicationException { MayComeBack: true } error)
            {
                return new Lost(DisconnectCause.Failed, error);
            }

            throw;
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _call.Dispose();
        _either.Dispose();
        _silence.Dispose();
    }

    public abstract record Outcome;

    public sealed record Opened : Outcome;

    public sealed record Received(SubscribeResponse Frame) : Outcome;

    public sealed record Lost(DisconnectCause Cause, SyndicationException? Error) : Outcome;
}
