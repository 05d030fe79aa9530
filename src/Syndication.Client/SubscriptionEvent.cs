using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>
/// What happens to a subscription: a frame from the server (<see cref="Frame"/>) or a change of its connection
/// (<see cref="Connected"/>, <see cref="Disconnected"/>).
/// </summary>
public abstract record SubscriptionEvent
{
    private SubscriptionEvent()
    {
    }

    /// <summary>The server accepted the subscription.</summary>
    /// <param name="Cursor">From where it goes on; null when it began at the request's own start.</param>
    public sealed record Connected(string? Cursor) : SubscriptionEvent;

    /// <summary>The connection was lost. The subscription goes on by itself after the delay, from the last frame's cursor.</summary>
    /// <param name="Cause">In which way.</param>
    /// <param name="Error">What the server or the transport said; null when it said nothing.</param>
    /// <param name="RetryDelay">How long it waits before it connects again.</param>
    public sealed record Disconnected(DisconnectCause Cause, SyndicationException? Error, TimeSpan RetryDelay)
        : SubscriptionEvent;

    /// <summary>
    /// A frame. It counts as processed when the next event is asked for: a subscription that reconnects goes on after it.
    /// </summary>
    /// <param name="Response">The frame as it came.</param>
    public abstract record Frame(SubscribeResponse Response) : SubscriptionEvent
    {
        /// <summary>Start from here to get what comes after this frame. Opaque: store it, never parse it.</summary>
        public string Cursor => Response.Cursor;

        /// <summary>The server's time.</summary>
        public Timestamp? ServerTime => Response.ServerTime;

        /// <summary>What is still to come.</summary>
        public Lag? Lag => Response.Lag;
    }

    /// <summary>Updates, in commit order; at least one.</summary>
    public sealed record UpdatesReceived(SubscribeResponse Response) : Frame(Response)
    {
        /// <summary>The updates, in commit order; at least one.</summary>
        public IReadOnlyList<Update> Updates => Response.Updates.Updates;
    }

    /// <summary>The snapshot is whole: what was not named in it is to be dropped.</summary>
    public sealed record SnapshotCompleted(SubscribeResponse Response) : Frame(Response);

    /// <summary>Everything that was committed has been received.</summary>
    public sealed record CaughtUp(SubscribeResponse Response) : Frame(Response);

    /// <summary>The reader is so far behind that it is served from the archive until it has caught up.</summary>
    public sealed record FellBehind(SubscribeResponse Response) : Frame(Response);

    /// <summary>Nothing new. Also a frame that this client does not know: only its cursor counts.</summary>
    public sealed record Heartbeat(SubscribeResponse Response) : Frame(Response);

    internal static Frame Of(SubscribeResponse response) => response.FrameCase switch
    {
        SubscribeResponse.FrameOneofCase.Updates => new UpdatesReceived(response),
        SubscribeResponse.FrameOneofCase.SnapshotComplete => new SnapshotCompleted(response),
        SubscribeResponse.FrameOneofCase.CaughtUp => new CaughtUp(response),
        SubscribeResponse.FrameOneofCase.FellBehind => new FellBehind(response),
        _ => new Heartbeat(response),
    };
}
