using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Syndication.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database, off the commit path: a checkpoint inside a commit makes the slowest
/// publishes several times slower. Runs when the log has grown by <see cref="SqliteOptions.CheckpointBytes"/>.
/// </summary>
public sealed partial class SqliteCheckpointer(
    SqliteDatabase database, SqliteOptions options, TimeProvider time, ILogger<SqliteCheckpointer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Checkpoint();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Checkpoint()
    {
        var file = new FileInfo(database.Path + "-wal");
        if (!file.Exists || file.Length < options.CheckpointBytes)
        {
            return;
        }

        try
        {
            using var connection = database.Open();

            // Passive copies what no reader needs and waits for nobody. When the log stays long all the same, because pages
            // at its end were always in use, it is truncated: that waits for readers, for a moment.
            var mode = file.Length > 8 * options.CheckpointBytes ? "TRUNCATE" : "PASSIVE";
            connection.Execute($"PRAGMA wal_checkpoint({mode})");
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            LogFailed(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A checkpoint of the write-ahead log failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
