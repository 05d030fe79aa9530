using Syndication.Log;
using Syndication.Streams;
using Syndication.Vocabularies;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>Where a test can step between a node and its store.</summary>
public enum StorePoint
{
    AfterStateRead,
    BeforeAppend,
    AfterAppend,
    BeforeTailRead,
    AfterTailRead,
    BeforePageRead,
    AfterPageRead,
    BeforeRetention,
    AfterRetention,
    BeforeBackfill,
    AfterBackfill,
    BeforeHeadRead,
    BeforeOther,
}

/// <summary>A store at whose steps a test can wait, fail and count. A failure after a step is an answer that got lost.</summary>
public sealed class HookedLogStore(ILogStore inner) : ILogStore
{
    private int _pageRows;
    private int _tailRows;

    /// <summary>Called at each step: what it throws, the node sees.</summary>
    public Func<StorePoint, Task>? Hook { get; set; }

    /// <summary>Whether the database cannot be reached.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether what this node appends is handed to its tail; else the tail reads it, as it reads what other nodes append.</summary>
    public bool HandsOver { get; set; } = true;

    /// <summary>How many rows pages have given.</summary>
    public int PageRows => _pageRows;

    /// <summary>How many rows the tail was given.</summary>
    public int TailRows => _tailRows;

    public async Task<AppendResult> AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeAppend);
        var result = await inner.AppendAsync(batch, cancellationToken);
        await AtAsync(StorePoint.AfterAppend);
        return result is AppendResult.Committed committed && !HandsOver ? committed with { Entries = null } : result;
    }

    public async Task<AppendState> ReadStateAsync(
        IReadOnlyCollection<string> articleIds, IReadOnlyCollection<RequestKey> requests, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeOther);
        var state = await inner.ReadStateAsync(articleIds, requests, cancellationToken);
        await AtAsync(StorePoint.AfterStateRead);
        return state;
    }

    public async Task<IReadOnlyList<LogEntry>> ReadTailAsync(long after, int maxCount, long maxBytes, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeTailRead);
        var entries = await inner.ReadTailAsync(after, maxCount, maxBytes, cancellationToken);
        Interlocked.Add(ref _tailRows, entries.Count);
        await AtAsync(StorePoint.AfterTailRead);
        return entries;
    }

    public async Task<LogPage> ReadPageAsync(PageQuery query, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforePageRead);
        var page = await inner.ReadPageAsync(query, cancellationToken);
        Interlocked.Add(ref _pageRows, page.Updates.Count);
        await AtAsync(StorePoint.AfterPageRead);
        return page;
    }

    public async Task<int> DropSupersededAsync(DateTimeOffset cutoff, int maxCount, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeRetention);
        var dropped = await inner.DropSupersededAsync(cutoff, maxCount, cancellationToken);
        await AtAsync(StorePoint.AfterRetention);
        return dropped;
    }

    public async Task<bool> WriteBackfillAsync(
        long streamKey, IReadOnlyList<BackfilledEntry> entries, long through, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeBackfill);
        var current = await inner.WriteBackfillAsync(streamKey, entries, through, cancellationToken);
        await AtAsync(StorePoint.AfterBackfill);
        return current;
    }

    public async Task<LogHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeHeadRead);
        return await inner.ReadHeadAsync(cancellationToken);
    }

    public Task<IReadOnlyList<StoredVocabulary>> ReadVocabulariesAsync(bool concepts, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadVocabulariesAsync(concepts, cancellationToken));

    public Task<StreamSet> ReadStreamsAsync(CancellationToken cancellationToken) => OtherAsync(() => inner.ReadStreamsAsync(cancellationToken));

    public Task<LogPosition> ReadPositionBeforeLastAsync(int count, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadPositionBeforeLastAsync(count, cancellationToken));

    public Task<LogPosition> ReadPositionAtAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadPositionAtAsync(time, cancellationToken));

    public Task<uint?> ReadCheckAsync(long number, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadCheckAsync(number, cancellationToken));

    public Task<(int Count, DateTimeOffset? Oldest)> CountAfterAsync(
        long streamKey, bool held, long after, int limit, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.CountAfterAsync(streamKey, held, after, limit, cancellationToken));

    public Task<byte[]?> ReadAcknowledgedAsync(ConsumerKey consumer, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadAcknowledgedAsync(consumer, cancellationToken));

    public Task<IReadOnlyList<Acknowledgement>> ListAcknowledgedAsync(CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ListAcknowledgedAsync(cancellationToken));

    public Task<int> DropRetiredAsync(int maxCount, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.DropRetiredAsync(maxCount, cancellationToken));

    public Task<DueArticles> ReadDueAsync(DateTimeOffset now, int maxCount, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadDueAsync(now, maxCount, cancellationToken));

    public Task<IReadOnlyList<LogEntry>> ReadHistoryAsync(long articleKey, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadHistoryAsync(articleKey, cancellationToken));

    public Task<IReadOnlyDictionary<long, MembershipState>> ReadMembershipAsync(
        long streamKey, IReadOnlyCollection<long> articleKeys, long through, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadMembershipAsync(streamKey, articleKeys, through, cancellationToken));

    public Task<LogHead> BeginEpochAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        OtherAsync(() => inner.BeginEpochAsync(now, cancellationToken));

    public Task<IReadOnlyList<TokenKey>> ReadTokenKeysAsync(CancellationToken cancellationToken) =>
        OtherAsync(() => inner.ReadTokenKeysAsync(cancellationToken));

    public async Task AddTokenKeyAsync(TokenKey key, CancellationToken cancellationToken)
    {
        await AtAsync(StorePoint.BeforeOther);
        await inner.AddTokenKeyAsync(key, cancellationToken);
    }

    /// <summary>A hook that stops the first caller at a step until the test lets it go on.</summary>
    public Checkpoint StopAt(StorePoint point)
    {
        var barrier = new Checkpoint();
        Hook = at => at == point ? barrier.PassAsync() : Task.CompletedTask;
        return barrier;
    }

    private async Task<T> OtherAsync<T>(Func<Task<T>> call)
    {
        await AtAsync(StorePoint.BeforeOther);
        return await call();
    }

    private async Task AtAsync(StorePoint point)
    {
        if (IsAway)
        {
            throw new StoreUnavailableException("The test has taken the database away.");
        }

        if (Hook is { } hook)
        {
            await hook(point);
        }
    }
}

/// <summary>Stops the first who comes, until it is opened.</summary>
public sealed class Checkpoint
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody stands at the checkpoint.</summary>
    public Task Reached => _reached.Task.WaitAsync(Eventually.Patience);

    /// <summary>Waits at the checkpoint.</summary>
    public async Task PassAsync()
    {
        _reached.TrySetResult();
        await _open.Task;
    }

    /// <summary>Lets everybody through from now on.</summary>
    public void Open() => _open.TrySetResult();
}
