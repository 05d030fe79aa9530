using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Syndication.Log;

namespace Syndication;

/// <summary>
/// Writes small things together: what arrives while one transaction runs shares the next. There is no timer, so a lone one
/// waits for nothing.
/// </summary>
/// <param name="writeAsync">Writes all of it in one transaction, in order, or nothing.</param>
/// <param name="logger">Told of faults.</param>
public sealed partial class GroupWriter<T>(Func<IReadOnlyList<T>, Task> writeAsync, ILogger logger)
{
    private const int MaxItems = 512;

    /// <summary>Beyond this the caller is told that the database does not answer; nothing is lost silently.</summary>
    private const int QueueCapacity = 8192;

    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    /// <summary>Writes one.</summary>
    /// <returns>Completes when it is on disk.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be reached; whether it was written is not known.</exception>
    public Task WriteAsync(T item, CancellationToken cancellationToken)
    {
        var pending = new Pending(item);
        return _queue.Writer.TryWrite(pending)
            ? pending.Completion.Task.WaitAsync(cancellationToken)
            : throw new StoreUnavailableException("Too much is waiting for the database, or the server is going down.");
    }

    /// <summary>Runs until cancelled; what is queued by then is still written.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var group = new List<Pending>();
        using var ending = cancellationToken.Register(() => _queue.Writer.TryComplete());
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            group.Clear();
            while (group.Count < MaxItems && _queue.Reader.TryRead(out var pending))
            {
                group.Add(pending);
            }

            await WriteGroupAsync(group);
        }
    }

    private async Task WriteGroupAsync(IReadOnlyList<Pending> group)
    {
        try
        {
            await writeAsync([.. group.Select(pending => pending.Item)]);
            foreach (var pending in group)
            {
                pending.Completion.TrySetResult();
            }
        }
        catch (Exception exception) when (exception is not StoreUnavailableException && group.Count > 1)
        {
            // One item's fault must not be the others': each gets a transaction of its own.
            LogRetriedSingly(logger, group.Count, exception);
            foreach (var pending in group)
            {
                await WriteGroupAsync([pending]);
            }
        }
        catch (Exception exception)
        {
            foreach (var pending in group)
            {
                pending.Completion.TrySetException(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} writes failed; each is tried by itself")]
    private static partial void LogRetriedSingly(ILogger logger, int count, Exception exception);

    private sealed class Pending(T item)
    {
        public T Item { get; } = item;

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
