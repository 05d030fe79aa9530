using Google.Protobuf.WellKnownTypes;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

public sealed class PullTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_have_the_updates_of_the_stream(bool snapshot)
    {
        for (var i = 0; i < 10; i++)
        {
            await _server.PublishAsync(TestArticles.Make($"Headline {i}", $"{i % 7}"));
        }

        var start = snapshot ? new StartPosition { Snapshot = new() } : new StartPosition { Earliest = new() };
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", Start = start });
        await reader.UntilAsync(Kind.CaughtUp);
        var pulled = new List<string>();
        var (completed, pages) = (0, 0);
        PullUpdatesResponse page;
        do
        {
            page = await _server.Subscriptions.PullUpdatesAsync(new() { Stream = "all", Start = start, MaxBatchUpdates = 3 });
            Assert.InRange(page.Updates.Count, 0, 3);
            Assert.NotEmpty(page.Cursor);
            pulled.AddRange(page.Updates.Select(update => update.UpdateId));
            start = new StartPosition { Cursor = page.Cursor };
            completed += page.SnapshotComplete ? 1 : 0;
            pages++;
        }
        while (!page.CaughtUp);

        Assert.Equal(reader.UpdateIds, pulled);
        Assert.Equal(snapshot ? 1 : 0, completed);
        Assert.InRange(pages, 3, 6);
    }

    [Fact]
    public async Task Without_a_wait_an_end_is_answered_at_once()
    {
        var page = await _server.Subscriptions.PullUpdatesAsync(new() { Stream = "all" });

        Assert.True(page.CaughtUp);
        Assert.Empty(page.Updates);
    }

    [Fact]
    public async Task With_a_wait_the_first_update_is_answered_when_it_is_there()
    {
        var start = new StartPosition { Cursor = (await _server.PublishAsync(TestArticles.Make())).Cursor };
        var waiting = _server.Subscriptions.PullUpdatesAsync(new()
        {
            Stream = "all",
            Start = start,
            MaxWait = Duration.FromTimeSpan(TimeSpan.FromSeconds(25)),
        });
        await Eventually.TrueAsync(() => _server.Readers == 1);
        Assert.False(waiting.ResponseAsync.IsCompleted);
        var published = await _server.PublishAsync(TestArticles.Make());
        var page = await waiting;

        Assert.Equal([published.UpdateId], page.Updates.Select(update => update.UpdateId));
        Assert.True(page.CaughtUp);
    }

    [Fact]
    public async Task A_wait_ends_empty_handed_in_time()
    {
        var page = await _server.Subscriptions.PullUpdatesAsync(new()
        {
            Stream = "all",
            MaxWait = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)),
        });

        Assert.True(page.CaughtUp);
        Assert.Empty(page.Updates);
        Assert.NotEmpty(page.Cursor);
    }

    [Fact]
    public async Task Wrong_fields_are_named()
    {
        Task Pull(PullUpdatesRequest request) => _server.Subscriptions.PullUpdatesAsync(request).ResponseAsync;

        Assert.Equal(["stream"], await Refusal.FieldsAsync(Pull(new())));
        Assert.Equal(["max_batch_updates"], await Refusal.FieldsAsync(Pull(new() { Stream = "all", MaxBatchUpdates = -1 })));
        Assert.Equal(["view"], await Refusal.FieldsAsync(Pull(new() { Stream = "all", View = (ArticleView)9 })));
    }
}
