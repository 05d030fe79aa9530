using Microsoft.Data.SqlClient;

namespace Syndication.SqlServer;

/// <summary>What a fault of the database means, by its number: no decision reads a message.</summary>
internal enum SqlFault
{
    /// <summary>A fault of the statement or of its values: ours.</summary>
    Program,

    /// <summary>A key exists: somebody else was first.</summary>
    Duplicate,

    /// <summary>The transaction is rolled back and may be tried again: a deadlock's victim, a server that is being changed for another.</summary>
    Transient,

    /// <summary>The connection is lost, and with it the answer: a commit may have happened.</summary>
    ConnectionLost,

    /// <summary>The database does not answer in time, or cannot work: trying again at once would make it worse.</summary>
    Unavailable,
}

/// <summary>Sorts faults. Numbers: "Database engine events and errors" and "Troubleshoot transient connection errors" of SQL Server's manual.</summary>
internal static class SqlFaults
{
    /// <summary>Numbers with which opening a connection may succeed a moment later.</summary>
    public static readonly IReadOnlyList<int> TransientOpening =
    [
        4060, 4221, 40143, 40197, 40501, 40540, 40613, 10928, 10929, 49918, 49919, 49920, 233, 64, 121, 10053, 10054, 10060, 10061, 18401, 983, 976, 978,
    ];

    public static SqlFault Of(SqlException exception, bool isConnectionOpen) => exception.Number switch
    {
        2601 or 2627 => SqlFault.Duplicate,

        // 1205 deadlock; 3960 and 3961 row versions; 41301 to 41325 in-memory; 3906 and 3908 read-only after a failover.
        1205 or 3960 or 3961 or 41301 or 41302 or 41305 or 41325 or 3906 or 3908 => SqlFault.Transient,
        4060 or 4221 or 40143 or 40197 or 40501 or 40540 or 40613 or 10928 or 10929 or 49918 or 49919 or 49920 => SqlFault.Transient,

        // -2 the command's timeout; 1222 a lock's (33557097 is how Babelfish sends it).
        -2 or 1222 or 33557097 => SqlFault.Unavailable,

        // Log or file group full, input and output, database offline, restoring, suspect, read-only, or not to be opened.
        9002 or 1105 or 823 or 824 or 825 or 9001 or 942 or 927 or 945 or 926 or 922 or 3314 or 983 or 976 or 978 or 18456 or 18401 => SqlFault.Unavailable,
        _ when !isConnectionOpen || exception.Class >= 20 => SqlFault.ConnectionLost,
        _ => SqlFault.Program,
    };
}
