using System.Text;
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
    /// <summary>A large batch is one segment of the index, where many small ones would be merged again and again.</summary>
    private const int BatchCount = 1000;
    private const long BatchBytes = 4 * 1024 * 1024;

    /// <summary>Entries that the tail has read and the index has not taken in; older ones are read from the store again.</summary>
    private const int FreshCount = 4096;
    private const long FreshBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long new entries gather while nobody searches: publishes that come one by one are indexed in bulk.</summary>
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(250);

    private readonly Waiter _waiter = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly Queue<LogEntry> _fresh = [];
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _reached;
    private long _freshBytes;

    /// <summary>Whether the last batch took everything that was there: what comes next may wait for more.</summary>
    private bool _gathering;

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
        tail.Added += Take;
        using var onCancelled = cancellationToken.Register(_waiter.Wake);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    var any = await IndexNextAsync(cancellationToken);
                    if (!any)
                    {
                        await _waiter.WaitAsync();
                    }

                    if (!any || _gathering)
                    {
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
            tail.Added -= Take;
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

        var entries = TakeFresh(position.Number) ?? await log.ReadTailAsync(position.Number, BatchCount, BatchBytes, cancellationToken);
        _gathering = entries.Count < BatchCount && SizeOf(entries) < BatchBytes;
        if (entries.Count == 0)
        {
            Reach(head.Position.Number);
            return false;
        }

        var records = entries.Select(entry => entry.Article).OfType<ArticleRecord>().GroupBy(record => record.ArticleKey).Select(group => group.Last());
        var contents = entries.Where(entry => entry.Content is not null)
            .GroupBy(entry => (entry.Article!.ArticleKey, entry.Content!.Version))
            .ToDictionary(group => group.Key, group => group.First().Content!);

        // The entry that begins an article: the index cannot know it yet.
        var news = entries.Where(entry => entry is { Kind: EntryKind.Published, Version: 1 }).Select(entry => entry.Article!.ArticleKey).ToHashSet();
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
                news.Contains(record.ArticleKey),
                open is null ? null : ArticleText.Of(open),
                held is null ? null : ArticleText.Of(held),
                open is null ? null : HeadlineOf(open),
                open is null ? [] : NeighborsOf(open)));
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

    /// <summary>Keeps what the tail has read, so that it is not read twice.</summary>
    private void Take(IReadOnlyList<LogEntry> entries)
    {
        lock (_fresh)
        {
            foreach (var entry in entries)
            {
                _fresh.Enqueue(entry);
                _freshBytes += WindowEntry.SizeOf(entry);
            }

            while (_fresh.Count > FreshCount || _freshBytes > FreshBytes)
            {
                _freshBytes -= WindowEntry.SizeOf(_fresh.Dequeue());
            }
        }

        _waiter.Wake();
    }

    /// <summary>The next entries, as the tail has read them.</summary>
    /// <returns>Null when they are not in memory.</returns>
    private List<LogEntry>? TakeFresh(long after)
    {
        lock (_fresh)
        {
            var taken = new List<LogEntry>();
            var bytes = 0L;
            while (_fresh.TryPeek(out var entry) && entry.Number <= after + 1 && taken.Count < BatchCount && bytes < BatchBytes)
            {
                _fresh.Dequeue();
                _freshBytes -= WindowEntry.SizeOf(entry);
                if (entry.Number == after + 1)
                {
                    taken.Add(entry);
                    bytes += WindowEntry.SizeOf(entry);
                    after++;
                }
            }

            return taken.Count > 0 ? taken : null;
        }
    }

    private static long SizeOf(IReadOnlyList<LogEntry> entries) => entries.Sum(entry => (long)WindowEntry.SizeOf(entry));

    private static HeadlineKey HeadlineOf(EncodedArticle article)
    {
        var field = new WireFields(article.Head);
        while (field.MoveNext())
        {
            if (field.Number == Article.HeadlineFieldNumber)
            {
                return HeadlineKey.Of(Encoding.UTF8.GetString(field.Content));
            }
        }

        return HeadlineKey.Of("");
    }

    /// <summary>The headlines by which an article names the ones before and after it.</summary>
    private static List<(LinkRelation Relation, HeadlineKey Headline)> NeighborsOf(EncodedArticle article)
    {
        var neighbors = new List<(LinkRelation, HeadlineKey)>();
        var field = new WireFields(article.Head);
        while (field.MoveNext())
        {
            if (field.Number == Article.LinksFieldNumber
                && Link.Parser.ParseFrom(field.Content) is { Relation: LinkRelation.Previous or LinkRelation.Next, ArticleId.Length: 0, Headline.Length: > 0 } link
                && (link.Relation, HeadlineKey.Of(link.Headline)) is var neighbor && !neighbors.Contains(neighbor))
            {
                neighbors.Add(neighbor);
            }
        }

        return neighbors;
    }

    private async ValueTask<EncodedArticle?> ReadAsync(
        ArticleRecord record, int version, Dictionary<(long ArticleKey, int Version), EncodedArticle> contents, CancellationToken cancellationToken) =>
        contents.GetValueOrDefault((record.ArticleKey, version))
            ?? (await articles.ReadAsync(record.ArticleId, version, held: true, cancellationToken))?.Content;

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
