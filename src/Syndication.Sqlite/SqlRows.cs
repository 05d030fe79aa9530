using System.Text;
using SQLitePCL;

namespace Syndication.Sqlite;

/// <summary>The rows of a statement, one after the other. What a row gives as a span lives until the next.</summary>
public readonly ref struct SqlRows(StoreConnection connection, sqlite3_stmt statement)
{
    // The connection keeps its statements open as long as it lives, and nobody else uses it meanwhile.
    private readonly nint _row = statement.DangerousGetHandle();

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last.</returns>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database refuses.</exception>
    public bool Read()
    {
        var code = RowReader.Step(_row);
        connection.Check(code);
        return code == raw.SQLITE_ROW;
    }

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => RowReader.Type(_row, column) == raw.SQLITE_NULL;

    /// <summary>A column's number; 0 for NULL.</summary>
    public long Number(int column) => RowReader.Number(_row, column);

    /// <summary>A column's number; null for NULL.</summary>
    public long? OptionalNumber(int column) => IsNull(column) ? null : Number(column);

    /// <summary>A column's text.</summary>
    public string Text(int column) => RowReader.Bytes(_row, column) is { Length: > 0 } utf8 ? Encoding.UTF8.GetString(utf8) : "";

    /// <summary>A column's bytes, until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => RowReader.Bytes(_row, column);

    /// <summary>Makes the statement ready for its next run.</summary>
    public void Dispose() => raw.sqlite3_reset(statement);
}
