using Microsoft.Extensions.Logging;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Tail;

/// <summary>What other nodes, and restores, do to the log.</summary>
public sealed partial class LogTail
{
    private TimeSpan _poll = options.MinPollInterval;
    private bool _isWarm;

    /// <summary>Whether the database was away: it may have been replaced by an older copy.</summary>
    private bool _inDoubt;

    private long _headLooked;

    /// <summary>Whether the archive is searched for a stream, by whichever node: progress is no entry of the log.</summary>
    private bool IsSearching => _set.Streams.Any(stream => !stream.IsBackfilled);

    /// <summary>
    /// Begins a new incarnation of the log: a reader, or this node, has been further than the log goes, so it was restored
    /// from a backup. Once for many who notice at the same time.
    /// </summary>
    /// <param name="before">The incarnation in which it was noticed: nothing is done in a later one.</param>
    public async Task<LogHead> BeginEpochAsync(int before, CancellationToken cancellationToken)
    {
        await _beginning.WaitAsync(cancellationToken);
        try
        {
            var head = await RefreshHeadAsync(cancellationToken);
            return head.Epoch > before ? head : LogHead = await store.BeginEpochAsync(time.GetUtcNow(), cancellationToken);
        }
        finally
        {
            _beginning.Release();
            Poke();
        }
    }

    /// <summary>How long ago this node last looked whether others have written: everything that was committed before has been read or is about to be.</summary>
    public TimeSpan SinceLook => time.GetElapsedTime(Interlocked.Read(ref _headLooked));

    /// <summary>How long to wait for news before others' are looked for: soon after there was some, then less and less often.</summary>
    private TimeSpan NextPoll()
    {
        var next = _poll < options.PollInterval ? _poll : options.PollInterval;
        _poll = next * 2;
        return next;
    }

    /// <summary>Reads the log's head, and makes sure that what this node has read is still part of the log.</summary>
    /// <returns>Whether there is something to read.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var head = await RefreshHeadAsync(cancellationToken);
        if (await IsReplacedAsync(head, cancellationToken))
        {
            LogReplaced(logger, Head.Number, head.Position.Number);
            if (head.Epoch == Reached.Epoch)
            {
                await BeginEpochAsync(head.Epoch, cancellationToken);
            }

            // Nothing of the old window may be given out as if the log went on from it. Readers come back with their cursors,
            // of which each is checked: those up to the fork go on, the others are told that their part is lost.
            foreach (var stream in _streams.Values)
            {
                stream.End(new Rejection(ErrorReason.StoreUnavailable, "The database was restored from a backup: resume from the last cursor."));
            }

            _isWarm = false;
            return true;
        }

        _inDoubt = false;
        Interlocked.Exchange(ref _headLooked, started);
        return head.Position.Number > Head.Number;
    }

    private async Task<bool> IsReplacedAsync(LogHead head, CancellationToken cancellationToken)
    {
        var (position, epoch) = Reached;
        if (head.Position.Number < position.Number || head.Epoch < epoch)
        {
            return true;
        }

        for (var past = epoch; past < head.Epoch; past++)
        {
            if (head.Forks[past] < position.Number)
            {
                return true;
            }
        }

        var check = head.Position.Number == position.Number ? head.Position.Check
            : _inDoubt ? await store.ReadCheckAsync(position.Number, cancellationToken)
            : null;
        return position.Check != 0 && check is { } found && found != position.Check;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node has read up to number {Reached}, the log ends at {Head} and has another past: it was restored from a backup")]
    private static partial void LogReplaced(ILogger logger, long reached, long head);
}
