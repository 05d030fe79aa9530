using Microsoft.Data.SqlClient;

namespace Syndication.SqlServer;

/// <summary>How the service talks to SQL Server: the section <c>Syndication:SqlServer</c>, and the connection string beside it.</summary>
public sealed class SqlServerOptions
{
    /// <summary>The database. It must name one: <c>Database=…</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// How long a statement may run: 1 s to 10 min. Default 15 s: appends and pages take milliseconds, so whoever waits longer
    /// has met an outage, and publishers must hear of it before their own deadlines, often 30 s, pass without an answer.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a statement of a migration may run: 1 s to 1 day. Default 10 min: one may build an index.</summary>
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often opening a connection is tried: 1 to 10. Default 3, within about a second: enough for a gateway that moves
    /// connections to another machine; a longer outage is reported, and the service's own loops try again.
    /// </summary>
    public int OpenAttempts { get; set; } = 3;

    /// <summary>How often a transaction is tried that was a deadlock's victim or lost its connection: 1 to 20. Default 5.</summary>
    public int TransactionAttempts { get; set; } = 5;

    /// <summary>What is wrong with the settings, each sentence with its key; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (ConnectionString.Length == 0)
        {
            errors.Add("Syndication:ConnectionString is missing; Syndication:Store=sqlserver needs one, such as Server=HOST;Database=syndication;….");
        }
        else
        {
            try
            {
                if (new SqlConnectionStringBuilder(ConnectionString).InitialCatalog.Length == 0)
                {
                    errors.Add("Syndication:ConnectionString names no database: add Database=NAME.");
                }
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
            {
                errors.Add($"Syndication:ConnectionString is no SQL Server connection string: {exception.Message}");
            }
        }

        Check(errors, "CommandTimeout", CommandTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(errors, "MigrationTimeout", MigrationTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check(errors, "OpenAttempts", OpenAttempts, 1, 10);
        Check(errors, "TransactionAttempts", TransactionAttempts, 1, 20);
        return errors;
    }

    private static void Check<T>(List<string> errors, string key, T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            errors.Add($"Syndication:SqlServer:{key} is {value}; {min} to {max} is allowed.");
        }
    }
}
