using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Syndication.Access;
using Syndication.Log;
using Syndication.Receipts;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Subscriptions;

/// <summary>
/// One reader's walk along a stream: snapshot, archive and live tail are one loop over one position, so that there is no
/// switch at which an update could be lost or repeated. Holds at most two pages of the archive: one that is sent, and the
/// next, which is read meanwhile. A reader that does not ask for the next frame costs nothing.
/// </summary>
public sealed partial class SubscriptionReader(
    ILogStore store, LogTail tail, CursorService cursors, CatchUpGate gate, TimeProvider time, ILogger<SubscriptionReader> logger)
{
    private const int PageCount = 256;
    private const long PageBytes = 512 * 1024;

    /// <summary>Some twenty pages: the first of them counts for all.</summary>
    private const int CountedAhead = FrameLimits.MaxLag + (16 * PageCount);

    /// <summary>How often a reader that waits for the search of the archive looks for its progress, and one that meets a fault tries again.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a reader that came while the tail was behind the log looks whether it has caught up.</summary>
    private static readonly TimeSpan TailInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads frames until cancelled.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="start">Where to start, as <see cref="CursorService.StartAsync"/> gave it.</param>
    /// <param name="audience">Who reads.</param>
    /// <param name="limits">How much a frame holds.</param>
    /// <param name="heartbeat">How long the reader may be left without a frame.</param>
    /// <param name="access">What the reading rests on: it ends with it.</param>
    /// <param name="delivery">Where a partner's frames are recorded, each before it is given; null for the staff.</param>
    /// <param name="keepsFrames">
    /// Whether a frame is still used when the next has been asked for. Where not, its memory is used again: what looked at it
    /// then would find another update in it.
    /// </param>
    /// <param name="stopping">Ends the reading with a last cursor and <see cref="ErrorReason.ServerShuttingDown"/>.</param>
    /// <exception cref="SubscriptionEndedException">The stream cannot be read on; says why.</exception>
    public async IAsyncEnumerable<EncodedFrame> ReadAsync(
        StreamTail stream,
        Cursor start,
        Audience audience,
        FrameLimits limits,
        TimeSpan heartbeat,
        AccessSession access,
        Delivery? delivery,
        bool keepsFrames,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var waiter = new Waiter();
        var frames = new FrameFactory(cursors, time, start, (in entry, buffer) => UpdateEncoder.Encode(entry, audience, buffer));
        var caughtUp = false;

        // What was committed when the reader came; the tail may not have read it yet.
        var committed = tail.LogHead.Position.Number;
        var lastFrame = time.GetTimestamp();
        var alarm = new Alarm(waiter);
        using var wake = time.CreateTimer(static state => ((Alarm)state!).Ring(), alarm, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var onStopping = stopping.Register(static state => ((Waiter)state!).Wake(), waiter);
        using var onCancelled = cancellationToken.Register(static state => ((Waiter)state!).Wake(), waiter);
        stream.Add(waiter);
        access.Ending += waiter.Wake;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((stream.Ended ?? access.Ended) is { } ended)
                {
                    throw new SubscriptionEndedException(ended);
                }

                if (stopping.IsCancellationRequested)
                {
                    yield return frames.MakeControl(new SubscribeResponse { Heartbeat = new Heartbeat() });
                    throw new SubscriptionEndedException(
                        new Rejection(ErrorReason.ServerShuttingDown, "The server is going down: resume from the last cursor."));
                }

                var blankings = tail.Blankings;
                var step = await StepAsync(stream, frames, audience, limits, cancellationToken);
                if (access.Ended is not null)
                {
                    // The tail has access ended before it shows what was committed after a revocation: the frames may hold that.
                    continue;
                }

                if (step.Frames.Count > 0)
                {
                    if (step.FellBehind && caughtUp)
                    {
                        caughtUp = false;
                        var (pending, oldest) = await CountPendingAsync(frames.Place, stream, audience, cancellationToken);
                        yield return frames.MakeControl(new SubscribeResponse { FellBehind = new FellBehind() }, pending, oldest);
                    }

                    var unrecorded = false;
                    foreach (var frame in step.Frames)
                    {
                        if (delivery is not null && !delivery.IsReserved(frame))
                        {
                            var then = tail.Blankings;
                            unrecorded = !await delivery.TryReserveAsync(frame, cancellationToken);
                            if (unrecorded || access.Ended is not null || tail.Blankings != then)
                            {
                                // Revoked or killed while that was written: it is read again, and is reserved by now.
                                break;
                            }
                        }

                        frames.Place = frame.After;
                        lastFrame = time.GetTimestamp();
                        yield return frame;
                        if (step.IsFollowed && frames.Next is null)
                        {
                            // Not before the reader has taken something: one that does not read holds one page, not two.
                            frames.Next = new PageAhead(QueryAfter(step.Frames[^1].After, frames, audience), blankings, ReadAhead);
                        }

                        if (stopping.IsCancellationRequested || stream.Ended is not null || access.Ended is not null || tail.Blankings != blankings)
                        {
                            // What is left of the page may hold a text that was killed meanwhile: it is read again.
                            break;
                        }
                    }

                    if (!keepsFrames)
                    {
                        step.Page?.Return();
                    }

                    if (!unrecorded)
                    {
                        continue;
                    }

                    // What cannot be recorded is not sent: the reader stays connected, with heartbeats, until the database is back.
                    step = new Step([], FellBehind: false, IsEnd: false, RetryInterval);
                }

                if (step.IsEnd && !caughtUp && tail.Head.Number < committed)
                {
                    tail.Poke();
                    step = step with { RetryIn = TailInterval };
                }
                else if (step.IsEnd && !caughtUp)
                {
                    caughtUp = true;
                    yield return frames.MakeControl(new SubscribeResponse { CaughtUp = new CaughtUp() });
                    lastFrame = time.GetTimestamp();
                    continue;
                }

                var silent = time.GetElapsedTime(lastFrame);
                if (silent >= heartbeat)
                {
                    var (pending, oldest) = step.IsEnd ? default : await CountPendingAsync(frames.Place, stream, audience, cancellationToken);
                    yield return frames.MakeControl(new SubscribeResponse { Heartbeat = new Heartbeat() }, pending, oldest);
                    lastFrame = time.GetTimestamp();
                    continue;
                }

                // One timer for the whole subscription: an update on the way does not touch it. Timers count whole milliseconds
                // and may be early, so one that is nearly due may have fired already and is set anew.
                var patience = step.RetryIn is { } retry && retry < heartbeat - silent ? retry : heartbeat - silent;
                var now = time.GetElapsedTime(0);
                if (!alarm.IsSet || alarm.At > now + patience)
                {
                    alarm.Set(now + patience);
                    wake.Change(patience, Timeout.InfiniteTimeSpan);
                }

                await waiter.WaitAsync();
            }
        }
        finally
        {
            access.Ending -= waiter.Wake;
            stream.Remove(waiter);
            await TakeNextAsync(frames, null);
        }

        Task<LogPage> ReadAhead(PageQuery query) => Task.Run(
            async () =>
            {
                using (await gate.EnterAsync(cancellationToken))
                {
                    return await store.ReadPageAsync(query, cancellationToken);
                }
            },
            cancellationToken);
    }

    /// <summary>Reads on from the place: from the window where it reaches, from the archive where not.</summary>
    private async ValueTask<Step> StepAsync(
        StreamTail stream, FrameFactory frames, Audience audience, FrameLimits limits, CancellationToken cancellationToken)
    {
        if (!frames.Place.InSnapshot)
        {
            var read = stream.Read(frames.Place.Position, audience, limits, frames);
            switch (read.Outcome)
            {
                case WindowOutcome.Frame:
                    frames.Ahead = 0;
                    await TakeNextAsync(frames, null);
                    return new Step(read.Frame!.Alone, FellBehind: false, IsEnd: false, null);
                case WindowOutcome.AtEnd:
                    if (read.Head.Position.Number > frames.Place.Position.Number)
                    {
                        frames.Place = frames.Place with { Position = read.Head.Position, Epoch = read.Head.Epoch };
                    }

                    return new Step([], FellBehind: false, IsEnd: true, null);
                case WindowOutcome.Ended:
                    return new Step([], FellBehind: false, IsEnd: false, TimeSpan.Zero);
            }
        }

        if (frames.Place.InSnapshot && tail.Head.Number < frames.Place.SnapshotPoint.Number)
        {
            tail.Poke();
            return new Step([], FellBehind: false, IsEnd: false, TailInterval);
        }

        if (frames.Place.InSnapshot && !stream.Definition.IsBackfilled)
        {
            // What the stream holds is known when the archive has been searched.
            return new Step([], FellBehind: false, IsEnd: false, RetryInterval);
        }

        try
        {
            return await ReadPageAsync(stream, frames, audience, limits, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            // The reader stays connected, with heartbeats, and goes on from its place when the database is back.
            LogPageFault(logger, stream.Definition.StreamId, exception);
            frames.IsInDoubt = true;
            return new Step([], FellBehind: false, IsEnd: false, RetryInterval);
        }
    }

    private async Task<Step> ReadPageAsync(
        StreamTail stream, FrameFactory frames, Audience audience, FrameLimits limits, CancellationToken cancellationToken)
    {
        var place = frames.Place;

        var query = QueryAfter(place, frames, audience);
        var ahead = await TakeNextAsync(frames, query);
        LogPage page;
        var pending = 0;
        DateTimeOffset? oldest = null;
        using (await gate.EnterAsync(cancellationToken))
        {
            page = ahead ?? await store.ReadPageAsync(query, cancellationToken);
            if (page.Epoch != place.Epoch || frames.IsInDoubt)
            {
                // Another incarnation of the log, or perhaps another copy of the database: it is gone on in only where it shares the place.
                var known = await cursors.CheckAsync(place, stream.Definition, cancellationToken);
                frames.Place = known.Rejection is { } lost ? throw new SubscriptionEndedException(lost) : known.Value;
                frames.IsInDoubt = false;
                return new Step([], FellBehind: false, IsEnd: false, TimeSpan.Zero);
            }

            if (CursorService.IsExpired(place, page.Dropped))
            {
                throw new SubscriptionEndedException(
                    cursors.Expired(stream.Definition, await tail.RefreshHeadAsync(cancellationToken)));
            }

            if (page.Updates.Count > 0)
            {
                (pending, oldest) = await CountAheadAsync(frames, audience, page, cancellationToken);
            }
        }

        var made = MakeFrames(page, frames, limits, pending, oldest);
        if (!page.IsEnd)
        {
            return new Step(made, FellBehind: true, IsEnd: false, null, page.Buffer, IsFollowed: made.Count > 0);
        }

        if (place.InSnapshot)
        {
            // The log goes on from the point at which the snapshot was fixed.
            frames.Place = place with { InSnapshot = false, Position = place.SnapshotPoint, SnapshotPoint = default };
            var (after, first) = await CountPendingAsync(frames.Place, stream, audience, cancellationToken);
            made.Add(frames.MakeControl(new SubscribeResponse { SnapshotComplete = new SnapshotComplete() }, after, first));
            frames.Place = place;
            return new Step(made, FellBehind: false, IsEnd: false, null, page.Buffer);
        }

        if (made.Count == 0 && page.ReadThrough.Number > place.Position.Number)
        {
            frames.Place = place with { Position = page.ReadThrough };
            return new Step([], FellBehind: false, IsEnd: false, TimeSpan.Zero);
        }

        return new Step(made, FellBehind: true, IsEnd: false, RetryInterval, page.Buffer);
    }

    /// <summary>The page that is being read already, where it is the one that is wanted; another is let go.</summary>
    private async ValueTask<LogPage?> TakeNextAsync(FrameFactory frames, PageQuery? wanted)
    {
        if (frames.Next is not { } next)
        {
            return null;
        }

        frames.Next = null;
        if (wanted is not null && next.IsFor(wanted, tail.Blankings))
        {
            return await next.Page;
        }

        await ((Task)next.Page).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (next.Page.IsCompletedSuccessfully)
        {
            next.Page.Result.Buffer?.Return();
        }

        return null;
    }

    /// <summary>A page after a place. Not beyond what the tail has read: it applies revocations in their place of the order.</summary>
    private PageQuery QueryAfter(Cursor place, FrameFactory frames, Audience audience) => new(
        place.StreamKey, audience.Held, place.Position.Number, place.InSnapshot ? place.SnapshotPoint.Number : tail.Head.Number,
        place.InSnapshot, PageCount, PageBytes, frames.Encoder);

    /// <summary>What is still to come after a page. Counted far ahead, so that a long replay counts each update once and not with every page.</summary>
    private async Task<(int Pending, DateTimeOffset? Oldest)> CountAheadAsync(
        FrameFactory frames, Audience audience, LogPage page, CancellationToken cancellationToken)
    {
        // A snapshot steps over what was superseded: its entries say nothing of what was counted.
        frames.Ahead = frames.Place.InSnapshot ? 0 : frames.Ahead - page.Updates.Count;
        var limit = 1;
        if (frames.Ahead < FrameLimits.MaxLag)
        {
            limit = frames.Place.InSnapshot ? FrameLimits.MaxLag : CountedAhead;
            frames.Ahead = 0;
        }
        else if (page.NextCommitTime is { } next)
        {
            return (FrameLimits.MaxLag, next);
        }

        var (count, oldest) = await store.CountAfterAsync(
            frames.Place.StreamKey, audience.Held, page.Updates[^1].Position.Number, limit, cancellationToken);
        frames.Ahead = Math.Max(frames.Ahead, count);
        return ((int)Math.Min(frames.Ahead, FrameLimits.MaxLag), oldest);
    }

    /// <summary>What is still to come after a place; as far as this node's memory knows, while the database does not answer.</summary>
    private async Task<(int Pending, DateTimeOffset? Oldest)> CountPendingAsync(
        Cursor place, StreamTail stream, Audience audience, CancellationToken cancellationToken)
    {
        try
        {
            return await store.CountAfterAsync(place.StreamKey, audience.Held, place.Rank.Number, FrameLimits.MaxLag, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return stream.CountAfter(place.Rank.Number, audience);
        }
    }

    private static List<EncodedFrame> MakeFrames(
        LogPage page, FrameFactory frames, FrameLimits limits, int pending, DateTimeOffset? oldest)
    {
        var made = new List<EncodedFrame>();
        var from = 0;
        var bytes = 0;
        for (var i = 0; i < page.Updates.Count; i++)
        {
            var update = page.Updates[i];
            if (i > from && (i - from == limits.MaxUpdates || bytes + update.Bytes.Length > limits.MaxBytes))
            {
                var left = Math.Min(page.Updates.Count - i + pending, FrameLimits.MaxLag);
                made.Add(frames.MakePage(page.Updates, from, i, page.Updates[i - 1].Position, left, update.CommitTime));
                from = i;
                bytes = 0;
            }

            bytes += update.Bytes.Length;
        }

        if (from < page.Updates.Count)
        {
            // From what was read, not from what was kept: a page whose end was filtered out advances all the same. Inside a
            // snapshot the end of the last page is the snapshot's own.
            var after = page.IsEnd && !frames.Place.InSnapshot ? page.ReadThrough : page.Updates[^1].Position;
            made.Add(frames.MakePage(page.Updates, from, page.Updates.Count, after, pending, oldest));
        }

        return made;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A page of stream {Stream} could not be read; trying again")]
    private static partial void LogPageFault(ILogger logger, string stream, Exception exception);

    /// <param name="Frames">What to send.</param>
    /// <param name="FellBehind">Whether it comes from the archive.</param>
    /// <param name="IsEnd">Whether everything that was committed has been sent.</param>
    /// <param name="RetryIn">When to look again even without news.</param>
    /// <param name="Page">The memory of the frames, where it is theirs alone.</param>
    /// <param name="IsFollowed">Whether another page follows.</param>
    private readonly record struct Step(
        IReadOnlyList<EncodedFrame> Frames, bool FellBehind, bool IsEnd, TimeSpan? RetryIn, PageBuffer? Page = null, bool IsFollowed = false);

    /// <summary>A page that is read while the one before it is sent.</summary>
    private sealed class PageAhead(PageQuery query, long blankings, Func<PageQuery, Task<LogPage>> read)
    {
        public Task<LogPage> Page { get; } = read(query);

        /// <summary>Whether it is what is wanted, and holds no text that was taken away since. It may reach less far.</summary>
        public bool IsFor(PageQuery wanted, long blankingsNow) => query with { Through = wanted.Through } == wanted && blankings == blankingsNow;
    }

    /// <summary>A timer's state. Timers ring up to a millisecond early: only the ring itself tells that one is to be set again.</summary>
    private sealed class Alarm(Waiter waiter)
    {
        private volatile bool _isSet;

        public bool IsSet => _isSet;

        public TimeSpan At { get; private set; }

        public void Set(TimeSpan at) => (At, _isSet) = (at, true);

        public void Ring()
        {
            _isSet = false;
            waiter.Wake();
        }
    }

    private sealed class FrameFactory(CursorService cursors, TimeProvider time, Cursor start, EntryEncoder encoder) : IFrameFactory
    {
        /// <summary>Makes the updates of pages of the archive.</summary>
        public EntryEncoder Encoder => encoder;

        public Cursor Place { get; set; } = start;

        /// <summary>The next page of the archive, where it is being read already.</summary>
        public PageAhead? Next { get; set; }

        /// <summary>At least so many updates lie after the last page of the archive.</summary>
        public long Ahead { get; set; }

        /// <summary>Whether the database was away since the place was checked: it may have been replaced by an older copy.</summary>
        public bool IsInDoubt { get; set; }

        /// <remarks>Readers share these: the place must be none that is this reader's alone, so it claims nothing of what retention had dropped.</remarks>
        EncodedFrame IFrameFactory.MakeUpdates(
            ReadOnlyMemory<byte>[] updates, FrameContent content, LogReach after, int pending, DateTimeOffset? oldest) =>
            Make(updates, content, Place with { Position = after.Position, Epoch = after.Epoch, Sweeps = 0 }, pending, oldest);

        /// <summary>A frame of some of a page's updates.</summary>
        public EncodedFrame MakePage(IReadOnlyList<PageUpdate> page, int from, int to, LogPosition after, int pending, DateTimeOffset? oldest)
        {
            var updates = new ReadOnlyMemory<byte>[to - from];
            List<string>? withdrawn = null;
            for (var i = from; i < to; i++)
            {
                updates[i - from] = page[i].Bytes;
                if (page[i].Withdrawn is { } articleId)
                {
                    (withdrawn ??= []).Add(articleId);
                }
            }

            return Make(updates, new FrameContent(page[to - 1].CommitTime, withdrawn ?? []), Place with { Position = after }, pending, oldest);
        }

        public EncodedFrame MakeControl(SubscribeResponse message, int pending = 0, DateTimeOffset? oldest = null) =>
            EncodedFrame.OfControl(Trailer(message, Place, pending, oldest), Place);

        private EncodedFrame Make(ReadOnlyMemory<byte>[] updates, FrameContent content, Cursor place, int pending, DateTimeOffset? oldest) =>
            EncodedFrame.OfUpdates(updates, content, Trailer(new SubscribeResponse(), place, pending, oldest), place);

        private SubscribeResponse Trailer(SubscribeResponse message, Cursor place, int pending, DateTimeOffset? oldest)
        {
            var now = time.GetUtcNow();
            message.Cursor = cursors.Seal(place);
            message.ServerTime = Timestamp.FromDateTimeOffset(now);
            message.Lag = FrameLimits.LagOf(pending, oldest, now);
            return message;
        }
    }
}

/// <summary>Bounds how many readers read pages of the archive at once, so that a restart that brings everybody back does not choke the database.</summary>
public sealed class CatchUpGate(int concurrency) : IDisposable
{
    private readonly SemaphoreSlim _places = new(concurrency, concurrency);

    /// <summary>Waits for a place; dispose the answer to give it back.</summary>
    public async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Place(_places);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    /// <summary>A place among the readers.</summary>
    public readonly struct Place(SemaphoreSlim places) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => places.Release();
    }
}

/// <summary>A subscription has ended for a reason that its reader is told.</summary>
public sealed class SubscriptionEndedException(Rejection rejection) : Exception(rejection.Message)
{
    /// <summary>The reason.</summary>
    public Rejection Rejection { get; } = rejection;
}
