using DbUp;
using DbUp.Engine;
using Microsoft.Data.Sqlite;

namespace Syndication.Sqlite;

/// <summary>Brings a database to the current schema: forward only, each script in one transaction, one process at a time.</summary>
public static class SqliteMigrator
{
    /// <summary>Applies the scripts of <c>db/sqlite</c> that the database does not have yet.</summary>
    /// <param name="path">The database file; it and its folder are created.</param>
    /// <returns>The names of the scripts that were applied, in order.</returns>
    /// <exception cref="InvalidOperationException">A script failed: the database is as it was before that script.</exception>
    public static IReadOnlyList<string> Migrate(string path) => Migrate(path, script => !script.StartsWith(SearchPrefix, StringComparison.Ordinal));

    /// <summary>Applies the scripts of <c>db/sqlite/search</c> that the full-text index's database does not have yet.</summary>
    /// <inheritdoc cref="Migrate(string)"/>
    public static IReadOnlyList<string> MigrateSearch(string path) => Migrate(path, script => script.StartsWith(SearchPrefix, StringComparison.Ordinal));

    private const string SearchPrefix = "search_";

    private static IReadOnlyList<string> Migrate(string path, Func<string, bool> filter)
    {
        SqliteLibrary.Prepare();
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);

        // Opened exclusively and released by the kernel when its holder dies: a lock that no crash leaves behind.
        using var migrating = WaitForLock(full + ".migrate.lock");
        var upgrade = DeployChanges.To
            .SqliteDatabase(new SqliteConnectionStringBuilder { DataSource = full, Pooling = false }.ToString())
            .WithScriptsEmbeddedInAssembly(typeof(SqliteMigrator).Assembly, filter)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build();
        CheckIsDatabase(full);
        DatabaseUpgradeResult result = upgrade.PerformUpgrade();
        return result.Successful
            ? [.. result.Scripts.Select(script => script.Name)]
            : throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed on {full}.", result.Error);
    }

    /// <summary>Something else under that name must be left alone, and is best called what it is.</summary>
    private static void CheckIsDatabase(string path)
    {
        // The database file format, section 1.3: https://www.sqlite.org/fileformat.html
        var header = "SQLite format 3\0"u8;
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> start = stackalloc byte[header.Length];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read > 0 && !start[..read].SequenceEqual(header))
        {
            throw new InvalidOperationException($"{path} is not a SQLite database: move it away, or set another Syndication:DataDirectory.");
        }
    }

    private static FileStream WaitForLock(string path)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (patience.Elapsed < TimeSpan.FromMinutes(1))
            {
                Thread.Sleep(50);
            }
        }
    }
}
