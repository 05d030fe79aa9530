using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Stores.Tests.Model;

/// <summary>
/// One random history on two nodes with readers who come and go, beside the model of it. The commands, and who reads what,
/// follow from the seed; how threads meet does not.
/// </summary>
public sealed class Scenario : IAsyncDisposable
{
    private const int Steps = 70;
    private const int MaxCursors = 25;

    private static readonly string[] Languages = ["fr", "de", "en"];

    private static readonly StorePoint[] FailurePoints =
    [
        StorePoint.AfterStateRead, StorePoint.BeforeAppend, StorePoint.AfterAppend, StorePoint.BeforeTailRead, StorePoint.AfterTailRead,
        StorePoint.BeforePageRead, StorePoint.AfterPageRead, StorePoint.BeforeRetention, StorePoint.AfterRetention,
        StorePoint.BeforeBackfill, StorePoint.AfterBackfill,
    ];

    private readonly StoreFixture _store;
    private readonly Random _random;
    private readonly ManualClock _clock = new();
    private readonly ModelLog _model = new();
    private readonly bool _keepsForAnHour;
    private readonly Node[] _nodes = new Node[2];
    private readonly Dictionary<string, (string Language, int Revision, int Generation)> _streams = [];
    private readonly List<Session> _sessions = [];
    private readonly List<SeenCursor> _cursors = [];
    private readonly List<string> _history = [];
    private StoreHandle? _raw;
    private int _requests;
    private int _generations;

    public Scenario(StoreFixture store, int seed)
    {
        _store = store;
        _random = new Random(seed);

        // Of what retention dropped before a stream was created, the stream knows nothing: one or the other.
        _keepsForAnHour = seed % 2 == 0;
    }

    /// <summary>The commands up to now.</summary>
    public string History => string.Join(Environment.NewLine, _history);

    public async Task RunAsync()
    {
        await _store.CreateAsync();
        _raw = _store.Open();
        for (var i = 0; i < _nodes.Length; i++)
        {
            _nodes[i] = await StartNodeAsync();
        }

        for (var i = 0; i < 2; i++)
        {
            await CreateStreamAsync($"s{i}");
        }

        for (var step = 0; step < Steps; step++)
        {
            SetFaults(_random.Next(3) == 0);
            await StepAsync();
        }

        SetFaults(false);
        await FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.Feed.DisposeAsync();
        }

        foreach (var node in _nodes.Where(node => node is not null))
        {
            await node.DisposeAsync();
        }

        _raw?.Dispose();
    }

    private Node AnyNode => _nodes[_random.Next(_nodes.Length)];

    private string AnyArticle => $"a{_random.Next(8)}";

    private async Task StepAsync()
    {
        var id = AnyArticle;
        switch (_random.Next(20))
        {
            case < 7:
                await PublishAsync(id);
                break;
            case 7:
                await CommandAsync($"hold {id}", (node, request) => node.TryWithholdAsync(id, request), () => _model.Hold(id));
                break;
            case 8 or 9:
                var lift = _random.Next(2) == 0;
                await CommandAsync($"release {id} {lift}", (node, request) => node.TryReleaseAsync(id, lift, request), () => _model.Release(id, lift));
                break;
            case 10 when _random.Next(3) == 0:
                await CommandAsync($"kill {id}", (node, request) => node.TryWithdrawAsync(id, request), () => _model.Kill(id));
                break;
            case 10 or 11:
                await TickAsync();
                break;
            case 12:
                await ChangeStreamsAsync();
                break;
            case 13:
                await SweepAsync();
                break;
            case 14 when _random.Next(3) == 0:
                await RestartAsync();
                break;
            case 14 or 15 or 16:
                await OpenAsync();
                break;
            case 17 or 18:
                await CloseAsync();
                break;
            default:
                await AnyNode.CatchUpAsync();
                break;
        }
    }

    private Task PublishAsync(string id)
    {
        // No two times are the same: then the order of what falls due is one.
        var text = $"{++_requests}";
        var language = Languages[_random.Next(Languages.Length)];
        DateTimeOffset? embargo = _random.Next(5) == 0 ? _clock.Now.AddMinutes(_random.Next(-5, 60)).AddMicroseconds(_requests) : null;
        DateTimeOffset? expire = _random.Next(5) == 0 ? _clock.Now.AddMinutes(_random.Next(61, 120)).AddMicroseconds(_requests) : null;
        var article = Make.Article(id, language, text, embargo, expire);
        return CommandAsync(
            $"publish {id} {language} {embargo:T} {expire:T}",
            (node, request) => node.TryPublishAsync(article, request),
            () => _model.Publish(id, language, text, _clock.Now, embargo, expire));
    }

    private async Task CommandAsync<T>(string what, Func<Node, string, Task<Outcome<T>>> command, Func<bool> predict)
    {
        _history.Add(what);
        var request = $"r{++_requests}";
        var outcome = await AnsweredAsync(() => command(AnyNode, request));
        Assert.True(predict() == outcome.Rejection is null, $"{what}: {outcome.Rejection?.Message ?? "accepted"}");
        await CompareLogAsync();
    }

    private async Task TickAsync()
    {
        _clock.Advance(TimeSpan.FromMinutes(_random.Next(1, 40)));
        _history.Add($"tick to {_clock.Now:T}");
        do
        {
            await AnsweredAsync(async () =>
            {
                await AnyNode.RunClockAsync();
                return true;
            });
            foreach (var entry in await _raw!.Log.ReadTailAsync(_model.Entries.Count, 1000, long.MaxValue, CancellationToken.None))
            {
                Assert.True(_model.Tick(entry.Kind, entry.Article!.ArticleId, _clock.Now), $"{entry.Kind} of {entry.Article.ArticleId} was not due");
            }

            await CompareLogAsync(_model.Entries.FindLastIndex(entry => entry.UpdateId != Guid.Empty) + 1);
        }
        while (_model.IsDue(_clock.Now));
    }

    private async Task ChangeStreamsAsync()
    {
        if (_keepsForAnHour)
        {
            return;
        }

        var id = $"s{_random.Next(3)}";
        if (!_streams.TryGetValue(id, out var stream))
        {
            await CreateStreamAsync(id);
        }
        else if (_random.Next(3) == 0)
        {
            _streams.Remove(id);
            await CommandAsync(
                $"delete {id}",
                (node, request) => node.Streams.DeleteAsync(Node.Principal, new DeleteStreamRequest { RequestId = request, Stream = id }, default),
                _model.AddInternal);
        }
        else
        {
            var language = Languages[_random.Next(Languages.Length)];
            _streams[id] = (language, stream.Revision + 1, language == stream.Language ? stream.Generation : ++_generations);
            await CommandAsync(
                $"change {id} to {language}",
                (node, request) => node.Streams.UpdateAsync(
                    Node.Principal,
                    new UpdateStreamRequest
                    {
                        RequestId = request,
                        Stream = new V1.Stream { StreamId = id, Filter = Make.Language(language) },
                        Revision = stream.Revision,
                    },
                    default),
                _model.AddInternal);
        }
    }

    private Task CreateStreamAsync(string id)
    {
        var language = Languages[_random.Next(Languages.Length)];
        _streams[id] = (language, 1, ++_generations);
        return CommandAsync(
            $"create {id} {language}",
            (node, request) => node.Streams.CreateAsync(
                Node.Principal,
                new CreateStreamRequest { RequestId = request, Stream = new V1.Stream { StreamId = id, Filter = Make.Language(language) } },
                default),
            _model.AddInternal);
    }

    private async Task SweepAsync()
    {
        if (!_keepsForAnHour)
        {
            return;
        }

        _history.Add("sweep");
        await AnsweredAsync(async () => await AnyNode.Retention.SweepAsync(CancellationToken.None));
        var kept = (await _raw!.Log.ReadTailAsync(0, 10_000, long.MaxValue, CancellationToken.None)).Select(entry => entry.Number).ToHashSet();
        var dropped = _model.Entries.Where(entry => !kept.Contains(entry.Number) && !_model.Dropped.ContainsKey(entry.Number)).ToList();
        Assert.All(dropped, entry => Assert.True(
            entry.Id is not null && entry.Kind != EntryKind.Withdrawn && entry.CommitTime < _clock.Now.AddHours(-1), $"{entry} was dropped"));
        var sweeps = (await _raw.Log.ReadHeadAsync(CancellationToken.None)).Dropped.Sweeps;
        dropped.ForEach(entry => _model.Dropped.Add(entry.Number, sweeps));
        foreach (var held in new[] { false, true })
        {
            foreach (var language in _streams.Values.Select(stream => (string?)stream.Language).Append(null))
            {
                // The latest of each article that a reader is told of stays.
                Assert.All(
                    _model.ToldTo(language, held).GroupBy(told => told.Entry.Id),
                    group => Assert.DoesNotContain(group.Last().Entry.Number, _model.Dropped.Keys));
            }
        }
    }

    private async Task RestartAsync()
    {
        var i = _random.Next(_nodes.Length);
        _history.Add($"restart {i}");
        foreach (var session in _sessions.Where(session => session.Node == _nodes[i]).ToList())
        {
            await CloseAsync(session);
        }

        await (_random.Next(2) == 0 ? _nodes[i].StopAsync() : _nodes[i].KillAsync());
        _nodes[i] = await StartNodeAsync();
    }

    private Task<Node> StartNodeAsync() => Node.StartAsync(_store, new NodeOptions
    {
        Time = _clock,
        Retention = _keepsForAnHour ? TimeSpan.FromHours(1) : null,
        Tail = new TailOptions
        {
            PollInterval = TimeSpan.FromMilliseconds(5),
            MinRetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(5),
            WindowEntries = 1 + _random.Next(30),
            WarmEntries = 1 + _random.Next(30),
        },
    });

    private async Task OpenAsync()
    {
        var node = AnyNode;
        if (_cursors.Count > 0 && _random.Next(2) == 0)
        {
            await ResumeAsync(node, _cursors[_random.Next(_cursors.Count)]);
            return;
        }

        var ids = _streams.Keys.Append("all").Order(StringComparer.Ordinal).ToList();
        var id = ids[_random.Next(ids.Count)];
        var start = _random.Next(5) switch { 0 => Make.Latest, 1 or 2 => Make.Snapshot, _ => Make.Earliest };
        await OpenAsync(node, Request(id, start, _random.Next(2) == 0));
    }

    /// <summary>Opens a session; what a cursor may be refused for is checked by who gives it.</summary>
    private async Task<Rejection?> OpenAsync(Node node, FeedRequest request, SeenCursor? from = null)
    {
        _history.Add($"open {request.Stream} {request.Start.PositionCase} held={request.Held} max={request.MaxUpdates}");
        var outcome = await AnsweredAsync(() => Feed.TryOpenAsync(node, request));
        if (outcome.Rejection is { } rejection)
        {
            return rejection;
        }

        var stream = _streams.GetValueOrDefault(request.Stream);
        _sessions.Add(new Session(node, request, outcome.Value, stream.Language, stream.Generation, from));
        return null;
    }

    private async Task<Session?> ResumeAsync(Node node, SeenCursor seen)
    {
        var exists = seen.Stream == "all" || _streams.ContainsKey(seen.Stream);
        var current = seen.Stream == "all" || (exists && _streams[seen.Stream].Generation == seen.Generation);
        var request = Request(seen.Stream, Make.After(seen.Cursor), seen.Held);
        var rejection = await OpenAsync(node, request, seen);
        switch (rejection?.Reason)
        {
            case null:
                Assert.True(current, "a cursor of another filter was accepted");
                return _sessions[^1];
            case ErrorReason.StreamChanged:
                Assert.True(exists && !current, "the stream has not changed");
                return null;
            case ErrorReason.StreamNotFound:
                Assert.False(exists, "the stream is there");
                return null;
            case ErrorReason.CursorExpired:
                Assert.Contains(_model.Dropped.Keys, number => number > seen.Last);
                var oldest = rejection.Metadata["oldest_cursor"];
                Assert.Null((await AnsweredAsync(() => node.OpenCursorAsync(oldest, seen.Stream))).Rejection);
                return null;
            default:
                Assert.Fail($"A cursor was refused: {rejection!.Message}");
                return null;
        }
    }

    private FeedRequest Request(string stream, StartPosition start, bool held) =>
        new() { Stream = stream, Start = start, Held = held, MaxUpdates = 1 + _random.Next(4) };

    private async Task CloseAsync()
    {
        if (_sessions.Count > 0)
        {
            await CloseAsync(_sessions[_random.Next(_sessions.Count)]);
        }
    }

    private async Task CloseAsync(Session session)
    {
        _sessions.Remove(session);
        await session.Feed.DisposeAsync();
        Check(session, complete: false);
        foreach (var cursor in session.Cursors(_model))
        {
            _cursors.Insert(_random.Next(_cursors.Count + 1), cursor);
        }
    }

    private async Task FinishAsync()
    {
        _history.Add("finish");
        foreach (var node in _nodes)
        {
            await node.CatchUpAsync();
            await node.BackfilledAsync();
        }

        // Readers who were there all the time, then from cursors of any time, then from scratch.
        foreach (var session in _sessions.ToList())
        {
            await CompleteAsync(session);
        }

        foreach (var seen in _cursors.Take(MaxCursors).ToList())
        {
            if (await ResumeAsync(AnyNode, seen) is { } resumed)
            {
                await CompleteAsync(resumed);
            }
        }

        foreach (var stream in _streams.Keys.Append("all").ToList())
        {
            foreach (var start in new[] { Make.Earliest, Make.Snapshot })
            {
                foreach (var held in new[] { false, true })
                {
                    Assert.Null(await OpenAsync(AnyNode, Request(stream, start, held)));
                    var session = _sessions[^1];
                    await CompleteAsync(session);
                    foreach (var update in session.Feed.Updates.Where(update => update.Kind is not UpdateKind.Removed))
                    {
                        // By now it is settled whose text may be given out.
                        var carries = LogEntry.Carries((EntryKind)update.Kind);
                        Assert.Equal(carries && !_model.Articles[update.ArticleId].BlankedFor(held), update.Article is not null);
                    }
                }
            }
        }
    }

    /// <summary>Waits until a reader must have got everything, and checks that it has got that and nothing else.</summary>
    private async Task CompleteAsync(Session session)
    {
        _sessions.Remove(session);
        var told = _model.ToldAfter(session.Feed.Start, session.Language, session.Request.Held);
        var last = told.Count == 0 ? null : told[^1].Entry.UpdateId.ToString("N");
        var ends = session.IsOver(_streams);
        await Eventually.HoldsAsync(
            () => session.Feed.Ended is not null
                || (!ends && session.Feed.Frames.Any(frame => frame.CaughtUp is not null) && (last is null || session.Feed.Updates is [.., var update] && update.UpdateId == last)),
            $"a reader of {session.Request.Stream} has everything");
        await session.Feed.DisposeAsync();
        Check(session, complete: session.Feed.Ended is null);
        _cursors.AddRange(session.Cursors(_model));
    }

    private void Check(Session session, bool complete)
    {
        var ended = session.Feed.Ended?.Reason;
        Assert.True(
            ended is null
            || (ended is ErrorReason.StreamChanged or ErrorReason.StreamNotFound && session.IsOver(_streams))
            || (ended is ErrorReason.CursorExpired && _model.Dropped.Count > 0),
            $"A reader of {session.Request.Stream} was ended: {ended}");
        session.Check(_model, complete);
    }

    private async Task CompareLogAsync(int from = -1)
    {
        from = from < 0 ? _model.Entries.FindLastIndex(entry => entry.UpdateId != Guid.Empty) + 1 : from;
        var entries = await _raw!.Log.ReadTailAsync(from, 1000, long.MaxValue, CancellationToken.None);
        var expected = _model.Entries[from..];
        Assert.Equal(
            expected.Select(entry => (entry.Number, entry.Kind, entry.Id, entry.Version, entry.PublicVersion, entry.IsPublic)),
            entries.Select(entry => (entry.Number, entry.Kind, entry.Article?.ArticleId, entry.Version, entry.PublicVersion, entry.IsPublic)));
        foreach (var (entry, stored) in expected.Zip(entries))
        {
            (entry.UpdateId, entry.CommitTime) = (stored.UpdateId, stored.CommitTime);
        }
    }

    private void SetFaults(bool on)
    {
        foreach (var node in _nodes)
        {
            node.Store.Hook = !on ? null : point => FailurePoints.Contains(point) && Random.Shared.Next(15) == 0
                ? throw new StoreUnavailableException("a fault of the scenario")
                : Task.CompletedTask;
        }
    }

    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> request)
    {
        while (true)
        {
            try
            {
                return await request();
            }
            catch (StoreUnavailableException)
            {
            }
        }
    }
}
