namespace Syndication.Client;

/// <summary>How far a consumer is in a stream: all that it needs to go on there. Two strings, to be stored together.</summary>
/// <param name="Cursor">Everything before it is processed. Opaque.</param>
/// <param name="SnapshotId">
/// Which snapshot the place is inside of; null outside of one. Without it the end of a snapshot that was interrupted by a restart
/// could not tell which articles it has named.
/// </param>
public sealed record Checkpoint(string Cursor, string? SnapshotId = null);
