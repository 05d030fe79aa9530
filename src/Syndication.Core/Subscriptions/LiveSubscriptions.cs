using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Syndication.Log;
using Syndication.Streams;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Subscriptions;

/// <summary>The open subscriptions of this node, and what consumers have acknowledged: who reads what, and how far they are.</summary>
public sealed class LiveSubscriptions(ILogStore store, CursorService cursors, StreamCatalog streams, PageTokens pages, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, LiveSubscription> _live = new();
    private long _nextId;

    /// <summary>Notes that a subscription has begun; dispose the answer when it has ended.</summary>
    public LiveSubscription Open(ConsumerKey consumer, string address, Audience audience)
    {
        var id = Interlocked.Increment(ref _nextId);
        var live = new LiveSubscription(consumer, address, audience, time.GetUtcNow(), () => _live.TryRemove(id, out _));
        _live.TryAdd(id, live);
        return live;
    }

    /// <summary>The subscriptions of a principal, or of all.</summary>
    /// <param name="principal">Null for all.</param>
    /// <param name="request">Which stream, and which page.</param>
    public async Task<Outcome<ListSubscriptionsResponse>> ListAsync(
        string? principal, ListSubscriptionsRequest request, CancellationToken cancellationToken)
    {
        var arguments = new ListSubscriptionsRequest { Stream = request.Stream };
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var start = (int)place.First;
        var acknowledged = (await store.ListAcknowledgedAsync(cancellationToken)).ToDictionary(place => place.Key);
        var live = _live.Values.ToLookup(subscription => subscription.Consumer);
        var keys = acknowledged.Keys.Concat(live.Select(group => group.Key)).Distinct()
            .Where(key => (principal is null || key.Principal == principal) && (request.Stream.Length == 0 || key.StreamId == request.Stream))
            .OrderBy(key => key.Principal, StringComparer.Ordinal)
            .ThenBy(key => key.StreamId, StringComparer.Ordinal)
            .ThenBy(key => key.Consumer, StringComparer.Ordinal)
            .ToList();
        var response = new ListSubscriptionsResponse();
        foreach (var key in keys.Skip(start).Take(size))
        {
            var subscription = new V1.Subscription { Principal = key.Principal, Stream = key.StreamId, Consumer = key.Consumer };
            if (acknowledged.TryGetValue(key, out var reached))
            {
                subscription.Acknowledged = await ShowAsync(reached, cancellationToken);
            }

            foreach (var connection in live[key].OrderBy(connection => connection.ConnectTime))
            {
                subscription.Connections.Add(await ShowAsync(connection, cancellationToken));
            }

            response.Subscriptions.Add(subscription);
        }

        response.NextPageToken = start + size < keys.Count ? pages.Seal(arguments, new PagePlace(start + size)) : "";
        return response;
    }

    private async Task<AcknowledgedPlace> ShowAsync(Acknowledgement place, CancellationToken cancellationToken)
    {
        var cursor = Cursor.Read(place.Cursor)!.Value;
        var shown = new AcknowledgedPlace { Cursor = cursors.Seal(cursor), AcknowledgeTime = Timestamp.FromDateTimeOffset(place.Time) };
        if (await streams.FindAsync(place.Key.StreamId, cancellationToken) is { Rejection: null } stream
            && (await cursors.CheckAsync(cursor, stream.Value, cancellationToken)).Rejection is null)
        {
            shown.Lag = await LagAsync(cursor, held: false, cancellationToken);
        }

        return shown;
    }

    private async Task<Connection> ShowAsync(LiveSubscription live, CancellationToken cancellationToken)
    {
        var shown = new Connection
        {
            Address = live.Address,
            ConnectTime = Timestamp.FromDateTimeOffset(live.ConnectTime),
            View = live.Audience.Headlines ? ArticleView.Headlines : ArticleView.Full,
            IncludeHeld = live.Audience.Held,
            CaughtUp = live.CaughtUp,
        };
        if (live.Delivered is { } delivered)
        {
            shown.DeliveredCursor = cursors.Seal(delivered.Place);
            shown.DeliveredTime = Timestamp.FromDateTimeOffset(delivered.Time);
            shown.Lag = await LagAsync(delivered.Place, live.Audience.Held, cancellationToken);
        }

        return shown;
    }

    private async Task<Lag> LagAsync(Cursor place, bool held, CancellationToken cancellationToken)
    {
        var (count, oldest) = await store.CountAfterAsync(place.StreamKey, held, place.Rank.Number, FrameLimits.MaxLag, cancellationToken);
        return FrameLimits.LagOf(count, oldest, time.GetUtcNow());
    }
}

/// <summary>An open subscription. Written by its own call, read by whoever lists.</summary>
public sealed class LiveSubscription(ConsumerKey consumer, string address, Audience audience, DateTimeOffset connectTime, Action onEnd) : IDisposable
{
    // A place is shared by all readers of its frame: noting it makes no object.
    private volatile EncodedFrame.Place? _delivered;
    private long _deliveredTicks;
    private volatile bool _caughtUp;

    /// <summary>Whose it is.</summary>
    public ConsumerKey Consumer { get; } = consumer;

    /// <summary>Where it comes from.</summary>
    public string Address { get; } = address;

    /// <summary>What is sent.</summary>
    public Audience Audience { get; } = audience;

    /// <summary>Since when it is open, UTC.</summary>
    public DateTimeOffset ConnectTime { get; } = connectTime;

    /// <summary>The place after the last frame that the transport has taken; null before the first.</summary>
    public DeliveredPlace? Delivered => _delivered is { } place
        ? new DeliveredPlace(place.Cursor, new DateTimeOffset(Interlocked.Read(ref _deliveredTicks), TimeSpan.Zero))
        : null;

    /// <summary>Whether it has reached the end and not fallen behind since.</summary>
    public bool CaughtUp => _caughtUp;

    /// <summary>Notes that a frame has been taken.</summary>
    public void OnDelivered(EncodedFrame frame, DateTimeOffset time)
    {
        Interlocked.Exchange(ref _deliveredTicks, time.UtcTicks);
        _delivered = frame.AfterPlace;
        _caughtUp = frame.Kind switch
        {
            SubscribeResponse.FrameOneofCase.CaughtUp => true,
            SubscribeResponse.FrameOneofCase.FellBehind => false,
            _ => _caughtUp,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => onEnd();

    /// <param name="Place">The place.</param>
    /// <param name="Time">When it was reached, UTC.</param>
    public sealed record DeliveredPlace(Cursor Place, DateTimeOffset Time);
}
