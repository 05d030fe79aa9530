using Microsoft.Extensions.Logging;
using Syndication.Log;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Publishing;

/// <summary>
/// Lifts embargoes and ends times of use when they are due: each once, as an entry of the log, whichever nodes try. What a
/// reader may see follows that entry, never a comparison of clocks, so a clock that steps back undoes nothing.
/// </summary>
public sealed partial class ArticleClock(ILogStore store, LogAppender appender, LogTail tail, TimeProvider time, ILogger<ArticleClock> logger)
{
    private const int MaxDue = 500;

    /// <summary>Another node may set an embargo at any time: no wait is longer. Keeps the promise of at most a second's delay.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);

    private volatile bool _refused;

    /// <summary>Runs until cancelled. A fault is logged and tried again.</summary>
    /// <remarks>Any node does what is due, also what was set on one that is gone. The database is asked only when the log has moved.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        var asOf = -1L;
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = MaxWait;
            try
            {
                // Where the tail knows that nothing was committed since, what was read then is still so.
                var head = tail.Head.Number;
                if (head != asOf || tail.SinceLook > MaxWait || next <= time.GetUtcNow())
                {
                    _refused = false;
                    next = await RunDueAsync(cancellationToken);
                    asOf = _refused ? -1 : head;
                }

                if (next - time.GetUtcNow() is { } left && left < wait)
                {
                    // Timers count milliseconds and may be a little early: a moment late is within the promise, early is not.
                    wait = left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
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

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lifts and ends what is due now.</summary>
    /// <returns>When the next is due; null when none is set.</returns>
    public async Task<DateTimeOffset?> RunDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = await store.ReadDueAsync(LogTime.Floor(time.GetUtcNow()), MaxDue, cancellationToken);

            // An embargo first: the version that it held decides when the article expires.
            await AppendAsync(due.Embargoes.Select(id => new LiftCommand { Id = id, Fingerprint = [] }), cancellationToken);
            await AppendAsync(due.Expiries.Select(id => new ExpireCommand { Id = id, Fingerprint = [] }), cancellationToken);
            if (due.Embargoes.Count < MaxDue && due.Expiries.Count < MaxDue)
            {
                return due.Next;
            }
        }
    }

    private async Task AppendAsync(IEnumerable<LogCommand> commands, CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(commands.Select(command => appender.AppendAsync(command, cancellationToken)));
        foreach (var outcome in outcomes)
        {
            // Another node, or the desk, was first with a kill: nothing is left to do.
            if (outcome.Rejection is { Reason: not ErrorReason.ArticleWithdrawn } rejection)
            {
                _refused = true;
                LogRefused(logger, rejection.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Embargoes and expiries could not be looked up; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "An embargo or expiry could not be carried out: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
