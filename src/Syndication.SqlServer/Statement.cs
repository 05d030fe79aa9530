using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;

namespace Syndication.SqlServer;

/// <summary>
/// A T-SQL text with the parameters that it takes, typed: the only thing that <see cref="SqlServerDatabase"/> runs. Statements
/// are static fields, made once, so that a test finds all of them and compiles each against the schema.
/// </summary>
/// <param name="text">A constant. Lists go into table-valued parameters, so that a text has one shape and one plan.</param>
/// <param name="parameters">In the order in which values are given.</param>
internal sealed class Statement(string text, params Parameter[] parameters)
{
    public string Text { get; } = text;

    public IReadOnlyList<Parameter> Parameters { get; } = parameters;
}

/// <summary>A parameter's name and type, which must be the column's: an nvarchar value would not seek in a varchar index.</summary>
/// <param name="Name">Without the at sign.</param>
/// <param name="Size">Of types that have one; -1 stands for max.</param>
/// <param name="Rows">Of table-valued parameters: the type of their rows.</param>
internal sealed record Parameter(string Name, SqlDbType Type, int Size = 0, TableType? Rows = null)
{
    public static Parameter BigInt(string name) => new(name, SqlDbType.BigInt);

    public static Parameter Int(string name) => new(name, SqlDbType.Int);

    public static Parameter Bit(string name) => new(name, SqlDbType.Bit);

    public static Parameter TinyInt(string name) => new(name, SqlDbType.TinyInt);

    public static Parameter UniqueIdentifier(string name) => new(name, SqlDbType.UniqueIdentifier);

    public static Parameter VarChar(string name, int size) => new(name, SqlDbType.VarChar, size);

    public static Parameter NVarChar(string name, int size) => new(name, SqlDbType.NVarChar, size);

    public static Parameter Binary(string name, int size) => new(name, SqlDbType.Binary, size);

    public static Parameter VarBinary(string name, int size) => new(name, SqlDbType.VarBinary, size);

    public static Parameter Table(string name, TableType rows) => new(name, SqlDbType.Structured, 0, rows);

    /// <summary>As a procedure would declare it.</summary>
    public string Declaration => Type switch
    {
        SqlDbType.Structured => $"@{Name} {Rows!.Name} READONLY",
        SqlDbType.VarChar or SqlDbType.NVarChar or SqlDbType.Binary or SqlDbType.VarBinary => $"@{Name} {TypeName}({(Size < 0 ? "max" : $"{Size}")})",
        _ => $"@{Name} {TypeName}",
    };

    private string TypeName => Type.ToString().ToLowerInvariant();

    public SqlParameter Bind(object? value)
    {
        var parameter = new SqlParameter { ParameterName = $"@{Name}", SqlDbType = Type };
        if (Rows is not null)
        {
            // The driver refuses records without a first one, and not every server understands that a list is left out.
            parameter.TypeName = Rows.Name;
            parameter.Value = value is IReadOnlyCollection<SqlDataRecord> { Count: > 0 } rows ? rows : Rows.Empty();
            return parameter;
        }

        if (Size != 0)
        {
            parameter.Size = Size;
        }

        parameter.Value = value ?? DBNull.Value;
        return parameter;
    }
}

/// <summary>A table type of the schema, column by column in the schema's order.</summary>
internal sealed class TableType(string name, params SqlMetaData[] columns)
{
    public string Name { get; } = name;

    public IReadOnlyList<SqlMetaData> Columns { get; } = columns;

    /// <summary>No rows.</summary>
    public DataTable Empty()
    {
        var table = new DataTable();
        foreach (var column in columns)
        {
            table.Columns.Add(column.Name, column.SqlDbType switch
            {
                SqlDbType.BigInt => typeof(long),
                SqlDbType.Int => typeof(int),
                SqlDbType.TinyInt => typeof(byte),
                SqlDbType.Bit => typeof(bool),
                SqlDbType.UniqueIdentifier => typeof(Guid),
                SqlDbType.VarChar or SqlDbType.NVarChar => typeof(string),
                _ => typeof(byte[]),
            });
        }

        return table;
    }

    /// <summary>A row; null values become NULL.</summary>
    public SqlDataRecord Row(params ReadOnlySpan<object?> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, columns.Length);
        var record = new SqlDataRecord(columns);
        for (var i = 0; i < values.Length; i++)
        {
            record.SetValue(i, values[i] ?? DBNull.Value);
        }

        return record;
    }

    /// <summary>A row for each item.</summary>
    public IReadOnlyCollection<SqlDataRecord> Rows<T>(IEnumerable<T> items, Func<T, object?[]> valuesOf) =>
        [.. items.Select(item => Row(valuesOf(item)))];
}
