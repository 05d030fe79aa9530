namespace Syndication.Client;

/// <summary>
/// Where <see cref="SyndicationClient.ConsumeAsync"/> keeps its places. Whoever keeps them with its articles, in one
/// transaction, needs none: see <see cref="StreamBatch.Checkpoint"/>.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>Reads a place.</summary>
    /// <returns>Null when none was saved. A place that was saved and cannot be read is an error, never null: who starts anew must know.</returns>
    /// <exception cref="CheckpointCorruptException">What is stored is damaged.</exception>
    ValueTask<Checkpoint?> LoadAsync(CheckpointKey key, CancellationToken cancellationToken);

    /// <summary>Saves a place in place of the one before. All or nothing, and durable when it returns.</summary>
    ValueTask SaveAsync(CheckpointKey key, Checkpoint checkpoint, CancellationToken cancellationToken);
}
