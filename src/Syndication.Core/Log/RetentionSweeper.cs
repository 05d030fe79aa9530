using Microsoft.Extensions.Logging;

namespace Syndication.Log;

/// <summary>Drops superseded entries when they have been kept long enough. Does nothing where retention is unlimited.</summary>
public sealed partial class RetentionSweeper(ILogStore store, RetentionOptions options, TimeProvider time, ILogger<RetentionSweeper> logger)
{
    private const int BatchCount = 1000;

    /// <summary>Runs until cancelled. A fault is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Retention is not { } retention)
        {
            return;
        }

        // Often enough that an entry outlives its time by a tenth, at most an hour.
        var interval = TimeSpan.FromTicks(Math.Clamp(retention.Ticks / 10, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour));
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFault(logger, exception);
            }

            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Drops what has been kept long enough now.</summary>
    /// <returns>How many entries were dropped.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (options.Retention is not { } retention)
        {
            return 0;
        }

        var cutoff = time.GetUtcNow() - retention;
        var total = 0;
        while (true)
        {
            // In small transactions: publishes go in between.
            var dropped = await store.DropSupersededAsync(cutoff, BatchCount, cancellationToken);
            total += dropped;
            if (dropped < BatchCount)
            {
                if (total > 0)
                {
                    LogDropped(logger, total, cutoff);
                }

                return total;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention dropped {Count} superseded updates from before {Cutoff}")]
    private static partial void LogDropped(ILogger logger, int count, DateTimeOffset cutoff);

    [LoggerMessage(Level = LogLevel.Error, Message = "Retention could not be applied; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}

/// <summary>How long superseded entries are kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>Null, the default: for ever.</summary>
    public TimeSpan? Retention { get; init; }
}
