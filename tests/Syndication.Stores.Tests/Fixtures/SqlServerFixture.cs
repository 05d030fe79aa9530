using System.Collections.Concurrent;
using Microsoft.Data.SqlClient;
using Syndication.SqlServer;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>
/// A database on the server that <c>SYNDICATION_TEST_SQLSERVER</c> names. Databases are made as needed, emptied and used again
/// by later tests, because making one takes longer than most tests, and dropped when the process ends.
/// </summary>
/// <param name="versioning">Whether READ_COMMITTED_SNAPSHOT is on.</param>
public sealed class SqlServerFixture(bool versioning = true) : StoreFixture
{
    private const string Variable = "SYNDICATION_TEST_SQLSERVER";

    private static readonly ConcurrentDictionary<bool, ConcurrentBag<string>> Free = new();
    private static readonly ConcurrentBag<string> Created = [];
    private static readonly Lazy<string?> WhyNoVersioning = new(TryVersioning);
    private static readonly string? Server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    private static readonly string[] Tables =
    [
        "log_entries", "articles", "article_versions", "requests", "streams", "stream_filters", "stream_entries", "consumers", "token_keys",
        "public_text", "held_text", "partners", "api_keys", "key_uses", "usage_days", "headlines", "links", "log_epochs", "log_state", "index_state",
        "deliveries", "article_reads", "withdrawal_sends", "withdrawal_confirmations", "stream_contacts", "dropped_memberships", "audit_events", "webhooks",
        "webhook_attempts", "webhook_requests",
    ];

    /// <summary>One at a time: not every server can make two databases at once.</summary>
    private static readonly SemaphoreSlim Creating = new(1, 1);

    private string? _database;
    private int _backups;

    static SqlServerFixture() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DropAll();

    public override void SkipUnlessThere()
    {
        Assert.SkipWhen(Server is null, $"{Variable} is not set: a connection string of a SQL Server on which databases may be created.");
        Assert.SkipWhen(!versioning && WhyNoVersioning.Value is not null, $"The server cannot switch READ_COMMITTED_SNAPSHOT: {WhyNoVersioning.Value}");
    }

    public override async Task CreateAsync()
    {
        SkipUnlessThere();
        if (Free.GetOrAdd(versioning, _ => []).TryTake(out _database))
        {
            return;
        }

        await Creating.WaitAsync();
        try
        {
            _database = $"syndication_test_{Guid.NewGuid():N}";
            await ExecuteAsync(Connection("master"), $"CREATE DATABASE {_database}");
            Created.Add(_database);
            if (WhyNoVersioning.Value is null)
            {
                await ExecuteAsync(Connection("master"), SetVersioning(_database, versioning));
            }

            await SqlServerMigrator.MigrateAsync(new SqlServerDatabase(Options()), TimeProvider.System);
        }
        finally
        {
            Creating.Release();
        }
    }

    public override StoreHandle Open()
    {
        var database = new SqlServerDatabase(Options());
        return new StoreHandle(
            new SqlServerLogStore(database), new SqlServerArticleStore(database), new SqlServerAccessStore(database),
            new SqlServerDeliveryStore(database), new SqlServerAuditStore(database), new SqlServerWebhookStore(database),
            new SqlServerTextIndex(database, TimeProvider.System), null);
    }

    public override async Task<string> BackupAsync()
    {
        // Tables beside the tables: no server's own backup can be used on all of them, and this one needs no files.
        var suffix = $"_backup{++_backups}";
        await ExecuteAsync(ConnectionString, string.Join('\n', Tables.Select(table => $"SELECT * INTO dbo.{table}{suffix} FROM dbo.{table};")));
        return suffix;
    }

    public override Task RestoreAsync(string backup) => ExecuteAsync(
        ConnectionString, string.Join('\n', Tables.Select(table => $"DELETE FROM dbo.{table}; INSERT INTO dbo.{table} SELECT * FROM dbo.{table}{backup};")));

    public override IDisposable LockForWriting()
    {
        var connection = new SqlConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN TRANSACTION; UPDATE dbo.log_state SET head = head WHERE id = 1;";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>How many rows a table has.</summary>
    public async Task<long> CountAsync(string table)
    {
        await using var connection = new SqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT_BIG(*) FROM dbo.{table};";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_database is null)
        {
            return;
        }

        var drop = Enumerable.Range(1, _backups).SelectMany(backup => Tables.Select(table => $"DROP TABLE dbo.{table}_backup{backup};"));
        await ExecuteAsync(
            ConnectionString,
            $"""
            {string.Join('\n', drop)}
            {string.Join('\n', Tables.Select(table => $"DELETE FROM dbo.{table};"))}
            INSERT INTO dbo.log_state (id, head, head_check, commit_time_us, streams_number, floor_number, sweeps, epoch) VALUES (1, 0, 0, 0, 0, 0, 0, 1);
            INSERT INTO dbo.log_epochs (epoch, epoch_id, begins_after, begin_time_us) VALUES (1, NEWID(), 0, 0);
            INSERT INTO dbo.index_state (id, epoch_id, number, has_texts) VALUES (1, '00000000-0000-0000-0000-000000000000', 0, 0);
            """);
        Free[versioning].Add(_database);
    }

    private string ConnectionString => Connection(_database!);

    private static string Connection(string database) =>
        new SqlConnectionStringBuilder(Server) { InitialCatalog = database, Pooling = false }.ToString();

    private SqlServerOptions Options() => new()
    {
        ConnectionString = new SqlConnectionStringBuilder(Server) { InitialCatalog = _database }.ToString(),
        CommandTimeout = TimeSpan.FromSeconds(10),
    };

    private static string SetVersioning(string database, bool on) =>
        $"ALTER DATABASE {database} SET READ_COMMITTED_SNAPSHOT {(on ? "ON" : "OFF")} WITH ROLLBACK IMMEDIATE";

    private static string? TryVersioning()
    {
        var database = $"syndication_test_{Guid.NewGuid():N}";
        try
        {
            ExecuteAsync(Connection("master"), $"CREATE DATABASE {database}").GetAwaiter().GetResult();
            Created.Add(database);
            ExecuteAsync(Connection("master"), SetVersioning(database, on: false)).GetAwaiter().GetResult();
            return null;
        }
        catch (SqlException exception)
        {
            return exception.Message;
        }
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 60;
        await command.ExecuteNonQueryAsync();
    }

    private static void DropAll()
    {
        SqlConnection.ClearAllPools();
        foreach (var database in Created)
        {
            try
            {
                ExecuteAsync(Connection("master"), $"DROP DATABASE {database}").GetAwaiter().GetResult();
            }
            catch (SqlException)
            {
                // Somebody still looks at it: it is left to whoever owns the server.
            }
        }
    }
}
