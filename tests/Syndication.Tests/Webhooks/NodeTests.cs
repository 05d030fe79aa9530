using System.Collections.Concurrent;
using Syndication.Tests.Nodes;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Webhooks;

/// <summary>Real server processes on one database: one of them sends, and when it is killed another one goes on.</summary>
public abstract class NodeTests(NodeDatabase database) : IAsyncLifetime
{
    private static readonly string[] Settings = [.. WebhookFixture.Settings, "Webhooks:Lease=00:00:02"];

    private readonly ConcurrentQueue<PublishArticleResponse> _published = new();
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        await database.CreateAsync();
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await _receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Killed_in_mid_delivery_and_started_again_the_server_goes_on_and_the_receiver_has_everything_in_order()
    {
        var node = await database.StartAsync(Settings);
        await SetUpAsync(node);
        for (var round = 0; round < 4; round++)
        {
            // The receiver has taken a delivery, and the server is killed before it hears of it.
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var count = 0;
            _receiver.Answer = async (_, posted) =>
            {
                if (Interlocked.Increment(ref count) == 3)
                {
                    taken.SetResult();
                    await killed.Task;
                }
            };
            await PublishAsync(node, 40, $"round{round}");
            await taken.Task.WaitAsync(FrameReader.Patience, TestContext.Current.CancellationToken);
            await node.KillAsync();
            killed.SetResult();
            node = await database.StartAsync(Settings);
        }

        _receiver.Accept();
        await _receiver.UntilAsync(_published.Count);
        AssertWhole();

        // There were repeats, and each had the id and the updates of the delivery that it repeats.
        Assert.True(_receiver.Accepted.Count > _receiver.Accepted.DistinctBy(posted => posted.Id).Count());
    }

    [Fact]
    public async Task Of_two_nodes_one_sends_and_when_it_is_killed_the_other_goes_on()
    {
        var nodes = await Task.WhenAll(database.StartAsync(Settings), database.StartAsync(Settings));
        await SetUpAsync(nodes[0]);
        await PublishAsync(nodes[1], 30, "both");
        await _receiver.UntilAsync(30);
        await nodes[0].KillAsync();
        await PublishAsync(nodes[1], 30, "after");
        await _receiver.UntilAsync(60);
        AssertWhole();
        Assert.Equal(1, _receiver.MostConcurrent);

        // A third one finds the lease taken, and sends nothing.
        var third = await database.StartAsync(Settings);
        await PublishAsync(third, 10, "third");
        await _receiver.UntilAsync(70);
        AssertWhole();
        Assert.Equal(1, _receiver.MostConcurrent);
    }

    [Fact]
    public async Task A_frozen_node_loses_its_lease_and_writes_nothing_when_it_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGSTOP on Windows.");
        var nodes = await Task.WhenAll(database.StartAsync(Settings), database.StartAsync(Settings));
        await SetUpAsync(nodes[0]);
        await PublishAsync(nodes[1], 5, "before");
        await _receiver.UntilAsync(5);

        nodes[0].Freeze();
        await PublishAsync(nodes[1], 20, "frozen");
        await _receiver.UntilAsync(25);
        nodes[0].Thaw();
        await PublishAsync(nodes[0], 20, "thawed");
        await _receiver.UntilAsync(45);
        AssertWhole();
    }

    [Fact]
    public async Task A_node_that_goes_down_in_order_lets_the_delivery_end_and_hands_over_at_once()
    {
        // With leases of minutes: nobody waits for their end.
        string[] settings = [.. WebhookFixture.Settings, "Webhooks:Lease=00:10:00"];
        var first = await database.StartAsync(settings);
        await SetUpAsync(first);
        var second = await database.StartAsync(settings);
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        _receiver.Answer = async (_, _) =>
        {
            begun.TrySetResult();
            await ended.Task;
        };
        await PublishAsync(second, 1, "under-way");
        await begun.Task.WaitAsync(FrameReader.Patience, TestContext.Current.CancellationToken);
        first.Terminate();
        ended.SetResult();
        Assert.Equal(0, await first.WaitForExitAsync());
        await PublishAsync(second, 5, "after");
        await _receiver.UntilAsync(6);
        AssertWhole();
        Assert.Equal(_receiver.Accepted.Count, _receiver.Accepted.DistinctBy(posted => posted.Id).Count());
    }

    private async Task SetUpAsync(ServerProcess node)
    {
        var partners = new PartnerService.PartnerServiceClient(node.Calls);
        await node.Streams.CreateStreamAsync(new()
        {
            Stream = new() { StreamId = "en", Filter = new() { AllOf = { new ArticleClause { Language = "en" } } } },
        });
        await partners.CreatePartnerAsync(new() { Partner = new() { PartnerId = WebhookFixture.Partner } });
        await partners.GrantStreamAsync(new() { Partner = WebhookFixture.Partner, Grant = new() { Stream = "en" } });
        await new DeliveryService.DeliveryServiceClient(node.Calls).CreateWebhookAsync(new()
        {
            Webhook = new() { Partner = WebhookFixture.Partner, Stream = "en", Url = _receiver.Url, MaxBatchUpdates = 4 },
        });
    }

    private async Task PublishAsync(ServerProcess node, int count, string name)
    {
        for (var i = 0; i < count; i++)
        {
            _published.Enqueue(await node.Publishing.PublishArticleAsync(new()
            {
                RequestId = $"{name}-{i}",
                Article = TestArticles.Make($"{name} {i}", articleId: $"{name}-{i}"),
            }));
        }
    }

    /// <summary>Every (article, version) at least once and in order, repeats told by the id of their delivery.</summary>
    private void AssertWhole()
    {
        Assert.Equal(_published.Select(answer => answer.UpdateId), _receiver.Updates.Select(update => update.UpdateId));
        Assert.Equal(
            _published.Select(answer => (answer.ArticleId, answer.Version)), _receiver.Updates.Select(update => (update.ArticleId, update.Version)));
        foreach (var repeats in _receiver.Posted.GroupBy(posted => posted.Id))
        {
            Assert.Single(repeats.Select(posted => string.Join(' ', posted.Payload.Updates.Select(update => update.UpdateId))).Distinct());
        }
    }
}

public sealed class SqliteNodeTests() : NodeTests(new SqliteNodeDatabase());

public sealed class SqlServerNodeTests() : NodeTests(new SqlServerNodeDatabase());
