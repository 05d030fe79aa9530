namespace Syndication.Sqlite;

/// <summary>Where the embedded store keeps its database.</summary>
public sealed class SqliteOptions
{
    /// <summary>The database file; its folder is created.</summary>
    public required string Path { get; init; }

    /// <summary>How long a statement waits for another process that writes. Default 30 s.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The write-ahead log is copied into the database when it has grown by so many bytes. Default 16 MiB.</summary>
    public long CheckpointBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>SQLite's <c>synchronous</c>: <c>FULL</c> forces every commit to the disk; less only for what can be made anew.</summary>
    internal string Synchronous { get; init; } = "FULL";

    /// <summary>Whether commits copy the write-ahead log themselves.</summary>
    internal bool AutoCheckpoint { get; init; }
}
