using Google.Protobuf.WellKnownTypes;
using Syndication.Log;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.V1;

namespace Syndication.Tail;

/// <summary>
/// The part of the window that one stream's readers walk, each with a position of its own. A publish costs a stream that
/// it does not concern nothing, and wakes none of its readers.
/// </summary>
public sealed class StreamTail(StreamDefinition definition, LogTail tail)
{
    private const int CachedFrames = 16;

    /// <summary>How long a frame is shared: its time and lag are no older.</summary>
    private static readonly TimeSpan FrameLifetime = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CachedFrame?[] _frames = new CachedFrame?[CachedFrames];
    private Item[] _items = new Item[64];
    private int _start;
    private int _end;
    private long _openCount;
    private long _heldCount;
    private long _firstReadable = definition.SinceNumber;
    private int _nextFrame;
    private long _sharing;
    private int _epoch;
    private readonly Lock _waking = new();
    private readonly HashSet<Waiter> _waiters = [];

    /// <summary>The stream.</summary>
    public StreamDefinition Definition { get; private set; } = definition;

    /// <summary>Why the stream cannot be read any more; null while it can.</summary>
    public Rejection? Ended { get; private set; }

    /// <summary>The readers that follow this stream.</summary>
    public int ReaderCount
    {
        get
        {
            lock (_waking)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>Adds a reader that is to be woken.</summary>
    public void Add(Waiter waiter)
    {
        lock (_waking)
        {
            _waiters.Add(waiter);
        }
    }

    /// <summary>Removes a reader.</summary>
    public void Remove(Waiter waiter)
    {
        lock (_waking)
        {
            _waiters.Remove(waiter);
        }
    }

    /// <summary>Reads the next updates after a position, as one frame.</summary>
    /// <param name="after">The reader's position.</param>
    /// <param name="audience">Who reads.</param>
    /// <param name="limits">How much a frame holds.</param>
    /// <param name="factory">Makes the frame; called at most once for readers at the same place.</param>
    public WindowRead Read(LogPosition after, Audience audience, FrameLimits limits, IFrameFactory factory)
    {
        // Read before the list: everything up to here has been added to it.
        var head = tail.Reached;
        lock (_gate)
        {
            if (Ended is not null)
            {
                // The head may be that of another history by now: this stream's readers stay where they are.
                return WindowRead.Ended;
            }

            if (after.Number < _firstReadable - 1)
            {
                return WindowRead.Behind;
            }

            var first = Find(after.Number, audience);
            if (first == _end)
            {
                return WindowRead.AtEnd(head);
            }

            var now = tail.Time.GetTimestamp();
            foreach (var cached in _frames)
            {
                if (cached is not null && cached.First == _items[first].Entry.Number && cached.Audience == audience && cached.Limits == limits
                    && cached.Sharing == _sharing && tail.Time.GetElapsedTime(cached.Made, now) < FrameLifetime)
                {
                    return WindowRead.Of(cached.Frame);
                }
            }

            var frame = Build(first, audience, limits, head, factory);
            _frames[_nextFrame] = new CachedFrame(_items[first].Entry.Number, audience, limits, now, _sharing, frame);
            _nextFrame = (_nextFrame + 1) % CachedFrames;
            return WindowRead.Of(frame);
        }
    }

    /// <summary>How many of the window's updates lie after a number, counted up to <see cref="FrameLimits.MaxLag"/>, and when the first was committed.</summary>
    public (int Count, DateTimeOffset? Oldest) CountAfter(long number, Audience audience)
    {
        lock (_gate)
        {
            var first = Find(number, audience);
            if (first == _end)
            {
                return (0, null);
            }

            var total = audience.Held ? _heldCount : _openCount;
            return ((int)Math.Min(total - _items[first].CountFor(audience) + 1, FrameLimits.MaxLag), _items[first].Entry.CommitTime);
        }
    }

    /// <summary>Adds entries that mean something to this stream. Readers are woken once the head has moved.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="epoch">The log's incarnation at the last of them: readers see them before the head has moved.</param>
    internal void Append(IReadOnlyList<(WindowEntry Entry, Membership Membership)> entries, int epoch)
    {
        lock (_gate)
        {
            _epoch = epoch;
            foreach (var (entry, membership) in entries)
            {
                _openCount += membership.Open == MembershipAction.None ? 0 : 1;
                _heldCount += membership.Held == MembershipAction.None ? 0 : 1;
                Push(new Item(entry, membership, _openCount, _heldCount));
            }
        }
    }

    /// <summary>Forgets entries before a number.</summary>
    internal void Trim(long firstNumber)
    {
        lock (_gate)
        {
            _firstReadable = Math.Max(_firstReadable, firstNumber);
            while (_start < _end && _items[_start].Entry.Number < firstNumber)
            {
                _items[_start++] = default;
            }
        }
    }

    /// <summary>Forgets shared frames: the text of an article in them may no longer be given out.</summary>
    internal void StopSharing()
    {
        lock (_gate)
        {
            _sharing++;
            Array.Clear(_frames);
        }
    }

    /// <summary>Takes over names and progress that do not change what the stream holds.</summary>
    internal void Rename(StreamDefinition definition)
    {
        Definition = definition;
        Wake();
    }

    internal void End(Rejection reason)
    {
        lock (_gate)
        {
            Ended = reason;
        }

        Wake();
    }

    internal void Wake()
    {
        // Under the lock, but for no longer than it takes to queue each reader: they go on elsewhere.
        lock (_waking)
        {
            foreach (var waiter in _waiters)
            {
                waiter.Wake();
            }
        }
    }

    private EncodedFrame Build(int first, Audience audience, FrameLimits limits, LogReach head, IFrameFactory factory)
    {
        var updates = new List<ReadOnlyMemory<byte>>();
        List<string>? withdrawn = null;
        var bytes = 0;
        var next = first;
        Item last = default;
        for (; next < _end && updates.Count < limits.MaxUpdates; next++)
        {
            ref var item = ref _items[next];
            var action = item.For(audience);
            if (action == MembershipAction.None)
            {
                continue;
            }

            var update = item.Entry.Encode(action, item.Membership.ContinuesFor(audience.Held), audience);
            if (updates.Count > 0 && bytes + update.Length > limits.MaxBytes)
            {
                break;
            }

            updates.Add(update);
            bytes += update.Length;
            last = item;
            if (item.Entry.Withdrawn is { } articleId)
            {
                (withdrawn ??= []).Add(articleId);
            }
        }

        var total = audience.Held ? _heldCount : _openCount;
        var pending = (int)Math.Min(total - last.CountFor(audience), FrameLimits.MaxLag);
        DateTimeOffset? oldest = null;
        var after = last.Entry.Position;
        if (pending > 0)
        {
            oldest = _items[Find(last.Entry.Number, audience)].Entry.CommitTime;
        }
        else if (head.Position.Number > after.Number)
        {
            // Nothing of this stream follows up to the head: the cursor passes over what was filtered out.
            after = head.Position;
        }

        var content = new FrameContent(last.Entry.CommitTime, withdrawn ?? []);
        return factory.MakeUpdates([.. updates], content, new LogReach(after, Math.Max(head.Epoch, _epoch)), pending, oldest);
    }

    /// <summary>The index of the first item after a number that means something to an audience; the end when there is none.</summary>
    private int Find(long after, Audience audience)
    {
        int low = _start, high = _end;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = _items[middle].Entry.Number <= after ? (middle + 1, high) : (low, middle);
        }

        while (low < _end && _items[low].For(audience) == MembershipAction.None)
        {
            low++;
        }

        return low;
    }

    private void Push(Item item)
    {
        if (_end == _items.Length)
        {
            var count = _end - _start;
            var target = count * 2 > _items.Length ? new Item[_items.Length * 2] : _items;
            Array.Copy(_items, _start, target, 0, count);
            if (ReferenceEquals(target, _items))
            {
                Array.Clear(_items, count, _end - count);
            }

            (_items, _start, _end) = (target, 0, count);
        }

        _items[_end++] = item;
    }

    private readonly record struct Item(WindowEntry Entry, Membership Membership, long OpenCount, long HeldCount)
    {
        public MembershipAction For(Audience audience) => Membership.For(audience.Held);

        public long CountFor(Audience audience) => audience.Held ? HeldCount : OpenCount;
    }

    private sealed record CachedFrame(long First, Audience Audience, FrameLimits Limits, long Made, long Sharing, EncodedFrame Frame);
}

/// <summary>What a read of the window gave.</summary>
/// <param name="Outcome">Which of the three it is.</param>
/// <param name="Frame">The updates, for <see cref="WindowOutcome.Frame"/>.</param>
/// <param name="Head">Up to where there is nothing, for <see cref="WindowOutcome.AtEnd"/>; a reader of the archive may be beyond it.</param>
public readonly record struct WindowRead(WindowOutcome Outcome, EncodedFrame? Frame, LogReach Head)
{
    /// <summary>The stream cannot be read any more.</summary>
    public static readonly WindowRead Ended = new(WindowOutcome.Ended, null, default);

    /// <summary>The position lies before the window.</summary>
    public static readonly WindowRead Behind = new(WindowOutcome.Behind, null, default);

    /// <summary>Nothing follows up to a place, over which a reader before it moves.</summary>
    public static WindowRead AtEnd(LogReach head) => new(WindowOutcome.AtEnd, null, head);

    /// <summary>Updates.</summary>
    public static WindowRead Of(EncodedFrame frame) => new(WindowOutcome.Frame, frame, default);
}

/// <summary>What a read of the window can give.</summary>
public enum WindowOutcome
{
    /// <summary>Updates.</summary>
    Frame,

    /// <summary>Nothing follows.</summary>
    AtEnd,

    /// <summary>The position lies before the window: read pages from the store.</summary>
    Behind,

    /// <summary>Nothing more, ever: see <see cref="StreamTail.Ended"/>.</summary>
    Ended,
}

/// <summary>How much a frame holds.</summary>
/// <param name="MaxUpdates">1 to 1,000.</param>
/// <param name="MaxBytes">A frame of several updates is no longer; a single update may be.</param>
public readonly record struct FrameLimits(int MaxUpdates, int MaxBytes)
{
    /// <summary>Lag is counted up to here.</summary>
    public const int MaxLag = 1000;

    /// <summary>Measured: past about 256 KiB in one flush, throughput falls.</summary>
    public const int DefaultMaxBytes = 256 * 1024;

    /// <summary>Lag as the contract shows it.</summary>
    /// <param name="pending">How many updates are still to come.</param>
    /// <param name="oldest">When the first of them was committed.</param>
    /// <param name="now">The time.</param>
    public static Lag LagOf(int pending, DateTimeOffset? oldest, DateTimeOffset now)
    {
        var lag = new Lag { Updates = pending };
        if (oldest is { } committed)
        {
            lag.Duration = Duration.FromTimeSpan(now > committed ? now - committed : TimeSpan.Zero);
        }

        return lag;
    }
}

/// <summary>Makes frames of one stream: seals their cursors and adds time and lag.</summary>
public interface IFrameFactory
{
    /// <summary>A frame of updates.</summary>
    /// <param name="updates">The encoded updates.</param>
    /// <param name="content">What receipts need to know of them.</param>
    /// <param name="after">The place after it, and the log's incarnation there.</param>
    /// <param name="pending">How many updates are still to come.</param>
    /// <param name="oldest">When the first of them was committed.</param>
    EncodedFrame MakeUpdates(ReadOnlyMemory<byte>[] updates, FrameContent content, LogReach after, int pending, DateTimeOffset? oldest);
}
