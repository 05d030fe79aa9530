namespace Syndication.Client;

/// <summary>Whose place a <see cref="Checkpoint"/> is.</summary>
/// <param name="Server">The server's address, as the client was given it.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Consumer">Which of the caller's systems; never empty.</param>
public sealed record CheckpointKey(Uri Server, string Stream, string Consumer);
