namespace Syndication.Sqlite;

/// <summary>Where the embedded store keeps its database.</summary>
public sealed class SqliteOptions
{
    /// <summary>The database file; its folder is created.</summary>
    public required string Path { get; init; }

    /// <summary>How long a statement waits for another process that writes. Default 30 s.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The write-ahead log is copied into the database when it has grown by so many pages of 4 KiB. Default 4,096.</summary>
    public int CheckpointPages { get; init; } = 4096;

    /// <summary>SQLite's <c>synchronous</c>: <c>FULL</c> forces every commit to the disk; less only for what can be made anew.</summary>
    internal string Synchronous { get; init; } = "FULL";

    /// <summary>Whether commits copy the write-ahead log themselves.</summary>
    internal bool AutoCheckpoint { get; init; }
}
