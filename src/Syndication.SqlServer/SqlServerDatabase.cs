using System.Data;
using Microsoft.Data.SqlClient;
using Syndication.Log;

namespace Syndication.SqlServer;

/// <summary>
/// The connections to one database, and the only place that sends it anything: a <see cref="Statement"/> a call, in one round
/// trip, each with a timeout. No transaction outlives its statement's text. Connections are the driver's pool's: nothing is held
/// between two statements, so there is nothing to dispose.
/// </summary>
public sealed class SqlServerDatabase
{
    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromMilliseconds(20);

    private readonly SqlServerOptions _options;
    private readonly string _connectionString;
    private readonly SqlRetryLogicBaseProvider _opening;
    private long _statements;

    /// <param name="options">Valid ones.</param>
    public SqlServerDatabase(SqlServerOptions options)
    {
        _options = options;
        var builder = new SqlConnectionStringBuilder(options.ConnectionString)
        {
            // One statement at a time on a connection, and none in anybody else's transaction.
            MultipleActiveResultSets = false,
            Enlist = false,
        };
        if (!builder.ShouldSerialize("Application Name"))
        {
            builder.ApplicationName = "Syndication";
        }

        _connectionString = builder.ToString();
        _opening = SqlConfigurableRetryFactory.CreateExponentialRetryProvider(new SqlRetryLogicOption
        {
            NumberOfTries = options.OpenAttempts,
            DeltaTime = TimeSpan.FromMilliseconds(200),
            MaxTimeInterval = TimeSpan.FromSeconds(1),
            TransientErrors = SqlFaults.TransientOpening,
        });
    }

    /// <summary>How many statements were sent: a round trip each.</summary>
    public long StatementCount => Interlocked.Read(ref _statements);

    /// <summary>Server and database, for people: without what proves who we are.</summary>
    public string Name
    {
        get
        {
            var builder = new SqlConnectionStringBuilder(_connectionString);
            return $"{builder.DataSource}, {builder.InitialCatalog}";
        }
    }

    internal int TransactionAttempts => _options.TransactionAttempts;

    /// <summary>Runs a statement that only reads. Tried again where the connection was lost or another transaction was in the way.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    internal Task<T> ReadAsync<T>(Statement statement, Func<SqlDataReader, T> read, CancellationToken cancellationToken, params object?[] values)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // A running command is left to end by itself, within its timeout, while its caller leaves: cancelling one costs the
        // server more than a page does, and the connection with it where the answer is already on its way.
        return AgainAsync(statement, read, values, isRepeatable: true).WaitAsync(cancellationToken);
    }

    /// <summary>Runs a statement that is one transaction. Tried again where it was rolled back for no fault of its own.</summary>
    /// <param name="isRepeatable">Whether running it twice comes to the same, so that it is tried again also where its answer was lost.</param>
    /// <exception cref="StoreUnavailableException">The database cannot be reached; whether it took effect is not known.</exception>
    internal Task<T> WriteAsync<T>(Statement statement, bool isRepeatable, Func<SqlDataReader, T> read, params object?[] values) =>
        AgainAsync(statement, read, values, isRepeatable);

    /// <summary>Runs a statement once.</summary>
    /// <exception cref="SqlFaultException">It failed.</exception>
    internal async Task<T> RunAsync<T>(Statement statement, Func<SqlDataReader, T> read, params object?[] values)
    {
        await using var connection = await OpenAsync();
        try
        {
            await using var command = CommandOf(connection, statement, values, _options.CommandTimeout);

            // Awaited until the server answers; the rows, at most a page, are on their way by then.
            await using var reader = await command.ExecuteReaderAsync();
            var result = read(reader);
            while (reader.NextResult())
            {
                // A fault behind the last rows, such as a commit's, comes with what follows them.
            }

            return result;
        }
        catch (SqlException exception)
        {
            throw Fault(connection, exception);
        }
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SqlFaultException">It could not be opened, also after the configured attempts.</exception>
    internal async Task<SqlConnection> OpenAsync()
    {
        var connection = new SqlConnection(_connectionString) { RetryLogicProvider = _opening };
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch (Exception exception) when (exception is SqlException or InvalidOperationException or AggregateException)
        {
            // Also when no connection of the pool became free in time. Nothing was sent.
            await connection.DisposeAsync();
            throw new SqlFaultException(SqlFault.Unavailable, exception);
        }
    }

    /// <summary>Runs a part of a migration, which is embedded in this assembly.</summary>
    internal async Task RunScriptAsync(SqlConnection connection, SqlTransaction? transaction, string part)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = part;
        command.CommandTimeout = (int)Math.Ceiling(_options.MigrationTimeout.TotalSeconds);
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a migrator's statement on its connection.</summary>
    internal async Task<T> RunAsync<T>(
        SqlConnection connection, SqlTransaction? transaction, Statement statement, Func<SqlDataReader, T> read, params object?[] values)
    {
        await using var command = CommandOf(connection, statement, values, _options.MigrationTimeout);
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync();
        var result = read(reader);
        while (reader.NextResult())
        {
            // To the end, for the faults.
        }

        return result;
    }

    /// <summary>Waits a moment before a transaction is tried again: longer each time, and not when others do.</summary>
    internal static Task DelayAsync(int attempt) =>
        Task.Delay(MinRetryDelay * Math.Min(1 << (attempt - 1), 32) * (0.5 + Random.Shared.NextDouble()));

    internal static StoreUnavailableException Unavailable(SqlFaultException exception) => new(
        exception.InnerException is SqlException sql ? $"The database does not answer (SQL Server error {sql.Number})." : "The database does not answer.",
        exception.InnerException);

    private async Task<T> AgainAsync<T>(Statement statement, Func<SqlDataReader, T> read, object?[] values, bool isRepeatable)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunAsync(statement, read, values);
            }
            catch (SqlFaultException exception)
            {
                // A duplicate is a row that another node has inserted meanwhile: the statement finds it next time.
                var again = exception.Fault is SqlFault.Transient or SqlFault.Duplicate || (exception.Fault == SqlFault.ConnectionLost && isRepeatable);
                if (!again || attempt >= _options.TransactionAttempts)
                {
                    throw exception.Fault is SqlFault.Program or SqlFault.Duplicate ? exception : Unavailable(exception);
                }
            }

            await DelayAsync(attempt);
        }
    }

    private SqlCommand CommandOf(SqlConnection connection, Statement statement, object?[] values, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, statement.Parameters.Count);
        Interlocked.Increment(ref _statements);
        var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        command.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(statement.Parameters[i].Bind(values[i]));
        }

        return command;
    }

    private static SqlFaultException Fault(SqlConnection connection, SqlException exception)
    {
        var fault = SqlFaults.Of(exception, connection.State == ConnectionState.Open);
        if (fault is SqlFault.ConnectionLost or SqlFault.Unavailable)
        {
            // The others of the pool are as dead; and one that has timed out may still hold locks, until it is closed.
            SqlConnection.ClearPool(connection);
        }

        return new SqlFaultException(fault, exception);
    }
}

/// <summary>A fault of the database, sorted.</summary>
internal sealed class SqlFaultException(SqlFault fault, Exception innerException)
    : Exception($"The database refused a statement ({fault}): {innerException.Message}", innerException)
{
    public SqlFault Fault { get; } = fault;
}
