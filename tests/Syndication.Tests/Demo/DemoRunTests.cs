using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Syndication.Client;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Server.Demo;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Demo;

/// <summary>The demo beside a real server.</summary>
public sealed class DemoRunTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 5, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_script_shows_every_kind_of_update_and_the_embargo_lifts_on_time()
    {
        var time = new FakeTimeProvider(Start);
        await using var node = await StartStoppedAsync(time);
        await PlayAsync(node, time, Start);

        var updates = await ReadAsync(node, "all");
        Assert.Equal(
            [
                UpdateKind.Published, UpdateKind.Updated, UpdateKind.Corrected, UpdateKind.Withheld, UpdateKind.Released,
                UpdateKind.Withdrawn, UpdateKind.Expired,
            ],
            updates.Select(update => update.Kind).Distinct().Order());
        var lifted = Assert.Single(updates, update => update.ArticleId == "demo-budget-lomarie");
        Assert.Equal(UpdateKind.Released, lifted.Kind);
        Assert.InRange(lifted.CommitTime.ToDateTimeOffset() - Start, DemoScript.EmbargoLift, DemoScript.EmbargoLift + TimeSpan.FromSeconds(1));
        Assert.Contains(updates, update => update is { Kind: UpdateKind.Expired, ArticleId: "demo-expo-phares" });
    }

    [Fact]
    public async Task An_article_leaves_its_stream_and_the_kill_comes_with_its_advisory()
    {
        var time = new FakeTimeProvider(Start);
        await using var node = await StartStoppedAsync(time);
        await PlayAsync(node, time, Start);

        var updates = await ReadAsync(node, "world-fr");
        Assert.Contains(updates, update => update is { Kind: UpdateKind.Removed, ArticleId: "demo-bac-greve" });
        Assert.Contains(updates, update => update is { Kind: UpdateKind.Withdrawn, ArticleId: "demo-dragues-enquete", Advisory.Length: > 0 });
    }

    [Fact]
    public async Task Every_demo_stream_holds_something()
    {
        var time = new FakeTimeProvider(Start);
        await using var node = await StartStoppedAsync(time);
        await PlayAsync(node, time, Start);

        foreach (var stream in DemoStreams.Requests)
        {
            Assert.NotEmpty(await ReadAsync(node, stream.Stream.StreamId));
        }
    }

    [Fact]
    public async Task A_second_run_on_the_same_database_adds_nothing()
    {
        var time = new FakeTimeProvider(Start);
        long first;
        await using (var node = await StartStoppedAsync(time))
        {
            await PlayAsync(node, time, Start);
            first = await HeadAsync(node);
        }

        time.Advance(TimeSpan.FromHours(3));
        await using (var node = await StartStoppedAsync(time))
        {
            await PlayAsync(node, time, Start);

            Assert.Equal(first, await HeadAsync(node));
        }
    }

    [Fact]
    public async Task A_run_that_was_cut_short_goes_on()
    {
        var time = new FakeTimeProvider(Start);
        await using (var node = await StartStoppedAsync(time))
        {
            await PlayAsync(node, time, Start, steps: 20);
        }

        time.Advance(TimeSpan.FromHours(3));
        await using (var node = await StartStoppedAsync(time))
        {
            await PlayAsync(node, time, Start);

            var updates = await ReadAsync(node, "all");
            Assert.Equal(DemoWire.Names.Count(name => name.EndsWith(".1", StringComparison.Ordinal)), updates.Select(update => update.ArticleId).Distinct().Count());
            Assert.Single(updates, update => update.Kind == UpdateKind.Withdrawn);
        }
    }

    [Fact]
    public async Task The_stories_that_go_on_are_never_refused_and_stay_few()
    {
        var time = new FakeTimeProvider(Start);
        await using var node = await StartStoppedAsync(time);
        var desk = node.Services.GetRequiredService<DemoDesk>();
        var nowAndThen = node.Services.GetRequiredService<NowAndThen>();
        var articles = new HashSet<string>();
        for (var tick = 0; tick < 150; tick++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await node.Services.GetRequiredService<ArticleClock>().RunDueAsync(TestContext.Current.CancellationToken);
            if (await nowAndThen.NextAsync(TestContext.Current.CancellationToken) is { } request)
            {
                Assert.NotNull(await desk.DoAsync(request, Start, TestContext.Current.CancellationToken));
                articles.Add(request is PublishArticleRequest publish ? publish.Article.ArticleId : "");
            }
        }

        // 75 minutes touch two hours: two takes of each story, and "" for holds and kills.
        Assert.InRange(articles.Count, NowAndThen.Stories.Count, (2 * NowAndThen.Stories.Count) + 1);
    }

    [Fact]
    public async Task The_hosted_demo_publishes_by_itself_as_soon_as_the_server_is_up()
    {
        await using var node = await DemoNode.StartAsync(_folder.Path, services => services.AddDemo());

        await using var client = new SyndicationClient(new SyndicationClientOptions { Address = node.Address, ApiKey = TestKeys.Admin });
        await foreach (var happened in client.SubscribeAsync(
            new SubscribeRequest { Stream = "all", Start = new StartPosition { Earliest = new() } }, TestContext.Current.CancellationToken))
        {
            if (happened is SubscriptionEvent.UpdatesReceived received)
            {
                Assert.Equal("demo-detroit-accord", received.Updates[0].ArticleId);
                return;
            }
        }
    }

    /// <summary>A server with the demo's parts, none of which runs by itself: the test plays, by its own clock.</summary>
    private Task<DemoNode> StartStoppedAsync(FakeTimeProvider time) => DemoNode.StartAsync(_folder.Path, services =>
    {
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton(new Random(1));
        services.AddSingleton<DemoDesk>();
        services.AddSingleton<NowAndThen>();
    });

    private static async Task PlayAsync(DemoNode node, FakeTimeProvider time, DateTimeOffset opensAt, int steps = int.MaxValue)
    {
        var token = TestContext.Current.CancellationToken;
        var desk = node.Services.GetRequiredService<DemoDesk>();
        var clock = node.Services.GetRequiredService<ArticleClock>();
        foreach (var request in DemoStreams.Requests)
        {
            await desk.CreateAsync(request, token);
        }

        var opened = await desk.DoAsync(DemoScript.Opening, Start, token);
        Assert.Equal(opensAt, opened);
        foreach (var step in DemoScript.After(opened!.Value).Take(steps))
        {
            await AdvanceToAsync(step.Due);
            Assert.NotNull(await desk.DoAsync(step.Request, Start, token));
        }

        if (steps == int.MaxValue)
        {
            await AdvanceToAsync(opened.Value + DemoScript.Expiry);
        }

        // The clock is asked directly, so that what is due is done when the time has come and not when a timer's task has run.
        async Task AdvanceToAsync(DateTimeOffset due)
        {
            foreach (var stop in new[] { opened.Value + DemoScript.EmbargoLift, opened.Value + DemoScript.Expiry, due })
            {
                if (stop <= due && stop > time.GetUtcNow())
                {
                    time.SetUtcNow(stop);
                    await clock.RunDueAsync(token);
                }
            }
        }
    }

    private static async Task<long> HeadAsync(DemoNode node) =>
        (await node.Services.GetRequiredService<ILogStore>().ReadHeadAsync(TestContext.Current.CancellationToken)).Position.Number;

    private static async Task<IReadOnlyList<Update>> ReadAsync(DemoNode node, string stream)
    {
        await using var client = new SyndicationClient(new SyndicationClientOptions { Address = node.Address, ApiKey = TestKeys.Admin });
        var updates = new List<Update>();
        await foreach (var happened in client.SubscribeAsync(
            new SubscribeRequest { Stream = stream, Start = new StartPosition { Earliest = new() } }, TestContext.Current.CancellationToken))
        {
            switch (happened)
            {
                case SubscriptionEvent.UpdatesReceived received:
                    updates.AddRange(received.Updates);
                    break;
                case SubscriptionEvent.CaughtUp:
                    return updates;
            }
        }

        return updates;
    }
}
