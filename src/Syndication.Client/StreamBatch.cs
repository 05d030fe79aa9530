using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>
/// What <see cref="SyndicationClient.ConsumeAsync"/> gives out at a time. It counts as processed when the next one is asked for: only
/// then its place is saved and acknowledged.
/// </summary>
public sealed class StreamBatch
{
    private readonly SubscriptionEvent.Frame _frame;

    internal StreamBatch(SubscriptionEvent.Frame frame, string? snapshotId, bool isSnapshotComplete, string? nextSnapshotId)
    {
        _frame = frame;
        SnapshotId = snapshotId;
        IsSnapshotComplete = isSnapshotComplete;
        Checkpoint = new(frame.Cursor, nextSnapshotId);
    }

    /// <summary>
    /// The updates, in commit order. None where the place moved without any, now and then on a quiet stream: also such a place is
    /// worth storing, for an old one expires.
    /// </summary>
    public IReadOnlyList<Update> Updates => _frame is SubscriptionEvent.UpdatesReceived received ? received.Updates : [];

    /// <summary>
    /// The place after this batch. To have every effect exactly once, store it with what you made of the updates, in one
    /// transaction, and give it back as <see cref="ConsumeOptions.StartAfter"/>.
    /// </summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>
    /// The snapshot that these updates belong to; null outside of one. Mark with it whatever is stored, and when it is complete drop
    /// what has another mark or none.
    /// </summary>
    public string? SnapshotId { get; }

    /// <summary>The snapshot is whole: articles that no update with this <see cref="SnapshotId"/> has named are to be dropped.</summary>
    public bool IsSnapshotComplete { get; }

    /// <summary>Everything that was committed has been received.</summary>
    public bool IsCaughtUp => _frame is SubscriptionEvent.CaughtUp;

    /// <summary>What is still to come after this batch.</summary>
    public Lag? Lag => _frame.Lag;

    /// <summary>The server's time.</summary>
    public Timestamp? ServerTime => _frame.ServerTime;
}
