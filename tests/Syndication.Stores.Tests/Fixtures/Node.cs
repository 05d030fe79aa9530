using Microsoft.Extensions.Logging.Abstractions;
using Syndication.Access;
using Syndication.Articles;
using Syndication.Audit;
using Syndication.Changes;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Receipts;
using Syndication.Search;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>One node of the service over a fixture's database, wired as the server wires it but for gRPC.</summary>
public sealed class Node : IAsyncDisposable
{
    public const string Principal = "desk";

    private readonly StoreHandle _handle;
    private readonly CatchUpGate _gate = new(8);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _drained = new();
    private readonly NodeOptions _options;
    private Task _running = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private int _ended;

    private Node(StoreFixture fixture, NodeOptions options)
    {
        _options = options;
        _handle = fixture.Open();
        var time = options.Time;
        Store = new HookedLogStore(options.Wrap(_handle.Log));
        Articles = _handle.Articles;
        Access = new AccessDirectory(_handle.Access, time, NullLogger<AccessDirectory>.Instance);
        Tail = new LogTail(Store, Access, options.Tail, time, NullLogger<LogTail>.Instance);
        Appender = new LogAppender(Store, Articles, _handle.Access, time, Tail, NullLogger<LogAppender>.Instance);
        Sealer = new TokenSealer(Store, time);
        Cursors = new CursorService(Store, Tail, Sealer, time);
        Subscription = new SubscriptionReader(Store, Tail, Cursors, _gate, time, NullLogger<SubscriptionReader>.Instance);
        Publisher = new Publisher(Appender, Tail, Cursors, options.Publishing);
        Streams = new StreamCatalog(Appender, Store);
        Vocabularies = new VocabularyCatalog(Appender, Store);
        Consumers = new Consumers(Appender, Streams, Cursors, Store);
        DeliveryStore = new HookedDeliveryStore(_handle.Deliveries, Store);
        Deliveries = new DeliveryRecorder(DeliveryStore, Tail, time, NullLogger<DeliveryRecorder>.Instance);
        var pages = new PageTokens(Sealer);
        Withdrawals = new Withdrawals(DeliveryStore, Store, _handle.Access, pages, options.Withdrawals, time);
        Audit = new AuditTrail(_handle.Audit, pages, time, NullLogger<AuditTrail>.Instance);
        var visible = new VisibleArticles(Articles, Store, DeliveryStore);
        Archive = new ArticleReader(visible, Streams, new LinkResolver(_handle.Text, visible), Vocabularies, pages);
        Preview = new StreamPreview(Articles, Vocabularies, pages);
        Comparison = new VersionComparison(visible);
        Partners = new PartnerCatalog(Appender, _handle.Access, Access, time);
        Clock = new ArticleClock(Store, Appender, Tail, time, NullLogger<ArticleClock>.Instance);
        Backfill = new StreamBackfill(Store, Tail, time, NullLogger<StreamBackfill>.Instance);
        Retention = new RetentionSweeper(
            Store, new RetentionOptions { Retention = options.Retention }, time, NullLogger<RetentionSweeper>.Instance);
    }

    public HookedLogStore Store { get; }

    public IArticleStore Articles { get; }

    public AccessDirectory Access { get; }

    public PartnerCatalog Partners { get; }

    public HookedDeliveryStore DeliveryStore { get; }

    public DeliveryRecorder Deliveries { get; }

    public Withdrawals Withdrawals { get; }

    public AuditTrail Audit { get; }

    public LogTail Tail { get; }

    public LogAppender Appender { get; }

    public TokenSealer Sealer { get; }

    public CursorService Cursors { get; }

    public SubscriptionReader Subscription { get; }

    public Publisher Publisher { get; }

    public StreamCatalog Streams { get; }

    public VocabularyCatalog Vocabularies { get; }

    public StreamPreview Preview { get; }

    public Consumers Consumers { get; }

    public ArticleReader Archive { get; }

    public VersionComparison Comparison { get; }

    public ArticleClock Clock { get; }

    public StreamBackfill Backfill { get; }

    public RetentionSweeper Retention { get; }

    /// <summary>Cancelled when the node goes down.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Builds a node whose store can still be prepared; <see cref="Start"/> lets it run.</summary>
    public static async Task<Node> CreateAsync(StoreFixture fixture, NodeOptions? options = null)
    {
        var node = new Node(fixture, options ?? new NodeOptions());
        await node.Sealer.RefreshAsync(CancellationToken.None);
        return node;
    }

    public static async Task<Node> StartAsync(StoreFixture fixture, NodeOptions? options = null)
    {
        var node = await CreateAsync(fixture, options);
        node.Start();
        await Eventually.HoldsAsync(() => node.Tail.IsReading, "the node reads the log");
        return node;
    }

    public void Start()
    {
        _writing = Task.Run(() => Appender.RunAsync(_drained.Token));
        var work = new List<Task>
        {
            Task.Run(() => Tail.RunAsync(_stopping.Token)),
            Task.Run(() => Access.RunAsync(_stopping.Token)),
            Task.Run(() => Deliveries.RunAsync(_stopping.Token)),
            Task.Run(() => Audit.RunAsync(_stopping.Token)),
        };
        if (_options.RunClock)
        {
            work.Add(Task.Run(() => Clock.RunAsync(_stopping.Token)));
        }

        if (_options.RunBackfill)
        {
            work.Add(Task.Run(() => Backfill.RunAsync(_stopping.Token)));
        }

        _running = Task.WhenAll(work);
    }

    /// <summary>Ends it as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        Tail.Poke();
        await _running;
        await _drained.CancelAsync();
        await _writing;
        _handle.Dispose();
        Tail.Dispose();
        Deliveries.Dispose();
        _gate.Dispose();
        _stopping.Dispose();
        _drained.Dispose();
    }

    /// <summary>Ends it as a crash does: nothing that is under way gets another answer from the database.</summary>
    public Task KillAsync()
    {
        Store.Hook = null;
        Store.IsAway = true;
        return StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Store.Hook = null;
        await StopAsync();
    }

    /// <summary>Waits until the tail has read all that is committed.</summary>
    public async Task CatchUpAsync()
    {
        var head = await _handle.Log.ReadHeadAsync(CancellationToken.None);
        Tail.Poke();
        await Eventually.HoldsAsync(() => Tail.Head.Number >= head.Position.Number, $"the tail has read up to {head.Position.Number}");
    }

    /// <summary>Publishes; the test fails when it is refused.</summary>
    public async Task<PublishArticleResponse> PublishAsync(Article article, string requestId = "", ChangeType change = ChangeType.Unspecified) =>
        (await TryPublishAsync(article, requestId, null, change)).Value;

    public Task<Outcome<PublishArticleResponse>> TryPublishAsync(
        Article article, string requestId = "", int? expectedVersion = null, ChangeType change = ChangeType.Unspecified)
    {
        var request = new PublishArticleRequest { Article = article, RequestId = requestId, Change = change };
        if (expectedVersion is { } expected)
        {
            request.ExpectedVersion = expected;
        }

        return Publisher.PublishAsync(Principal, request, CancellationToken.None);
    }

    public Task<Outcome<WithdrawArticleResponse>> TryWithdrawAsync(string id, string requestId = "") => Publisher.WithdrawAsync(
        Principal,
        new WithdrawArticleRequest { ArticleId = id, RequestId = requestId, Advisory = $"kill {id}", InternalReason = $"why {id}" },
        CancellationToken.None);

    public Task<Outcome<WithholdArticleResponse>> TryWithholdAsync(string id, string requestId = "") => Publisher.WithholdAsync(
        Principal,
        new WithholdArticleRequest { ArticleId = id, RequestId = requestId, Advisory = $"hold {id}", InternalReason = $"why {id}" },
        CancellationToken.None);

    public Task<Outcome<ReleaseArticleResponse>> TryReleaseAsync(string id, bool lift = false, string requestId = "") => Publisher.ReleaseAsync(
        Principal, new ReleaseArticleRequest { ArticleId = id, LiftEmbargo = lift, RequestId = requestId }, CancellationToken.None);

    public async Task<WithdrawArticleResponse> WithdrawAsync(string id) => (await TryWithdrawAsync(id)).Value;

    public async Task<WithholdArticleResponse> WithholdAsync(string id) => (await TryWithholdAsync(id)).Value;

    public async Task<ReleaseArticleResponse> ReleaseAsync(string id, bool lift = false) => (await TryReleaseAsync(id, lift)).Value;

    /// <summary>Carries out embargoes and expiries that are due.</summary>
    public Task RunClockAsync() => Clock.RunDueAsync(CancellationToken.None);

    public async Task<V1.Stream> CreateStreamAsync(string id, ArticleFilter filter) => (await Streams.CreateAsync(
        Principal, new CreateStreamRequest { Stream = new V1.Stream { StreamId = id, Filter = filter } }, CancellationToken.None)).Value.Stream;

    public async Task<V1.Stream> ChangeFilterAsync(string id, ArticleFilter filter, int revision) => (await Streams.UpdateAsync(
        Principal,
        new UpdateStreamRequest
        {
            Stream = new V1.Stream { StreamId = id, Filter = filter },
            UpdateMask = new() { Paths = { "filter" } },
            Revision = revision,
        },
        CancellationToken.None)).Value.Stream;

    public async Task DeleteStreamAsync(string id) =>
        _ = (await Streams.DeleteAsync(Principal, new DeleteStreamRequest { Stream = id }, CancellationToken.None)).Value;

    /// <summary>Creates a partner with grants.</summary>
    public async Task AddPartnerAsync(string id, params IEnumerable<string> streams)
    {
        _ = (await Partners.CreateAsync(
            Principal, new CreatePartnerRequest { Partner = new Partner { PartnerId = id, Contact = $"call {id}" } }, CancellationToken.None)).Value;
        foreach (var stream in streams)
        {
            _ = (await Partners.GrantAsync(
                Principal, new GrantStreamRequest { Partner = id, Grant = new Grant { Stream = stream } }, CancellationToken.None)).Value;
        }

        await CatchUpAsync();
    }

    /// <summary>Waits until the archive has been searched for all streams, and this node knows it.</summary>
    public Task BackfilledAsync() => Eventually.HoldsAsync(
        async () => (await _handle.Log.ReadStreamsAsync(CancellationToken.None)).Streams.All(stream =>
            stream.IsBackfilled && Tail.Find(stream.StreamId)?.Definition is { IsBackfilled: true } known && known.StreamKey == stream.StreamKey),
        "the archive is searched");

    /// <summary>Checks a cursor as a subscription does at its start.</summary>
    public async Task<Outcome<Cursor>> OpenCursorAsync(string cursor, string stream = StreamDefinition.AllId) =>
        await Cursors.OpenAsync(cursor, (await Streams.FindAsync(stream, CancellationToken.None)).Value, CancellationToken.None);
}
