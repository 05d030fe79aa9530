using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Syndication.Sqlite;

/// <summary>
/// SQLite's functions that read the rows of a statement, called directly: an entry of the log has some forty columns, and
/// guarding the statement's handle around each of them took longer than a replayed update's whole way to the network.
/// Those for columns only look into memory (<see href="https://sqlite.org/c3ref/column_blob.html"/>): no wait, no callback.
/// </summary>
internal static unsafe partial class RowReader
{
    private const string Library = "e_sqlite3";

    /// <summary>Goes to the next row, which may wait for the disk.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Step(nint statement);

    /// <summary>The column's type: <c>SQLITE_NULL</c> and others.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Type(nint statement, int column);

    /// <summary>The column's number.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial long Number(nint statement, int column);

    /// <summary>The column's bytes, until the next row.</summary>
    public static ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        // In this order: the length is that of the form last asked for.
        var bytes = Blob(statement, column);
        return bytes == null ? [] : new ReadOnlySpan<byte>(bytes, Length(statement, column));
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial byte* Blob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int Length(nint statement, int column);
}
