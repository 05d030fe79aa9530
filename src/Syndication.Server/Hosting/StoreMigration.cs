using Syndication.Sqlite;
using Syndication.SqlServer;

namespace Syndication.Server.Hosting;

/// <summary>Brings the store's database to the current schema.</summary>
internal interface IStoreMigration
{
    /// <summary>The database, for people.</summary>
    string Database { get; }

    /// <summary>Applies what is missing.</summary>
    /// <returns>The names of the scripts that were applied, in order.</returns>
    Task<IReadOnlyList<string>> MigrateAsync();
}

/// <summary>The embedded store's files.</summary>
internal sealed class SqliteMigration(SqliteOptions options) : IStoreMigration
{
    public string Database => options.Path;

    public Task<IReadOnlyList<string>> MigrateAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. SqliteMigrator.Migrate(options.Path), .. SqliteMigrator.MigrateSearch(SqliteSearchDatabase.PathOf(options))]);
}

/// <summary>SQL Server's database.</summary>
internal sealed class SqlServerMigration(SqlServerDatabase database, TimeProvider time) : IStoreMigration
{
    public string Database => database.Name;

    public Task<IReadOnlyList<string>> MigrateAsync() => SqlServerMigrator.MigrateAsync(database, time);
}
