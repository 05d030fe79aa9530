using Syndication.Access;
using Syndication.Log;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>Who subscribes to what in a test.</summary>
public sealed record FeedRequest
{
    public string Stream { get; init; } = StreamDefinition.AllId;

    public StartPosition Start { get; init; } = Make.Earliest;

    public bool Held { get; init; }

    public bool Headlines { get; init; }

    public int MaxUpdates { get; init; } = 64;

    public int MaxBytes { get; init; } = FrameLimits.DefaultMaxBytes;

    /// <summary>Long, so that only tests of heartbeats have any.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the encoded frames are kept, for <see cref="Feed.Kept"/>.</summary>
    public bool KeepsFrames { get; init; }

    public string Consumer { get; init; } = Consumers.DefaultConsumer;

    /// <summary>Who reads; somebody of the staff by default.</summary>
    public Caller Caller { get; init; } = new() { Principal = Node.Principal, Roles = [CallerRole.Reader] };

    public Audience Audience => new(Held, Desk: Held && !Caller.IsPartner, Headlines);
}

/// <summary>A subscription that is read in the background, frame by frame.</summary>
public sealed class Feed : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly Lock _gate = new();
    private readonly List<SubscribeResponse> _frames = [];
    private readonly List<EncodedFrame> _kept = [];
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _mayRead = Task.CompletedTask;
    private TaskCompletionSource? _paused;

    private Feed(Node node, FeedRequest request, StreamTail stream, Cursor start)
    {
        Start = start;
        _reading = Task.Run(() => ReadAsync(node, request, stream, start));
    }

    /// <summary>Where it starts.</summary>
    public Cursor Start { get; }

    /// <summary>Why it has ended; null while it goes on.</summary>
    public Rejection? Ended { get; private set; }

    /// <summary>All frames up to now.</summary>
    public IReadOnlyList<SubscribeResponse> Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    /// <summary>All frames up to now, decoded only now.</summary>
    public IReadOnlyList<SubscribeResponse> Kept
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept.Select(frame => frame.Decode())];
            }
        }
    }

    /// <summary>All updates up to now.</summary>
    public IReadOnlyList<Update> Updates => [.. Frames.Where(frame => frame.Updates is not null).SelectMany(frame => frame.Updates.Updates)];

    /// <summary>All updates up to now, each in a line.</summary>
    public IReadOnlyList<string> Lines => [.. Updates.Select(Make.Line)];

    /// <summary>The cursor of the last frame.</summary>
    public string LastCursor => Frames[^1].Cursor;

    /// <summary>Subscribes as the gRPC service does.</summary>
    public static async Task<Outcome<Feed>> TryOpenAsync(Node node, FeedRequest request)
    {
        var definition = await node.Streams.FindAsync(request.Stream, CancellationToken.None);
        if (definition.Rejection is { } noStream)
        {
            return noStream;
        }

        var stream = await node.Tail.WaitForAsync(definition.Value, CancellationToken.None);
        var key = new ConsumerKey(request.Caller.Principal, request.Consumer, request.Stream);
        var start = await node.Cursors.StartAsync(request.Start, stream.Definition, key, CancellationToken.None);
        return start.Rejection is { } rejection ? rejection : new Feed(node, request, stream, start.Value);
    }

    /// <summary>Subscribes; the test fails when it is refused.</summary>
    public static async Task<Feed> OpenAsync(Node node, FeedRequest request) => (await TryOpenAsync(node, request)).Value;

    /// <summary>Everything that is committed, in one go.</summary>
    public static async Task<IReadOnlyList<string>> ReadAllAsync(Node node, FeedRequest request)
    {
        await node.CatchUpAsync();
        await using var feed = await OpenAsync(node, request);
        await feed.CaughtUpAsync();
        return feed.Lines;
    }

    /// <summary>Waits until the frames are as the test wants them.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<SubscribeResponse>, bool> condition, string what)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
                if (condition(_frames))
                {
                    return;
                }
            }

            if (_reading.IsCompleted)
            {
                await _reading;
                Assert.Fail($"The subscription ended ({Ended?.Reason}) before {what}");
            }

            try
            {
                await changed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Not within {Eventually.Patience}: {what}. Updates: {string.Join(", ", Lines)}");
            }
        }
    }

    /// <summary>Waits for the first <c>caught_up</c>.</summary>
    public Task CaughtUpAsync() => UntilAsync(frames => frames.Any(frame => frame.CaughtUp is not null), "it has caught up");

    /// <summary>Waits for so many updates, and checks that there are no more.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(int count)
    {
        await UntilAsync(frames => frames.Sum(frame => frame.Updates?.Updates.Count ?? 0) >= count, $"{count} updates have come");
        return Lines;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<Rejection> EndedAsync()
    {
        await _reading.WaitAsync(Eventually.Patience);
        return Ended ?? throw new InvalidOperationException("The reader has left by itself.");
    }

    /// <summary>Stops asking for frames, as a slow reader does.</summary>
    public void Pause()
    {
        _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _mayRead, _paused.Task);
    }

    /// <summary>Asks for frames again.</summary>
    public void Resume() => _paused?.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        Resume();
        await _reading;
        _leaving.Dispose();
    }

    private async Task ReadAsync(Node node, FeedRequest request, StreamTail stream, Cursor start)
    {
        var limits = new FrameLimits(request.MaxUpdates, request.MaxBytes);
        using var access = node.Access.Open(request.Caller, stream.Definition, request.Held);
        using var delivery = request.Caller.IsPartner
            ? node.Deliveries.Open(new ConsumerKey(request.Caller.Principal, request.Consumer, request.Stream), start, request.Held, exact: false)
            : null;
        try
        {
            await foreach (var frame in node.Subscription.ReadAsync(
                stream, start, request.Audience, limits, request.Heartbeat, access, delivery, request.KeepsFrames, node.Stopping, _leaving.Token))
            {
                Add(frame, request.KeepsFrames);
                delivery?.OnTaken(frame);
                await Volatile.Read(ref _mayRead);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
        }
        catch (SubscriptionEndedException exception)
        {
            Ended = exception.Rejection;
        }
        finally
        {
            Signal();
        }
    }

    private void Add(EncodedFrame frame, bool keep)
    {
        lock (_gate)
        {
            _frames.Add(frame.Decode());
            if (keep)
            {
                _kept.Add(frame);
            }
        }

        Signal();
    }

    private void Signal() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
