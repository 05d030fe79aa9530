using SQLitePCL;

namespace Syndication.Sqlite;

/// <summary>SQLite's settings for the whole process.</summary>
internal static class SqliteLibrary
{
    /// <summary>
    /// SQLITE_CONFIG_MEMSTATUS (<see href="https://sqlite.org/c3ref/c_config_covering_index_scan.html"/>): whether it counts what it
    /// has allocated, under a lock that all threads share. Nobody asks.
    /// </summary>
    private const int MemoryStatus = 9;

    /// <summary>
    /// A connection has one user at a time, so SQLite need not lock it around every call: a row of the log takes some eighty. Has to
    /// be said before the library is first used; where another part of the program was first, it goes on locking.
    /// </summary>
    static SqliteLibrary()
    {
        Batteries_V2.Init();
        IsPrepared = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD) == raw.SQLITE_OK
            && raw.sqlite3_config(MemoryStatus, 0) == raw.SQLITE_OK;
    }

    /// <summary>Whether it was said in time.</summary>
    public static bool IsPrepared { get; }

    /// <summary>To be called before anything of SQLite's is.</summary>
    public static void Prepare() => _ = IsPrepared;
}
