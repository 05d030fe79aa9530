namespace Syndication.Stores.Tests.Fixtures;

/// <summary>A suite that every store passes: one sealed subclass for each.</summary>
public abstract class StoreTests(StoreFixture store) : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _toDispose = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected StoreFixture Store { get; } = store;

    /// <summary>The test's clock, for nodes that are started with <see cref="OnClock"/>.</summary>
    protected ManualClock Clock { get; } = new();

    /// <summary>A node whose time is the test's.</summary>
    protected NodeOptions OnClock => new() { Time = Clock };

    public async ValueTask InitializeAsync() => await Store.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        // Readers before their nodes.
        foreach (var disposable in Enumerable.Reverse(_toDispose))
        {
            await disposable.DisposeAsync();
        }

        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<Node> StartNodeAsync(NodeOptions? options = null) => Keep(await Node.StartAsync(Store, options));

    protected async Task<Feed> OpenFeedAsync(Node node, FeedRequest? request = null) =>
        Keep(await Feed.OpenAsync(node, request ?? new FeedRequest()));

    protected T Keep<T>(T disposable)
        where T : IAsyncDisposable
    {
        _toDispose.Add(disposable);
        return disposable;
    }
}
