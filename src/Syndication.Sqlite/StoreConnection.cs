using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Log;

namespace Syndication.Sqlite;

/// <summary>
/// A connection that keeps its statements compiled. Compiling one takes longer than running it, and what every publish and
/// every page runs is always the same; a statement that is run now and then goes through Dapper.
/// </summary>
public sealed partial class StoreConnection(string connectionString, StoreMetrics? metrics = null) : SqliteConnection(connectionString)
{
    private readonly Dictionary<string, SqliteCommand> _statements = [];

    /// <summary>A statement, ready to be run in the connection's transaction. One run at a time: dispose its reader first.</summary>
    /// <param name="sql">A constant: it is kept as long as the connection.</param>
    /// <param name="values">One for each parameter, in the order in which the text first names them.</param>
    public SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = CreateCommand();
            command.CommandText = sql;
            foreach (var name in ParameterName().Matches(sql).Select(match => match.Value).Distinct())
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            command.Prepare();
            _statements.Add(sql, command);
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, command.Parameters.Count);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.Transaction = Transaction;
        metrics?.OnStatement();
        return command;
    }

    /// <inheritdoc/>
    /// <remarks>Dapper asks for one to run one statement.</remarks>
    protected override DbCommand CreateDbCommand()
    {
        metrics?.OnStatement();
        return CreateCommand();
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>Reads rows, mapped by Dapper.</summary>
    public List<T> Rows<T>(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Statement(sql, values).ExecuteReader();
        return reader.Parse<T>().AsList();
    }

    [GeneratedRegex("@[A-Za-z]+")]
    private static partial Regex ParameterName();
}
