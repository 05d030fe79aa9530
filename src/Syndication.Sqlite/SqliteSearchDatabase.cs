namespace Syndication.Sqlite;

/// <summary>
/// The database file of the full-text index: beside the log's, with the ending <c>.search</c>. Commits are not forced to the
/// disk: what a power loss takes is indexed again.
/// </summary>
public sealed class SqliteSearchDatabase(SqliteOptions log) : IDisposable
{
    private readonly SqliteDatabase _database = new(
        new SqliteOptions { Path = PathOf(log), BusyTimeout = log.BusyTimeout, Synchronous = "NORMAL", AutoCheckpoint = true });

    /// <summary>The index's file.</summary>
    public static string PathOf(SqliteOptions log) => log.Path + ".search";

    /// <inheritdoc cref="SqliteDatabase.Read"/>
    public T Read<T>(Func<StoreConnection, T> read) => _database.Read(read);

    /// <inheritdoc cref="SqliteDatabase.WriteAsync"/>
    public Task<T> WriteAsync<T>(
        Func<StoreConnection, Microsoft.Data.Sqlite.SqliteTransaction, (bool Commit, T Result)> write,
        CancellationToken cancellationToken) => _database.WriteAsync(write, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();
}
