using System.Text.RegularExpressions;
using Microsoft.Data.SqlClient;
using Syndication.Log;

namespace Syndication.SqlServer;

/// <summary>
/// Brings a database to the current schema: forward only, each script in one transaction together with its line in the journal,
/// one process at a time. A database that is up to date is only read, so that a login without the right to change it can start.
/// </summary>
public static partial class SqlServerMigrator
{
    private const string FullTextScript = "full_text.sql";

    private static readonly Statement ReadJournal = new(
        """
        IF OBJECT_ID(N'dbo.schema_migrations', N'U') IS NOT NULL
            SELECT m.script FROM dbo.schema_migrations AS m;
        """);

    private static readonly Statement Lock = new(
        """
        DECLARE @result int;
        EXEC @result = sp_getapplock @Resource = N'syndication:migrate', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = 60000;
        SELECT @result AS result;
        """);

    private static readonly Statement AddToJournal = new(
        "INSERT INTO dbo.schema_migrations (script, apply_time_us) VALUES (@script, @now);",
        Parameter.VarChar("script", 200), Parameter.BigInt("now"));

    /// <summary>Whether the server can search texts, and whether the indexes for it exist.</summary>
    internal static readonly Statement FullText = new(
        """
        SELECT CAST(FULLTEXTSERVICEPROPERTY(N'IsFullTextInstalled') AS int) AS is_installed,
            CAST(CASE WHEN OBJECTPROPERTYEX(OBJECT_ID(N'dbo.held_text'), N'TableFulltextCatalogId') > 0 THEN 1 ELSE 0 END AS int) AS is_indexed;
        """);

    /// <summary>Applies the scripts of <c>db/sqlserver</c> that the database does not have yet.</summary>
    /// <returns>The names of the scripts that were applied, in order.</returns>
    /// <exception cref="InvalidOperationException">A script failed: the database is as it was before that script.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(SqlServerDatabase database, TimeProvider time)
    {
        var applied = new List<string>();
        try
        {
            await using var connection = await database.OpenAsync();
            var known = await ReadAppliedAsync(database, connection, null);
            foreach (var script in Scripts().Where(script => !known.Contains(script)))
            {
                if (await ApplyAsync(database, connection, script, time))
                {
                    applied.Add(script);
                }
            }

            var (isInstalled, isIndexed) = await database.RunAsync(connection, null, FullText, ReadFullText);
            if (isInstalled && !isIndexed)
            {
                // No transaction may be open around these. A second process finds them there, or fails and is told why.
                await RunScriptAsync(database, connection, null, FullTextScript);
                applied.Add(FullTextScript);
            }

            return applied;
        }
        catch (SqlFaultException exception)
        {
            throw SqlServerDatabase.Unavailable(exception);
        }
    }

    /// <summary>The scripts that run in a transaction, in order.</summary>
    internal static IReadOnlyList<string> Scripts() =>
        [.. Names().Where(name => name != FullTextScript).Order(StringComparer.Ordinal)];

    /// <summary>All scripts.</summary>
    internal static IReadOnlyList<string> Names() =>
        [.. typeof(SqlServerMigrator).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal))];

    /// <summary>The parts of a script, which lines with GO divide.</summary>
    internal static IReadOnlyList<string> Read(string script)
    {
        using var reader = new StreamReader(typeof(SqlServerMigrator).Assembly.GetManifestResourceStream(script)!);
        return [.. Divider().Split(reader.ReadToEnd()).Where(part => part.Trim().Length > 0)];
    }

    internal static (bool IsInstalled, bool IsIndexed) ReadFullText(SqlDataReader reader) =>
        reader.Read() && !reader.IsDBNull(0) ? (reader.GetInt32(0) == 1, reader.GetInt32(1) == 1) : default;

    private static async Task<bool> ApplyAsync(SqlServerDatabase database, SqlConnection connection, string script, TimeProvider time)
    {
        try
        {
            await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync();
            if (await database.RunAsync(connection, transaction, Lock, reader => reader.Read() ? reader.GetInt32(0) : -1) < 0)
            {
                throw new InvalidOperationException("Another process has been migrating the database for a minute; try again when it is done.");
            }

            if ((await ReadAppliedAsync(database, connection, transaction)).Contains(script))
            {
                return false;
            }

            await RunScriptAsync(database, connection, transaction, script);
            await database.RunAsync(connection, transaction, AddToJournal, _ => 0, script, LogTime.ToMicroseconds(time.GetUtcNow()));
            await transaction.CommitAsync();
            return true;
        }
        catch (SqlException exception)
        {
            // 262, 229, 230, 2760: no right to create, to use an object, a column, a schema.
            throw new InvalidOperationException(
                exception.Number is 262 or 229 or 230 or 2760
                    ? $"The database lacks migration {script}, and this login may not apply it: run the verb migrate with one that may."
                    : $"Migration {script} failed.",
                exception);
        }
    }

    private static Task<HashSet<string>> ReadAppliedAsync(SqlServerDatabase database, SqlConnection connection, SqlTransaction? transaction) =>
        database.RunAsync(
            connection,
            transaction,
            ReadJournal,
            reader =>
            {
                var applied = new HashSet<string>();
                while (reader.Read())
                {
                    applied.Add(reader.GetString(0));
                }

                return applied;
            });

    private static async Task RunScriptAsync(SqlServerDatabase database, SqlConnection connection, SqlTransaction? transaction, string script)
    {
        foreach (var part in Read(script))
        {
            await database.RunScriptAsync(connection, transaction, part);
        }
    }

    [GeneratedRegex(@"^\s*GO\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Divider();
}
