using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syndication.Log;

namespace Syndication.Sqlite;

/// <summary>
/// A connection that keeps its statements compiled. Compiling one takes longer than running it, and what every publish and
/// every page runs is always the same; a statement that is run now and then goes through Dapper.
/// </summary>
/// <remarks>
/// Values are bound by place and columns read by place, below the driver: it looks each parameter up by its name each time
/// and boxes its value, which took as long as SQLite's own work.
/// </remarks>
public sealed class StoreConnection(string connectionString, StoreMetrics? metrics = null) : SqliteConnection(connectionString)
{
    private const int StackBytes = 256;

    // By reference: hashing a statement's text takes longer than some statements.
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    /// <remarks>Dapper asks for one to run one statement.</remarks>
    protected override DbCommand CreateDbCommand()
    {
        metrics?.OnStatement();
        return CreateCommand();
    }

    /// <summary>Begins a transaction for reading. A connection on which anything throws until <see cref="End"/> is to be disposed.</summary>
    public void Begin()
    {
        const string BeginRead = "BEGIN DEFERRED";
        Control(BeginRead);
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public void End()
    {
        const string Commit = "COMMIT";
        Control(Commit);
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">A constant: it is kept as long as the connection.</param>
    /// <param name="values">One for each parameter, in the order in which the text first names them.</param>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">The database refuses.</exception>
    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var rows = Select(sql, values);
        while (rows.Read())
        {
        }

        return raw.sqlite3_changes(Handle);
    }

    /// <summary>Runs a statement and reads its rows. One run of a statement at a time: dispose the rows first.</summary>
    /// <inheritdoc cref="Run"/>
    public SqlRows Select(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Compiled(sql);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, raw.sqlite3_bind_parameter_count(statement));
        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(statement, i + 1, values[i]));
        }

        metrics?.OnStatement();
        return new SqlRows(this, statement);
    }

    /// <summary>The first column of the only row.</summary>
    /// <inheritdoc cref="Run"/>
    public long Number(string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var rows = Select(sql, values);
        return rows.Read() ? rows.Number(0) : throw new InvalidOperationException($"There is no row: {sql}");
    }

    /// <summary>Throws for anything that is no success.</summary>
    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, Handle);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Before the connection: it cannot close over open statements.
            foreach (var statement in _statements.Values)
            {
                statement.Dispose();
            }

            _statements.Clear();
        }

        base.Dispose(disposing);
    }

    /// <summary>Compiled once, which the driver's transactions are not: it takes longer than most reads of one row.</summary>
    private void Control(string sql)
    {
        var statement = Compiled(sql);
        Check(raw.sqlite3_step(statement));
        raw.sqlite3_reset(statement);
    }

    private sqlite3_stmt Compiled(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
            _statements.Add(sql, statement);
        }

        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int place, SqlValue value)
    {
        if (value.IsNumber)
        {
            return raw.sqlite3_bind_int64(statement, place, value.Number);
        }

        switch (value.Reference)
        {
            case null:
                return raw.sqlite3_bind_null(statement, place);
            case byte[] { Length: 0 } when value.IsUtf8:
                return raw.sqlite3_bind_text(statement, place, "");
            case byte[] utf8 when value.IsUtf8:
                return raw.sqlite3_bind_text(statement, place, utf8.AsSpan());
            case byte[] { Length: 0 }:
                // An empty span has no address, which would be NULL.
                return raw.sqlite3_bind_zeroblob(statement, place, 0);
            case byte[] bytes:
                return raw.sqlite3_bind_blob(statement, place, bytes);
            case string { Length: 0 or > StackBytes / 3 } text:
                return raw.sqlite3_bind_text(statement, place, text);
            case var text:
                Span<byte> bytes8 = stackalloc byte[StackBytes];
                return raw.sqlite3_bind_text(statement, place, bytes8[..Encoding.UTF8.GetBytes((string)text, bytes8)]);
        }
    }
}
