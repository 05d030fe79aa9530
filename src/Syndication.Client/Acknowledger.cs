using System.Threading.Channels;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>
/// Tells the server what a consumer has processed: after so many updates, after so long, and at the end; never ahead of what it
/// was told. A server that is away is told later. Safe for use by many threads.
/// </summary>
/// <remarks><see cref="SyndicationClient.ConsumeAsync"/> has one of its own.</remarks>
public sealed class Acknowledger : IAsyncDisposable
{
    internal const int DefaultCount = 1000;

    internal static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);

    private readonly SyndicationClient _client;
    private readonly string _stream;
    private readonly string _consumer;
    private readonly int _count;
    private readonly Action<SyndicationException>? _onFailed;

    // Carries no data: of several wake-ups one is enough.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly Task _sending;
    private string? _cursor;
    private int _updates;

    /// <summary>Begins; nothing is sent before something is processed.</summary>
    /// <param name="client">Sends.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Which of the caller's systems; empty means <c>default</c>.</param>
    /// <param name="count">After how many updates at the latest, at least 1. Default 1,000.</param>
    /// <param name="interval">After how long at the latest, more than zero. Default 5 s.</param>
    /// <param name="onFailed">Told what the server refused for good; that place is given up.</param>
    public Acknowledger(
        SyndicationClient client,
        string stream,
        string consumer = "",
        int count = DefaultCount,
        TimeSpan? interval = null,
        Action<SyndicationException>? onFailed = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentNullException.ThrowIfNull(consumer);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval ?? DefaultInterval, TimeSpan.Zero);
        (_client, _stream, _consumer, _count, _onFailed) = (client, stream, consumer, count, onFailed);
        _timer = client.TimeProvider.CreateTimer(_ => _wake.Writer.TryWrite(true), null, interval ?? DefaultInterval, interval ?? DefaultInterval);
        _sending = SendAsync();
    }

    /// <summary>Notes that everything before the cursor is processed. Does not wait for the server.</summary>
    /// <param name="cursor">Of the last frame that is processed.</param>
    /// <param name="updates">How many updates that are since the last call.</param>
    public void Processed(string cursor, int updates)
    {
        ArgumentException.ThrowIfNullOrEmpty(cursor);
        lock (_lock)
        {
            _cursor = cursor;
            _updates += updates;
            if (_updates < _count)
            {
                return;
            }
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>Tells the server now what it has not been told.</summary>
    /// <exception cref="SyndicationException">The server refused, or is away: then it is told later.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            string? cursor;
            lock (_lock)
            {
                cursor = _cursor;
                _updates = 0;
            }

            if (cursor is null)
            {
                return;
            }

            // Without a request id, which the server would have to remember: what does not arrive is made good by a later place.
            try
            {
                await _client.Subscriptions.AcknowledgeAsync(
                    new() { Stream = _stream, Consumer = _consumer, Cursor = cursor }, cancellationToken: cancellationToken);
            }
            catch (SyndicationException exception) when (exception.Reason == ErrorReason.AcknowledgedLater)
            {
                // Another process of this consumer is further.
            }
            catch (SyndicationException exception) when (!exception.MayComeBack)
            {
                Forget(cursor);
                throw;
            }

            Forget(cursor);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Tells the server what it has not been told, within 5 s, and ends. Does not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _wake.Writer.TryComplete();
        _ended.CancelAfter(LastWait);
        await _sending;
        try
        {
            await FlushAsync(_ended.Token);
        }
        catch (SyndicationException exception)
        {
            _onFailed?.Invoke(exception);
        }
        catch (OperationCanceledException)
        {
            // The server is away: what it was not told is repeated after the next start.
        }

        _ended.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task SendAsync()
    {
        await foreach (var _ in _wake.Reader.ReadAllAsync())
        {
            try
            {
                await FlushAsync(_ended.Token);
            }
            catch (SyndicationException exception) when (exception.MayComeBack)
            {
                // Sent again when the timer fires next, or a later place in its stead.
            }
            catch (SyndicationException exception)
            {
                _onFailed?.Invoke(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Forget(string cursor)
    {
        lock (_lock)
        {
            // What was processed in the meantime is still to be sent.
            _cursor = _cursor == cursor ? null : _cursor;
        }
    }
}
