using Google.Protobuf.WellKnownTypes;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Nodes;

/// <summary>Several server processes on one database: whoever is asked, the answer is the same.</summary>
public abstract class NodesTests(NodeDatabase database) : IAsyncLifetime
{
    private readonly List<Follower> _followers = [];

    public async ValueTask InitializeAsync() => await database.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var follower in _followers)
        {
            await follower.DisposeAsync();
        }

        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task When_a_node_is_killed_in_mid_work_its_callers_go_on_elsewhere_and_all_see_one_order()
    {
        var nodes = await database.StartAsync(3);
        var followers = Enumerable.Range(0, 6).Select(i => Follow(From(nodes, i % 3))).ToList();
        var desks = Enumerable.Range(0, 6).Select(i => Desk.PublishAsync(From(nodes, i % 3), $"desk{i}", 40)).ToList();

        await followers[0].UntilAsync(60);
        await nodes[2].KillAsync();
        var published = (await Task.WhenAll(desks)).SelectMany(answers => answers).ToList();

        await AssertSameAsync(followers, published);
        Assert.All(followers.Where((_, i) => i % 3 == 2), follower => Assert.True(follower.Connections > 1));
        Assert.All(followers.Where((_, i) => i % 3 != 2), follower => Assert.Equal(1, follower.Connections));
    }

    [Fact]
    public async Task A_node_that_is_frozen_holds_up_nobody_else_and_misses_nothing_when_it_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGSTOP on Windows.");
        var nodes = await database.StartAsync(3);
        var followers = Enumerable.Range(0, 6).Select(i => Follow([nodes[i % 3]])).ToList();
        var frozen = followers.Where((_, i) => i % 3 == 2).ToList();
        var published = await Desk.PublishAsync(From(nodes, 2), "before", 5);
        foreach (var follower in followers)
        {
            await follower.UntilAsync(5);
        }

        nodes[2].Freeze();
        var desks = await Task.WhenAll(
            Desk.PublishAsync([nodes[0]], "a", 60), Desk.PublishAsync([nodes[1]], "b", 60), Embargo.ScheduleAsync(nodes[0], "held", 5, TimeSpan.FromSeconds(6)));
        published.AddRange(desks.SelectMany(answers => answers));

        // Sixty and sixty, and five that are held and then released.
        const int Expected = 5 + 60 + 60 + 5 + 5;
        foreach (var follower in followers.Except(frozen))
        {
            await follower.UntilAsync(Expected);
        }

        Assert.All(frozen, follower => Assert.Equal(5, follower.Updates.Count));
        nodes[2].Thaw();
        published.AddRange(await Desk.PublishAsync([nodes[2]], "after", 5));
        foreach (var follower in followers)
        {
            await follower.UntilAsync(Expected + 5);
            Assert.Equal(followers[0].UpdateIds, follower.UpdateIds);
            Assert.Equal(1, follower.Connections);
        }

        Assert.Subset(followers[0].UpdateIds.ToHashSet(), published.Select(answer => answer.UpdateId).ToHashSet());
        Assert.Equal(5, followers[0].Updates.Count(update => update.Kind == UpdateKind.Released));
    }

    [Fact]
    public async Task Embargoes_and_expiries_are_carried_out_once_also_when_the_node_that_knew_of_them_is_killed()
    {
        const int Each = 15;
        var nodes = await database.StartAsync(3);
        var followers = nodes.Select(node => Follow(From(nodes, Array.IndexOf(nodes, node)))).ToList();

        // The first publish of a node takes longest: it is none of those that are due. Long enough for all to be published
        // before the first of them is, on a slow machine too.
        await nodes[2].Publishing.PublishArticleAsync(new() { Article = TestArticles.Make("First", articleId: "first") });
        var due = DateTimeOffset.UtcNow.AddSeconds(10);
        await Task.WhenAll(Enumerable.Range(0, Each).Select(async i =>
        {
            var held = TestArticles.Make($"Held {i}", articleId: $"held{i}");
            held.EmbargoTime = Timestamp.FromDateTimeOffset(due.AddMilliseconds(i * 100));
            var limited = TestArticles.Make($"Limited {i}", articleId: $"limited{i}");
            limited.ExpireTime = held.EmbargoTime;
            await nodes[2].Publishing.PublishArticleAsync(new() { Article = held });
            await nodes[2].Publishing.PublishArticleAsync(new() { Article = limited });
        }));

        // In the middle: the first have been carried out, by whomever, the others have not.
        await followers[0].UntilAsync(1 + (2 * Each) + 4);
        await nodes[2].KillAsync();
        foreach (var follower in followers)
        {
            await follower.UntilAsync(1 + (4 * Each));
        }

        // Had an entry come twice, it would stand before this one.
        await nodes[0].Publishing.PublishArticleAsync(new() { Article = TestArticles.Make("Last", articleId: "last") });
        foreach (var follower in followers)
        {
            await follower.UntilAsync(1 + (4 * Each) + 1);
            var updates = follower.Updates;
            Assert.Equal("last", updates[^1].ArticleId);
            Assert.Equal(1 + (4 * Each) + 1, updates.Count);
            foreach (var i in Enumerable.Range(0, Each))
            {
                var time = due.AddMilliseconds(i * 100);
                Assert.InRange(updates.Single(update => update.ArticleId == $"held{i}" && update.Kind == UpdateKind.Released).CommitTime.ToDateTimeOffset(), time, DateTimeOffset.MaxValue);
                Assert.InRange(updates.Single(update => update.ArticleId == $"limited{i}" && update.Kind == UpdateKind.Expired).CommitTime.ToDateTimeOffset(), time, DateTimeOffset.MaxValue);
            }
        }
    }

    [Fact]
    public async Task A_stream_that_is_created_on_one_node_is_there_on_all_and_another_takes_over_the_search_for_it()
    {
        const int Archive = 2000;
        var first = await database.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(desk => Desk.PublishAsync([first], $"desk{desk}", Archive / 20)));
        await first.Streams.CreateStreamAsync(new()
        {
            Stream = new() { StreamId = "english", Filter = new() { AllOf = { new ArticleClause { Language = "en" } } } },
        });

        // Nobody else is there to have searched.
        await first.KillAsync();
        var nodes = await database.StartAsync(2);
        Assert.Equal("english", (await nodes[1].Streams.GetStreamAsync(new() { Stream = "english" })).Stream.StreamId);
        var followers = nodes.Select(node => Follow([node], new SubscribeRequest { Stream = "english" })).ToList();
        var other = await nodes[0].Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "later" } });
        followers.Add(Follow([nodes[1]], new SubscribeRequest { Stream = other.Stream.StreamId }));
        var all = Follow([nodes[0]]);
        await all.UntilAsync(Archive);
        foreach (var follower in followers)
        {
            await follower.UntilAsync(Archive);
            Assert.Equal(all.UpdateIds, follower.UpdateIds);
        }

        foreach (var stream in (await nodes[1].Streams.ListStreamsAsync(new())).Streams)
        {
            await Eventually.TrueAsync(() => nodes[0].Streams.GetStream(new() { Stream = stream.StreamId }).Stream.Backfill.Complete);
        }
    }

    [Fact]
    public async Task Snapshots_acknowledgements_cursors_and_page_tokens_are_the_same_on_every_node()
    {
        var nodes = await database.StartAsync(3);
        var published = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            published.Add((await nodes[i % 3].Publishing.PublishArticleAsync(new() { Article = TestArticles.Make($"Article {i}", articleId: $"a{i}") })).UpdateId);

            // What was answered on one node is in a snapshot on the next at once.
            using var snapshot = new FrameReader(nodes[(i + 1) % 3].Subscriptions.Subscribe(new() { Stream = "all", Start = new() { Snapshot = new() } }));
            await snapshot.UntilAsync(Kind.SnapshotComplete);
            Assert.Equal(published, snapshot.UpdateIds);
        }

        // Pages, each from the next node.
        var pulled = new List<string>();
        StartPosition? start = null;
        for (var page = 0; page < 4; page++)
        {
            var answer = await nodes[page % 3].Subscriptions.PullUpdatesAsync(new() { Stream = "all", MaxBatchUpdates = 3, Start = start });
            pulled.AddRange(answer.Updates.Select(update => update.UpdateId));
            start = new() { Cursor = answer.Cursor };
        }

        Assert.Equal(published, pulled);
        var listed = new List<string>();
        var request = new ListArticlesRequest { PageSize = 5 };
        for (var page = 0; page < 3; page++)
        {
            var answer = await nodes[page % 3].Articles.ListArticlesAsync(request);
            listed.AddRange(answer.Articles.Select(article => article.ArticleId));
            request.PageToken = answer.NextPageToken;
        }

        Assert.Equal(Enumerable.Range(0, 12).Reverse().Select(i => $"a{i}"), listed);

        using var reader = new FrameReader(nodes[0].Subscriptions.Subscribe(new() { Stream = "all", Consumer = "c", MaxBatchUpdates = 1 }));
        await reader.UpdatesAsync(7);
        await nodes[1].Subscriptions.AcknowledgeAsync(new() { Stream = "all", Consumer = "c", Cursor = reader.Cursor });
        using var resumed = new FrameReader(nodes[2].Subscriptions.Subscribe(new()
        {
            Stream = "all",
            Consumer = "c",
            Start = new() { Acknowledged = new() { Fallback = AcknowledgedFallback.Fail } },
        }));
        await resumed.UntilAsync(Kind.CaughtUp);
        Assert.Equal(published[7..], resumed.UpdateIds);
    }

    [Fact]
    public async Task A_new_epoch_under_running_nodes_and_publishes_costs_no_cursor()
    {
        var nodes = await database.StartAsync(3);
        var followers = nodes.Select(node => Follow([node], new SubscribeRequest { Stream = "all", MaxBatchUpdates = 1 })).ToList();
        var desks = nodes.Select((node, i) => Desk.PublishAsync([node], $"desk{i}", 150)).ToList();
        await followers[0].UntilAsync(50);
        Assert.Contains("Epoch 2 begins after number", await database.RunAsync("new-epoch"), StringComparison.Ordinal);
        var published = (await Task.WhenAll(desks)).SelectMany(answers => answers).ToList();
        await AssertSameAsync(followers, published);

        var cursors = followers.SelectMany(follower => follower.Cursors).Concat(published.Select(answer => answer.Cursor)).Index();
        await Parallel.ForEachAsync(cursors, TestContext.Current.CancellationToken, async (given, cancellationToken) =>
            await nodes[given.Index % 3].Subscriptions.PullUpdatesAsync(
                new() { Stream = "all", MaxBatchUpdates = 1, Start = new() { Cursor = given.Item } }, cancellationToken: cancellationToken));

        var epochs = await Task.WhenAll(nodes.Select(async node => (await node.Server.GetServerInfoAsync(new())).LogEpoch));
        Assert.Single(epochs.Distinct());
    }

    private static List<ServerProcess> From(IReadOnlyList<ServerProcess> nodes, int first) => [.. nodes.Skip(first), .. nodes.Take(first)];

    private Follower Follow(IReadOnlyList<ServerProcess> nodes, SubscribeRequest? request = null)
    {
        var follower = new Follower(nodes, request);
        _followers.Add(follower);
        return follower;
    }

    private static async Task AssertSameAsync(IReadOnlyList<Follower> followers, IReadOnlyList<PublishArticleResponse> published)
    {
        foreach (var follower in followers)
        {
            await follower.UntilAsync(published.Count);
            Assert.Equal(followers[0].UpdateIds, follower.UpdateIds);
        }

        Assert.Equal(published.Select(answer => answer.UpdateId).Order(), followers[0].UpdateIds.Order());
        Assert.All(published, answer => Assert.Equal(1, answer.Version));
    }
}

public sealed class SqliteNodesTests() : NodesTests(new SqliteNodeDatabase());

public sealed class SqlServerNodesTests() : NodesTests(new SqlServerNodeDatabase());
