using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Log;

namespace Syndication.Sqlite;

/// <summary>
/// The connections to one database file: one that writes, many that read. WAL, so that readers and the writer do not wait
/// for each other, and <c>synchronous=FULL</c>, so that what was answered survives power loss.
/// </summary>
public sealed class SqliteDatabase(SqliteOptions options, StoreMetrics? metrics = null) : IDisposable
{
    /// <summary>There are several readers, and the operating system caches the file for all of them; but each of its pages costs a call.</summary>
    private const int ReaderCacheKibibytes = 16 * 1024;

    private const int WriterCacheKibibytes = 32 * 1024;

    /// <summary>The one that was used last is used next: its cache is the warmest.</summary>
    private readonly Stack<StoreConnection> _readers = [];
    private readonly Lock _pool = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private StoreConnection? _writer;
    private volatile bool _disposed;

    static SqliteDatabase() => SqliteLibrary.Prepare();

    /// <summary>The database file.</summary>
    public string Path => options.Path;

    /// <summary>Runs a read in a transaction, so that all its statements see one state of the database.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public T Read<T>(Func<StoreConnection, T> read)
    {
        StoreConnection? connection = null;
        try
        {
            lock (_pool)
            {
                _readers.TryPop(out connection);
            }

            connection ??= Open();
            metrics?.OnTransaction();
            connection.Begin();
            var result = read(connection);
            connection.End();
            Return(ref connection);
            return result;
        }
        catch (SqliteException exception) when (IsUnavailable(exception))
        {
            throw Unavailable(exception);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>
    /// Runs a write in an IMMEDIATE transaction: a deferred one that writes after reading waits out its whole timeout on a
    /// conflict that cannot clear. Rolled back when <paramref name="write"/> returns false in its first part or throws.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached; whether the write took effect is not known.</exception>
    public async Task<T> WriteAsync<T>(Func<StoreConnection, SqliteTransaction, (bool Commit, T Result)> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _writer ??= Open(WriterCacheKibibytes);
            metrics?.OnTransaction();
            using var transaction = _writer.BeginTransaction(deferred: false);
            var (commit, result) = write(_writer, transaction);
            if (commit)
            {
                transaction.Commit();
            }

            return result;
        }
        catch (SqliteException exception) when (IsUnavailable(exception))
        {
            // After an input/output error the connection's state is not to be trusted.
            _writer?.Dispose();
            _writer = null;
            throw Unavailable(exception);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Opens a connection of the store's kind.</summary>
    public StoreConnection Open(int cacheKibibytes = ReaderCacheKibibytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path))!);
        var connection = new StoreConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Pooling = false,
            DefaultTimeout = (int)options.BusyTimeout.TotalSeconds,
        }.ToString(), metrics);
        connection.Open();

        // SQLite's own wait backs off in fractions of a millisecond; the driver's would sleep for 150 ms at a time.
        // Checkpoints run elsewhere (SqliteCheckpointer), never inside a commit.
        connection.Execute(
            $"""
            PRAGMA busy_timeout = {(int)options.BusyTimeout.TotalMilliseconds};
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = {options.Synchronous};
            PRAGMA wal_autocheckpoint = {(options.AutoCheckpoint ? 1000 : 0)};
            PRAGMA cache_size = -{cacheKibibytes};
            PRAGMA temp_store = MEMORY;
            """);
        return connection;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A commit that is under way ends first.
        _writing.Wait();
        _disposed = true;
        _writer?.Dispose();
        lock (_pool)
        {
            while (_readers.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }

        _writing.Dispose();
    }

    private static StoreUnavailableException Unavailable(SqliteException exception) =>
        new($"The database does not answer (SQLite error {exception.SqliteErrorCode}).", exception);

    /// <summary>Faults of the environment, not of a statement: SQLITE_BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.</summary>
    private static bool IsUnavailable(SqliteException exception) => exception.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14 or 15 or 26;

    private void Return(ref StoreConnection? connection)
    {
        lock (_pool)
        {
            if (!_disposed)
            {
                _readers.Push(connection!);
                connection = null;
            }
        }
    }
}
