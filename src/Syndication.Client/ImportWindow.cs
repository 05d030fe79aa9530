using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>The articles of an import that have been read and not been answered, over all of its calls. Bounded.</summary>
internal sealed class ImportWindow : IAsyncDisposable
{
    // The server's own bounds: what it does not take would only wait here.
    private const int Places = 256;
    private const int PlaceBytes = 64 * 1024;

    // Unbounded in itself: no more goes in than there are places.
    private readonly Channel<ImportArticlesRequest> _read = Channel.CreateUnbounded<ImportArticlesRequest>(new() { SingleReader = true, SingleWriter = true });
    private readonly ConcurrentQueue<ImportArticlesRequest> _unanswered = new();
    private readonly SemaphoreSlim _places = new(Places, Places);
    private readonly CancellationTokenSource _ended;
    private Task _reading = Task.CompletedTask;
    private long _answered;

    private ImportWindow(CancellationToken cancellationToken) => _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Whether all articles have been read and answered.</summary>
    public bool IsDone => _read.Reader.Completion.IsCompleted && _unanswered.IsEmpty;

    /// <summary>Whether the next article is there already.</summary>
    public bool HasNext => _read.Reader.TryPeek(out _);

    public static ImportWindow Start(IAsyncEnumerable<ImportArticlesRequest> articles, CancellationToken cancellationToken)
    {
        var window = new ImportWindow(cancellationToken);
        window._reading = window.ReadAsync(articles);
        return window;
    }

    /// <summary>What a new call begins with: all that earlier calls were sent and did not answer, then what is read.</summary>
    /// <param name="cancellationToken">Ends one call: what it has not taken stays for the next.</param>
    public async IAsyncEnumerable<ImportArticlesRequest> SendAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var request in _unanswered.ToArray())
        {
            yield return request;
        }

        while (await _read.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_read.Reader.TryRead(out var request))
            {
                // Before it is sent: its answer may be quicker than the way back from sending.
                _unanswered.Enqueue(request);
                yield return request;
            }
        }
    }

    /// <summary>Notes that the oldest has been answered.</summary>
    /// <returns>Its place among all articles, from 0.</returns>
    public long Answered()
    {
        if (!_unanswered.TryDequeue(out var request))
        {
            throw new SyndicationException(Grpc.Core.StatusCode.Internal, "The server answered more articles than it was sent.");
        }

        _places.Release(PlacesOf(request));
        return _answered++;
    }

    /// <summary>Throws what reading the articles threw.</summary>
    public Task ThrowIfFailedAsync() => _reading;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        _places.Dispose();
    }

    private static int PlacesOf(ImportArticlesRequest request) => Math.Min(1 + (request.CalculateSize() / PlaceBytes), Places);

    private async Task ReadAsync(IAsyncEnumerable<ImportArticlesRequest> articles)
    {
        // Not on the caller's thread: the articles may come from files that are read synchronously.
        await Task.Yield();
        try
        {
            await foreach (var article in articles.WithCancellation(_ended.Token))
            {
                var request = article;
                if (request.Publish is { RequestId: "" })
                {
                    request = request.Clone();
                    request.Publish.RequestId = Guid.CreateVersion7().ToString();
                }

                for (var i = PlacesOf(request); i > 0; i--)
                {
                    await _places.WaitAsync(_ended.Token);
                }

                _read.Writer.TryWrite(request);
            }
        }
        finally
        {
            // Also after a fault: what was read before it is still sent and answered.
            _read.Writer.Complete();
        }
    }
}
