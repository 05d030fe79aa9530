using Microsoft.Data.Sqlite;
using Syndication.Sqlite;

namespace Syndication.Stores.Tests.Fixtures;

public sealed class SqliteFixture : StoreFixture
{
    /// <summary>Migrating takes longer than most tests: it is done once, and the file is copied.</summary>
    private static readonly Lazy<byte[]> Migrated = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("syndication-");
        try
        {
            var path = Path.Combine(folder.FullName, "empty.db");
            SqliteMigrator.Migrate(path);
            using (var connection = new SqliteConnection($"Data Source={path};Pooling=false"))
            {
                connection.Open();
                using var command = connection.CreateCommand();

                // The file alone, without a write-ahead log beside it.
                command.CommandText = "PRAGMA journal_mode = DELETE";
                command.ExecuteNonQuery();
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    });

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("syndication-");
    private int _backups;

    public string DatabasePath => Path.Combine(_folder.FullName, "syndication.db");

    public override Task CreateAsync() => File.WriteAllBytesAsync(DatabasePath, Migrated.Value);

    public override StoreHandle Open()
    {
        var options = new SqliteOptions { Path = DatabasePath, BusyTimeout = TimeSpan.FromSeconds(5) };
        SqliteMigrator.MigrateSearch(SqliteSearchDatabase.PathOf(options));
        var database = new SqliteDatabase(options);
        var search = new SqliteSearchDatabase(options);
        return new StoreHandle(
            new SqliteLogStore(database),
            new SqliteArticleStore(database),
            new SqliteAccessStore(database),
            new SqliteDeliveryStore(database),
            new SqliteAuditStore(database),
            new SqliteWebhookStore(database),
            new SqliteTextIndex(search),
            new Connections(database, search));
    }

    public override Task<string> BackupAsync()
    {
        var copy = Path.Combine(_folder.FullName, $"backup-{++_backups}.db");
        using var source = Connect();
        using var command = source.CreateCommand();
        command.CommandText = "VACUUM INTO $copy";
        command.Parameters.AddWithValue("$copy", copy);
        command.ExecuteNonQuery();
        return Task.FromResult(copy);
    }

    public override Task RestoreAsync(string backup)
    {
        File.Delete(DatabasePath + "-wal");
        File.Delete(DatabasePath + "-shm");
        File.Copy(backup, DatabasePath, overwrite: true);
        return Task.CompletedTask;
    }

    public override Task RestoreUnderNodesAsync(string backup)
    {
        // SQLite's own way of overwriting a database that is in use: other connections see all of it, or nothing.
        using var source = new SqliteConnection($"Data Source={backup};Pooling=false");
        source.Open();
        using var destination = Connect();
        source.BackupDatabase(destination);
        return Task.CompletedTask;
    }

    public override IDisposable LockForWriting()
    {
        var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>How many rows a table has.</summary>
    public Task<long> CountAsync(string table)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return Task.FromResult((long)command.ExecuteScalar()!);
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=false");
        connection.Open();
        return connection;
    }

    private sealed class Connections(SqliteDatabase database, SqliteSearchDatabase search) : IDisposable
    {
        public void Dispose()
        {
            search.Dispose();
            database.Dispose();
        }
    }
}
