using Syndication.V1;

namespace Syndication.Tests.Server;

public sealed class SubscriptionListTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_acknowledged_place_has_its_time_and_lag_and_can_be_gone_on_from()
    {
        var first = await _server.PublishAsync(TestArticles.Make());
        var second = await _server.PublishAsync(TestArticles.Make());
        await _server.Subscriptions.AcknowledgeAsync(new() { Stream = "all", Consumer = "cms", Cursor = first.Cursor });

        var subscription = Assert.Single((await _server.Subscriptions.ListSubscriptionsAsync(new())).Subscriptions);

        Assert.Equal(("admin", "all", "cms", 0), (subscription.Principal, subscription.Stream, subscription.Consumer, subscription.Connections.Count));
        Assert.NotNull(subscription.Acknowledged.AcknowledgeTime);
        Assert.Equal(1, subscription.Acknowledged.Lag.Updates);
        Assert.NotNull(subscription.Acknowledged.Lag.Duration);
        using var reader = _server.Subscribe(new StartPosition { Cursor = subscription.Acknowledged.Cursor });
        Assert.Equal(second.UpdateId, (await reader.UpdatesAsync(1)).Single().UpdateId);
    }

    [Fact]
    public async Task An_open_call_is_listed_with_what_it_was_sent_until_it_ends()
    {
        await _server.PublishAsync(TestArticles.Make());
        using (var reader = _server.Subscribe(new SubscribeRequest { Stream = "all", Consumer = "site", View = ArticleView.Headlines, IncludeHeld = true }))
        {
            await reader.UntilAsync(SubscribeResponse.FrameOneofCase.CaughtUp);
            var connection = new Connection();

            // The note that a frame was taken is made just after it was.
            await EventuallyAsync(all => all is [{ Connections: [{ CaughtUp: true }] }] && (connection = all[0].Connections[0]) is not null);

            Assert.NotEmpty(connection.Address);
            Assert.True(connection.ConnectTime <= connection.DeliveredTime);
            Assert.Equal((0, ArticleView.Headlines, true), (connection.Lag.Updates, connection.View, connection.IncludeHeld));
            var later = await _server.PublishAsync(TestArticles.Make());
            using var other = _server.Subscribe(new StartPosition { Cursor = connection.DeliveredCursor });
            Assert.Equal(later.UpdateId, (await other.UpdatesAsync(1)).Single().UpdateId);
        }

        await EventuallyAsync(all => all.Count == 0);
    }

    [Fact]
    public async Task Consumers_are_ordered_paged_and_chosen_by_stream()
    {
        var cursor = (await _server.PublishAsync(TestArticles.Make())).Cursor;
        await _server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "other" } });
        foreach (var consumer in new[] { "c", "a", "b" })
        {
            await _server.Subscriptions.AcknowledgeAsync(new() { Stream = "all", Consumer = consumer, Cursor = cursor });
        }

        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "other", Consumer = "a" });
        await reader.UntilAsync(SubscribeResponse.FrameOneofCase.CaughtUp);
        var names = new List<string>();
        var request = new ListSubscriptionsRequest { PageSize = 3 };
        do
        {
            var page = await _server.Subscriptions.ListSubscriptionsAsync(request);
            Assert.InRange(page.Subscriptions.Count, 1, 3);
            names.AddRange(page.Subscriptions.Select(subscription => $"{subscription.Stream}/{subscription.Consumer}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["all/a", "all/b", "all/c", "other/a"], names);
        Assert.Equal("other", Assert.Single((await _server.Subscriptions.ListSubscriptionsAsync(new() { Stream = "other" })).Subscriptions).Stream);
        Assert.Equal(["page_size"], await Refusal.FieldsAsync(_server.Subscriptions.ListSubscriptionsAsync(new() { PageSize = -1 }).ResponseAsync));
    }

    [Fact]
    public async Task A_place_that_cannot_be_gone_on_from_has_no_lag()
    {
        await _server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "s" } });
        await _server.PublishAsync(TestArticles.Make());
        var cursor = (await _server.Subscriptions.PullUpdatesAsync(new() { Stream = "s" })).Cursor;
        await _server.Subscriptions.AcknowledgeAsync(new() { Stream = "s", Cursor = cursor });
        await _server.Streams.UpdateStreamAsync(new()
        {
            Stream = new() { StreamId = "s", Filter = new() { AllOf = { new ArticleClause { Language = "fr" } } } },
            UpdateMask = new() { Paths = { "filter" } },
            Revision = 1,
        });

        var subscription = Assert.Single((await _server.Subscriptions.ListSubscriptionsAsync(new())).Subscriptions);

        Assert.NotNull(subscription.Acknowledged.AcknowledgeTime);
        Assert.Null(subscription.Acknowledged.Lag);
    }

    private async Task EventuallyAsync(Func<IList<Subscription>, bool> condition)
    {
        using var patience = new CancellationTokenSource(FrameReader.Patience);
        while (!condition((await _server.Subscriptions.ListSubscriptionsAsync(new(), cancellationToken: patience.Token)).Subscriptions))
        {
        }
    }
}
