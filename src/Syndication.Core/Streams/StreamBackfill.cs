using Microsoft.Extensions.Logging;
using Syndication.Log;
using Syndication.Tail;

namespace Syndication.Streams;

/// <summary>
/// Searches the archive for the articles of streams that are new or have a new filter, in the order of the log, a page at a
/// time, each page with its progress in one transaction: an interrupted search goes on where it was.
/// </summary>
public sealed partial class StreamBackfill(ILogStore store, LogTail tail, TimeProvider time, ILogger<StreamBackfill> logger)
{
    private const int PageCount = 500;
    private const long PageBytes = 4 * 1024 * 1024;

    /// <summary>How often new streams are looked for.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs until cancelled. A fault is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var cleaned = -1L;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (cleaned != tail.Streams.StreamsNumber)
                {
                    var number = tail.Streams.StreamsNumber;
                    await DropRetiredAsync(cancellationToken);
                    cleaned = number;
                }

                foreach (var stream in tail.Streams.Streams.Where(stream => !stream.IsBackfilled))
                {
                    await SearchAsync(new CompiledStream(stream, StreamFilter.Compile(stream.Filter)), cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFault(logger, exception);
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DropRetiredAsync(CancellationToken cancellationToken)
    {
        while (await store.DropRetiredAsync(PageCount, cancellationToken) == PageCount)
        {
            // In small transactions: publishes go in between.
        }
    }

    /// <summary>Searches the archive for one stream, from where the search has come to its end.</summary>
    public async Task SearchAsync(CompiledStream stream, CancellationToken cancellationToken)
    {
        var definition = stream.Definition;
        var through = definition.BackfilledThrough;
        while (through < definition.SinceNumber)
        {
            var entries = await store.ReadTailAsync(through, PageCount, PageBytes, cancellationToken);
            var page = entries.TakeWhile(entry => entry.Number < definition.SinceNumber).ToList();
            var keys = page.Select(entry => entry.Article?.ArticleKey).OfType<long>().ToHashSet();
            var known = await store.ReadMembershipAsync(definition.StreamKey, keys, through, cancellationToken);
            var states = known.ToDictionary();
            var found = new List<BackfilledEntry>();
            foreach (var entry in page.Where(entry => entry.Article is not null))
            {
                var key = entry.Article!.ArticleKey;
                var (after, open, held) = stream.Apply(states.GetValueOrDefault(key), entry);
                states[key] = after;
                if (open != MembershipAction.None || held != MembershipAction.None)
                {
                    found.Add(new BackfilledEntry(entry.Number, key, open, held));
                }
            }

            // Where the page reaches the stream's own entry there is nothing left to search.
            through = page.Count < entries.Count || entries.Count == 0 ? definition.SinceNumber : page[^1].Number;
            if (!await store.WriteBackfillAsync(definition.StreamKey, found, through, cancellationToken))
            {
                return;
            }

            tail.Poke();
        }

        LogDone(logger, definition.StreamId, definition.SinceNumber);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The archive up to number {Number} has been searched for stream {Stream}")]
    private static partial void LogDone(ILogger logger, string stream, long number);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive could not be searched for a stream; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
