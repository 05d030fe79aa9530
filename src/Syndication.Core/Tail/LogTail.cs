using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Syndication.Access;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Streams;

namespace Syndication.Tail;

/// <summary>
/// The node's one reader of new log entries. Keeps the recent ones in a window that all subscribers walk; whoever is behind
/// it reads pages from the store. A wake-up carries no data: the log is always read from the database.
/// </summary>
public sealed partial class LogTail(
    ILogStore store, AccessDirectory access, TailOptions options, TimeProvider time, ILogger<LogTail> logger) : IAppendObserver, IDisposable
{
    private const int ReadCount = 1024;
    private const long ReadBytes = 8 * 1024 * 1024;

    /// <summary>How long a busy tail reads on without a look at the log's head.</summary>
    private static readonly TimeSpan HeadLifetime = TimeSpan.FromSeconds(1);

    private readonly Queue<WindowEntry> _window = new();
    private readonly Dictionary<long, List<WindowEntry>> _byArticle = [];
    private readonly ConcurrentDictionary<long, ArticleRecord> _ahead = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly SemaphoreSlim _beginning = new(1, 1);
    private readonly Lock _articles = new();
    private ImmutableDictionary<string, StreamTail> _streams = ImmutableDictionary<string, StreamTail>.Empty;
    private volatile StreamSet _set = new(0, [], new Dictionary<long, string>());
    private volatile HeadBox _head = new(new LogReach(LogPosition.Start, 1));
    private long _firstNumber = 1;
    private TaskCompletionSource _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _windowBytes;
    private long _blankings;

    /// <summary>Up to where the log has been read.</summary>
    public LogPosition Head => _head.Reach.Position;

    /// <summary>Up to where the log has been read, and its incarnation there.</summary>
    public LogReach Reached => _head.Reach;

    /// <summary>The log's incarnation, and what retention has dropped, as last read.</summary>
    public LogHead LogHead { get; private set; } = new(LogPosition.Start, 1, Guid.Empty, default, new Dictionary<int, long>());

    /// <summary>Whether the tail is reading: false before the window is warm and while the database does not answer.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Told when <see cref="IsReading"/> changes.</summary>
    public event Action<bool>? ReadingChanged;

    /// <summary>Told of entries that have been added. Must be quick.</summary>
    public event Action<IReadOnlyList<LogEntry>>? Added;

    /// <summary>Counts kills, holds and expiries: what was encoded before the last of them is to be read again, not sent.</summary>
    public long Blankings => Interlocked.Read(ref _blankings);

    /// <summary>The clock.</summary>
    internal TimeProvider Time => time;

    /// <summary>All streams, as of the last stream change that was read.</summary>
    public StreamSet Streams => _set;

    /// <summary>The stream of that name; null when there is none.</summary>
    public StreamTail? Find(string streamId) => _streams.GetValueOrDefault(streamId);

    /// <summary>The stream with that key, once the tail has come to the entry that gave it its filter.</summary>
    /// <exception cref="StoreUnavailableException">The tail does not get there: the database does not answer.</exception>
    public async Task<StreamTail> WaitForAsync(StreamDefinition definition, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look: what is applied after it completes the task.
            var applied = _applied.Task;
            if (Find(definition.StreamId) is { } stream && stream.Definition.StreamKey >= definition.StreamKey)
            {
                return stream;
            }

            Poke();
            try
            {
                await applied.WaitAsync(options.StreamPatience, time, cancellationToken);
            }
            catch (TimeoutException exception)
            {
                throw new StoreUnavailableException($"The tail has not come to stream \"{definition.StreamId}\".", exception);
            }
        }
    }

    /// <summary>Looks for new entries now.</summary>
    public void Poke()
    {
        _look = true;
        Signal();
    }

    private void Signal()
    {
        // At most one release is kept: who is woken reads everything.
        if (_news.CurrentCount == 0)
        {
            try
            {
                _news.Release();
            }
            catch (SemaphoreFullException)
            {
            }
        }
    }

    /// <inheritdoc/>
    public void OnAppended(AppendBatch batch, AppendResult.Committed committed)
    {
        // A kill or hold that was answered must not be followed by the old text out of this node's memory: neither what is
        // in the window, nor what the tail has read before the commit and is about to add.
        foreach (var change in batch.Articles)
        {
            if (change.Record.ArticleKey != 0 && change.Record.BlankedFor(heldTexts: false) is not null)
            {
                var ordinal = batch.Entries.FindLastIndex(entry => entry.ArticleId == change.Record.ArticleId);
                Follow(change.Record with { LastNumber = committed.FirstNumber + ordinal });
            }
        }

        if (committed.Entries is not { } entries || committed.Epoch != Reached.Epoch)
        {
            Poke();
        }
        else if (entries.Count > 0)
        {
            HandOver(entries);
            Signal();
        }
    }

    /// <summary>Reads until cancelled. A fault is logged, turns <see cref="IsReading"/> and is tried again: the loop never ends by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = options.MinRetryDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!_isWarm)
                {
                    await WarmAsync(cancellationToken);
                    _isWarm = true;
                }

                if (_inDoubt || SinceLook > HeadLifetime)
                {
                    await LookAsync(cancellationToken);
                    if (!_isWarm)
                    {
                        continue;
                    }
                }

                await ReadNewAsync(cancellationToken);
                SetReading(true);
                pause = options.MinRetryDelay;
                if (IsSearching)
                {
                    await RefreshStreamsAsync(cancellationToken);
                }

                // Nobody in this process has news: has another node? The log is read only where its head has moved.
                while (!await _news.WaitAsync(NextPoll(), cancellationToken) && !await LookAsync(cancellationToken) && !IsSearching)
                {
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                SetReading(false);
                _inDoubt = true;
                LogFault(logger, pause, exception);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.MaxRetryDelay.Ticks));
            }
        }

        SetReading(false);
    }

    /// <summary>Reads the log's incarnation and floor anew.</summary>
    public async Task<LogHead> RefreshHeadAsync(CancellationToken cancellationToken) => LogHead = await store.ReadHeadAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _news.Dispose();
        _beginning.Dispose();
    }

    private async Task WarmAsync(CancellationToken cancellationToken)
    {
        // Empty again: a fault may have ended this half-way before.
        _window.Clear();
        _windowBytes = 0;
        ForgetHanded();
        _ahead.Clear();
        _streams = ImmutableDictionary<string, StreamTail>.Empty;
        lock (_articles)
        {
            _byArticle.Clear();
        }

        // The incarnation before the place: entries that begin a later one are read in their order.
        var epoch = (await RefreshHeadAsync(cancellationToken)).Epoch;
        Interlocked.Exchange(ref _headLooked, time.GetTimestamp());
        _inDoubt = false;
        var start = await store.ReadPositionBeforeLastAsync(options.WarmEntries, cancellationToken);
        var all = new StreamTail(StreamDefinition.All, this);
        _firstNumber = start.Number + 1;
        all.Trim(_firstNumber);
        _streams = _streams.SetItem(StreamDefinition.AllId, all);
        _head = new HeadBox(new LogReach(start, epoch));
        await RefreshStreamsAsync(cancellationToken);
        await access.RefreshAsync(cancellationToken);
        _look = true;
        await ReadNewAsync(cancellationToken, warming: true);
        LogWarm(logger, _window.Count, Head.Number);
    }

    private async Task RefreshStreamsAsync(CancellationToken cancellationToken) => Apply(await store.ReadStreamsAsync(cancellationToken));

    private async Task ReadNewAsync(CancellationToken cancellationToken, bool warming = false)
    {
        while (true)
        {
            var entries = TakeHanded(out var look);
            if (entries is null)
            {
                if (!look)
                {
                    return;
                }

                // Taken back before the read: who wishes for another while it runs gets another.
                _look = false;
                entries = await ReadStoreAsync(cancellationToken);
                if (entries.Count == 0)
                {
                    return;
                }

                // There may be more, and another node's news seldom comes alone.
                _look = true;
                _poll = options.MinPollInterval;
            }

            // Before the entries are added: those after a change in the same batch belong to the new stream already.
            if (entries.Any(entry => entry.Kind == EntryKind.StreamChanged))
            {
                await RefreshStreamsAsync(cancellationToken);
            }

            // Before any reader sees what was committed after a revocation.
            if (entries.Any(entry => LogEntry.ChangesAccess(entry.Kind)))
            {
                await access.RefreshAsync(cancellationToken);
            }

            if (!warming)
            {
                StartAfterHole(entries);
            }

            Add(entries);
        }
    }

    private async Task<IReadOnlyList<LogEntry>> ReadStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadTailAsync(Head.Number, ReadCount, ReadBytes, cancellationToken);
        }
        catch
        {
            _look = true;
            throw;
        }
    }

    private void Apply(StreamSet set)
    {
        var streams = _streams;
        foreach (var definition in set.Streams)
        {
            if (streams.TryGetValue(definition.StreamId, out var known) && known.Definition.StreamKey == definition.StreamKey)
            {
                known.Rename(definition);
                continue;
            }

            known?.End(StreamRejections.Changed(definition.StreamId, definition.Revision));
            var stream = new StreamTail(definition, this);
            stream.Trim(_firstNumber);
            streams = streams.SetItem(definition.StreamId, stream);
        }

        foreach (var (streamId, stream) in streams)
        {
            if (streamId != StreamDefinition.AllId && set.Find(streamId) is null)
            {
                stream.End(StreamRejections.NotFound(streamId));
                streams = streams.Remove(streamId);
            }
        }

        _set = set;
        _streams = streams;
        Interlocked.Exchange(ref _applied, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private void SetReading(bool reading)
    {
        if (IsReading != reading)
        {
            IsReading = reading;
            ReadingChanged?.Invoke(reading);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The tail holds the last {Count} updates, up to number {Number}")]
    private static partial void LogWarm(ILogger logger, int count, long number);

    [LoggerMessage(Level = LogLevel.Error, Message = "The tail could not read the log; trying again in {Pause}")]
    private static partial void LogFault(ILogger logger, TimeSpan pause, Exception exception);

    private sealed record HeadBox(LogReach Reach);
}

/// <summary>A place in the log, and the log's incarnation there.</summary>
/// <param name="Position">The place.</param>
/// <param name="Epoch">At least that of the entry at the place, at most the one that was current when it was read.</param>
public readonly record struct LogReach(LogPosition Position, int Epoch);

/// <summary>How the tail reads and what it keeps.</summary>
public sealed class TailOptions
{
    /// <summary>How long a node that has no news waits at most before it asks the database for those of others. Default 250 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it waits after there was news; doubled each time that there is none, up to <see cref="PollInterval"/>. Default 10 ms.</summary>
    public TimeSpan MinPollInterval { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How many bytes of recent updates are kept in memory. Default 64 MiB.</summary>
    public long WindowBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many recent updates are kept in memory. Default 65,536.</summary>
    public int WindowEntries { get; init; } = 65_536;

    /// <summary>How many updates are read at the start, before the node says that it is ready. Default 4,096.</summary>
    public int WarmEntries { get; init; } = 4096;

    /// <summary>How long a new subscription waits for the tail to come to its stream. Default 10 s.</summary>
    public TimeSpan StreamPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How soon after a fault the database is tried again at first. Default 50 ms, doubled each time.</summary>
    public TimeSpan MinRetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How soon after a fault the database is tried again at most. Default 2 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(2);
}
