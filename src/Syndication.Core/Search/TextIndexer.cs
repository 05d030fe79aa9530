using Microsoft.Extensions.Logging;
using Syndication.Articles;
using Syndication.Log;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Search;

/// <summary>Keeps the full-text index up with the log, a bounded batch at a time. Any number of nodes may run one.</summary>
public sealed partial class TextIndexer(
    ILogStore log, IArticleStore articles, ITextIndex index, LogTail tail, TimeProvider time, ILogger<TextIndexer> logger) : IDisposable
{
    private const int BatchCount = 200;
    private const long BatchBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long new entries gather while nobody searches: publishes that come one by one are indexed in bulk.</summary>
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(250);

    private readonly Waiter _waiter = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _reached;

    /// <summary>Waits until everything up to an entry is indexed.</summary>
    /// <returns>False when that takes longer than <paramref name="patience"/>: the index is behind.</returns>
    public async Task<bool> WaitForAsync(long number, TimeSpan patience, CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp();
        while (true)
        {
            // Taken before the look: progress after it completes the task.
            var progress = _progress.Task;
            if (Interlocked.Read(ref _reached) >= number)
            {
                return true;
            }

            _wanted.Release();
            var left = patience - time.GetElapsedTime(deadline);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            try
            {
                await progress.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    /// <summary>Runs until cancelled. A fault is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        tail.Added += _waiter.Wake;
        using var onCancelled = cancellationToken.Register(_waiter.Wake);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    if (!await IndexNextAsync(cancellationToken))
                    {
                        await _waiter.WaitAsync();
                        await _wanted.WaitAsync(GatherTime, cancellationToken);
                    }
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception exception)
                {
                    LogFault(logger, exception);
                    await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            tail.Added -= _waiter.Wake;
        }
    }

    /// <summary>Takes in the next entries of the log.</summary>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> IndexNextAsync(CancellationToken cancellationToken)
    {
        var position = await index.ReadPositionAsync(cancellationToken);
        var head = await log.ReadHeadAsync(cancellationToken);
        if (position.EpochId != head.EpochId || position.Number > head.Position.Number)
        {
            if (position.EpochId != Guid.Empty)
            {
                LogRebuilt(logger);
            }

            await index.ClearAsync(head.EpochId, cancellationToken);
            return true;
        }

        var entries = await log.ReadTailAsync(position.Number, BatchCount, BatchBytes, cancellationToken);
        if (entries.Count == 0)
        {
            Reach(head.Position.Number);
            return false;
        }

        var records = entries.Select(entry => entry.Article).OfType<ArticleRecord>().GroupBy(record => record.ArticleKey).Select(group => group.Last());
        var contents = entries.Where(entry => entry.Content is not null)
            .GroupBy(entry => (entry.Article!.ArticleKey, entry.Content!.Version))
            .ToDictionary(group => group.Key, group => group.First().Content!);
        var indexed = new List<IndexedArticle>();
        foreach (var record in records)
        {
            // As the article is now, not as it was then: a later entry of it changes nothing more.
            var isPublic = record.PublicVersion > 0 && record.BlankedFor(heldTexts: false) is null;
            var isHeld = !record.Withdrawn && (!isPublic || record.LatestVersion > record.PublicVersion);
            var open = isPublic ? await ReadAsync(record, record.PublicVersion, contents, cancellationToken) : null;
            var held = isHeld ? await ReadAsync(record, record.LatestVersion, contents, cancellationToken) : null;
            indexed.Add(new IndexedArticle(
                record.ArticleKey,
                open is null ? null : ArticleText.Of(open),
                held is null ? null : ArticleText.Of(held),
                open is null ? null : HeadlineKey.Of(open.Headline),
                open is null ? [] : [.. open.Links.Where(IsNeighbor).Select(link => (link.Relation, HeadlineKey.Of(link.Headline))).Distinct()]));
        }

        var after = position with { Number = entries[^1].Number };
        if (await index.WriteAsync(indexed, position, after, cancellationToken))
        {
            Reach(after.Number);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _wanted.Dispose();

    private static bool IsNeighbor(Link link) =>
        link.Relation is LinkRelation.Previous or LinkRelation.Next && link.ArticleId.Length == 0 && link.Headline.Length > 0;

    private async Task<Article?> ReadAsync(
        ArticleRecord record, int version, Dictionary<(long ArticleKey, int Version), EncodedArticle> contents, CancellationToken cancellationToken)
    {
        var content = contents.GetValueOrDefault((record.ArticleKey, version))
            ?? (await articles.ReadAsync(record.ArticleId, version, held: true, cancellationToken))?.Content;
        return content?.Decode(desk: false);
    }

    private void Reach(long number)
    {
        Interlocked.Exchange(ref _reached, number);
        Interlocked.Exchange(ref _progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The full-text index is of another log; it is made anew")]
    private static partial void LogRebuilt(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The full-text index could not be written; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
