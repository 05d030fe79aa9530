using Syndication.V1;

namespace Syndication.Client;

/// <summary>What <see cref="SyndicationClient.ConsumeAsync"/> consumes, where it keeps its place, and whom it tells what.</summary>
/// <remarks>
/// The callbacks are called between batches, one at a time, and are waited for; what they throw ends the consumption.
/// <see cref="OnAcknowledgeFailed"/> alone comes from beside.
/// </remarks>
public sealed class ConsumeOptions
{
    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>Which of the caller's systems this is: <c>[A-Za-z0-9._~:-]{1,200}</c>. Two that run at once need two names. Default <c>default</c>.</summary>
    public string Consumer { get; init; } = "default";

    /// <summary>Where places are saved and looked for. Null: nowhere; then <see cref="StartAfter"/> says where to go on.</summary>
    public ICheckpointStore? Checkpoints { get; init; }

    /// <summary>Goes on from here, whatever <see cref="Checkpoints"/> says: for whoever stores places with the articles. Null: from the saved place.</summary>
    public Checkpoint? StartAfter { get; init; }

    /// <summary>
    /// Where to start when there is no place to go on from. Null: with a snapshot, everything that the stream holds. Not a cursor:
    /// that is what <see cref="StartAfter"/> is for.
    /// </summary>
    public StartPosition? Start { get; init; }

    /// <summary>What happens when the server can no longer go on from the place. Default: a snapshot.</summary>
    public WhenPlaceLost WhenPlaceLost { get; init; }

    /// <summary>How much of each article. Unspecified means all of it.</summary>
    public ArticleView View { get; init; }

    /// <summary>Also articles under embargo or hold, marked by their status, as far as the caller may have them.</summary>
    public bool IncludeHeld { get; init; }

    /// <summary>How many updates a batch has at most: 0 means 64, more than 1,000 means 1,000.</summary>
    public int MaxBatchUpdates { get; init; }

    /// <summary>
    /// Whether the server is told what was processed, so that the desk sees how far the consumer is. Never inside a snapshot, whose
    /// beginning a later start would miss. Default true.
    /// </summary>
    public bool Acknowledge { get; init; } = true;

    /// <summary>After how many updates the server is told at the latest, at least 1. Default 1,000.</summary>
    public int AcknowledgeCount { get; init; } = Acknowledger.DefaultCount;

    /// <summary>After how long the server is told at the latest, more than zero. Default 5 s.</summary>
    public TimeSpan AcknowledgeInterval { get; init; } = Acknowledger.DefaultInterval;

    /// <summary>The connection was lost; it comes back by itself.</summary>
    public Action<SubscriptionEvent.Disconnected>? OnDisconnected { get; init; }

    /// <summary>The connection is back, after that long. Nothing was missed.</summary>
    public Action<TimeSpan>? OnReconnected { get; init; }

    /// <summary>Everything that was committed has been received and processed: from now on updates are live.</summary>
    public Action? OnCaughtUp { get; init; }

    /// <summary>The consumer is so far behind that it is served from the archive until it has caught up.</summary>
    public Action<Lag?>? OnFellBehind { get; init; }

    /// <summary>The place was lost, for that reason, and a snapshot follows.</summary>
    public Action<SyndicationException>? OnPlaceLost { get; init; }

    /// <summary>The server refused to note what was processed. Consuming goes on, and later places are sent all the same.</summary>
    public Action<SyndicationException>? OnAcknowledgeFailed { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Stream);
        ArgumentException.ThrowIfNullOrEmpty(Consumer);
        ArgumentOutOfRangeException.ThrowIfLessThan(AcknowledgeCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AcknowledgeInterval, TimeSpan.Zero);
        if (Start is { PositionCase: StartPosition.PositionOneofCase.Cursor })
        {
            throw new ArgumentException("Start is a cursor: give it as StartAfter.");
        }
    }

    internal SubscribeRequest Request() => new()
    {
        Stream = Stream,
        Consumer = Consumer,
        View = View,
        IncludeHeld = IncludeHeld,
        MaxBatchUpdates = MaxBatchUpdates,
    };

    /// <summary>Whether a consumer that starts at <see cref="Start"/> may get a snapshot.</summary>
    internal bool MayStartWithSnapshot => Start is null or { PositionCase: StartPosition.PositionOneofCase.Snapshot }
        or { Acknowledged.Fallback: AcknowledgedFallback.Snapshot };
}
