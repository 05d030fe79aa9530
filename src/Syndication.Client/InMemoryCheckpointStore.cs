using System.Collections.Concurrent;

namespace Syndication.Client;

/// <summary>Places that end with the process: for tests, and for consumers that begin anew whenever they start. Safe for use by many threads.</summary>
public sealed class InMemoryCheckpointStore : ICheckpointStore
{
    private readonly ConcurrentDictionary<CheckpointKey, Checkpoint> _places = [];

    /// <inheritdoc/>
    public ValueTask<Checkpoint?> LoadAsync(CheckpointKey key, CancellationToken cancellationToken) =>
        new(_places.GetValueOrDefault(key));

    /// <inheritdoc/>
    public ValueTask SaveAsync(CheckpointKey key, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        _places[key] = checkpoint;
        return ValueTask.CompletedTask;
    }
}
