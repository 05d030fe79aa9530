using Grpc.Core;
using Syndication.V1;

namespace Syndication.Benchmarks.Load;

/// <summary>Subscribers of one stream, each of which is to receive the same number of updates.</summary>
internal sealed class Subscribers : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Task[] _receiving;

    private Subscribers(IEnumerable<AsyncServerStreamingCall<ReceivedFrame>> calls, int expected, Action<int, ReceivedFrame> received) =>
        _receiving = [.. calls.Select((call, subscriber) => ReceiveAsync(call, expected, frame => received(subscriber, frame)))];

    /// <summary>Completes when every subscriber has what it expects.</summary>
    public Task Completed => Task.WhenAll(_receiving);

    /// <summary>Opens the streams and waits until the node serves them.</summary>
    /// <param name="client">The client.</param>
    /// <param name="request">What each asks for.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="expected">How many updates each receives.</param>
    /// <param name="received">Told of each frame, with the subscriber's index; of one subscriber never twice at once.</param>
    public static Task<Subscribers> OpenAsync(
        LoadClient client, SubscribeRequest request, int count, int expected, Action<int, ReceivedFrame> received) =>
        OpenAsync(client, _ => request, count, expected, received);

    /// <summary>The same, with a request for each.</summary>
    public static async Task<Subscribers> OpenAsync(
        LoadClient client, Func<int, SubscribeRequest> request, int count, int expected, Action<int, ReceivedFrame> received)
    {
        var calls = Enumerable.Range(0, count).Select(subscriber => client.Subscribe(request(subscriber), default)).ToList();
        foreach (var call in calls)
        {
            await call.ResponseHeadersAsync;
        }

        return new Subscribers(calls, expected, received);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task ReceiveAsync(AsyncServerStreamingCall<ReceivedFrame> call, int expected, Action<ReceivedFrame> received)
    {
        using (call)
        {
            var left = expected;
            while (left > 0)
            {
                if (!await call.ResponseStream.MoveNext(_ending.Token))
                {
                    throw new InvalidDataException($"The stream ended with {left} of {expected} updates missing.");
                }

                var frame = call.ResponseStream.Current;
                left -= frame.Numbers.Length;
                received(frame);
            }
        }
    }
}
