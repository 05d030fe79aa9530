using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Syndication.Log;
using Syndication.Tail;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Syndication.Tests.Server;

/// <summary>Pitfall 22, and a database that goes away: health tells, publishers are told, subscribers stay and go on.</summary>
public sealed class StoreFaultTests
{
    private static readonly Duration OneSecond = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_of_the_tail_turns_health_and_the_tail_comes_back_without_loss(bool expected)
    {
        var gate = new StoreGate();
        await using var server = await ServerFixture.StartAsync(gate.Install);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        using var reader = server.Subscribe();
        await reader.UntilAsync(Kind.CaughtUp);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);

        // Also a fault that nobody thought of must not end the loop.
        gate.Fault = expected ? () => new StoreUnavailableException("Gone.") : () => new InvalidOperationException("Deadlock victim.");
        await server.WaitForHealthAsync(ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, (await server.Health.CheckAsync(new() { Service = "syndication.v1" })).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);

        gate.Fault = null;
        await server.WaitForHealthAsync(ServingStatus.Serving);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
        var published = await server.PublishAsync(3);
        await reader.UpdatesAsync(3);
        Assert.Equal(published, reader.UpdateIds);
    }

    [Fact]
    public async Task Without_the_database_calls_are_unavailable_and_subscribers_stay_with_heartbeats_and_then_go_on()
    {
        var gate = new StoreGate();
        await using var server = await ServerFixture.StartAsync(gate.Install, "Subscriptions:WindowBytes=1048576");
        var published = await server.PublishAsync(30, bodyBytes: 100_000);
        using var live = server.Subscribe(new SubscribeRequest { Stream = "all", HeartbeatInterval = OneSecond });
        await live.UntilAsync(Kind.CaughtUp);
        using var behind = server.Subscribe(new SubscribeRequest { Stream = "all", HeartbeatInterval = OneSecond });
        await behind.NextAsync();

        gate.Fault = () => new StoreUnavailableException("Gone.");
        await server.WaitForHealthAsync(ServingStatus.NotServing);
        using var fresh = server.Subscribe();
        foreach (var call in new Task[]
        {
            server.PublishAsync(TestArticles.Make(), "r"),
            server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", Advisory = "Kill" }).ResponseAsync,
            server.Articles.GetArticleAsync(new() { ArticleId = "a" }).ResponseAsync,
            server.Streams.ListStreamsAsync(new()).ResponseAsync,
            server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "s" } }).ResponseAsync,
            server.Subscriptions.PullUpdatesAsync(new() { Stream = "all" }).ResponseAsync,
            fresh.NextAsync(),
        })
        {
            await Refusal.OfAsync(StatusCode.Unavailable, ErrorReason.StoreUnavailable, call);
        }

        await live.UntilAsync(Kind.Heartbeat);
        await behind.UntilAsync(Kind.Heartbeat);

        gate.Fault = null;
        published.Add((await server.PublishAsync(TestArticles.Make(), "r")).UpdateId);
        await live.UpdatesAsync(published.Count);
        await behind.UpdatesAsync(published.Count);
        Assert.Equal(published, live.UpdateIds);
        Assert.Equal(published, behind.UpdateIds);
        await behind.UntilAsync(Kind.CaughtUp);
    }

    [Theory]
    [InlineData(nameof(ILogStore.ReadHeadAsync), "away")]
    [InlineData(nameof(ILogStore.ReadTailAsync), "deadlock")]
    [InlineData(nameof(ILogStore.ReadTailAsync), "cancelled")]
    [InlineData(nameof(ILogStore.ReadDueAsync), "cancelled")]
    [InlineData(nameof(ILogStore.WriteBackfillAsync), "deadlock")]
    [InlineData(nameof(ILogStore.DropSupersededAsync), "cancelled")]
    public async Task Every_loop_goes_on_after_faults_of_every_kind(string method, string fault)
    {
        var gate = new StoreGate { Method = method };
        await using var server = await ServerFixture.StartAsync(gate.Install, "Log:Retention=00:00:01");
        using var reader = server.Subscribe();
        await reader.UntilAsync(Kind.CaughtUp);
        gate.Fault = fault switch
        {
            "away" => () => new StoreUnavailableException("Gone."),
            "deadlock" => () => new InvalidOperationException("Deadlock victim."),
            _ => () => new OperationCanceledException("The driver's own."),
        };
        var embargoed = TestArticles.Make("Held", articleId: "held");
        embargoed.EmbargoTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddMilliseconds(400));
        await PublishAsync(embargoed);
        await PublishAsync(TestArticles.Make("Superseded", articleId: "a"));
        await PublishAsync(TestArticles.Make("Latest", articleId: "a"));
        await server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "s" } });
        await Eventually.TrueAsync(() => gate.Faults >= 3);
        gate.Fault = null;

        // The tail reads, the clock lifts, the archive is searched, retention sweeps, the index is written.
        await reader.UpdatesAsync(3);
        await Eventually.TrueAsync(() => server.Streams.GetStream(new() { Stream = "s" }).Stream.Backfill.Complete);
        await Eventually.TrueAsync(() => server.Articles.SearchArticles(new() { Query = "Held" }).Results.Count == 1);
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<LogTail>().LogHead.Dropped.Floor > 0);
        await server.WaitForHealthAsync(ServingStatus.Serving);

        // An answer that the fault took is asked for again: the publish may have been committed.
        async Task PublishAsync(Article article)
        {
            while (true)
            {
                try
                {
                    await server.PublishAsync(article, article.Headline);
                    return;
                }
                catch (RpcException) when (gate.Faults > 0)
                {
                    gate.Fault = null;
                }
            }
        }
    }

    [Fact]
    public async Task A_loop_that_ends_all_the_same_is_started_again()
    {
        var gate = new StoreGate();
        await using var server = await ServerFixture.StartAsync(gate.Install);
        using var reader = server.Subscribe();
        await reader.UntilAsync(Kind.CaughtUp);
        var thrown = 0;
        server.Services.GetRequiredService<LogTail>().ReadingChanged += _ =>
        {
            // Thrown where the tail handles its faults: nothing inside the loop catches it.
            if (Interlocked.Increment(ref thrown) == 1)
            {
                throw new InvalidOperationException("Nobody catches this.");
            }
        };
        gate.Fault = () => new StoreUnavailableException("Gone.");
        await server.WaitForHealthAsync(ServingStatus.NotServing);
        gate.Fault = null;
        await server.WaitForHealthAsync(ServingStatus.Serving);

        var published = await server.PublishAsync(2);
        await reader.UpdatesAsync(2);
        Assert.Equal(published, reader.UpdateIds);
    }

    [Fact]
    public async Task A_fault_that_nobody_expected_is_internal_and_found_in_the_log_by_its_id()
    {
        var gate = new StoreGate();
        await using var server = await ServerFixture.StartAsync(gate.Install);
        gate.Fault = () => new InvalidOperationException("Secret of the house.");

        var refusal = await Refusal.OfAsync(
            StatusCode.Internal, ErrorReason.Internal, server.Articles.GetArticleAsync(new() { ArticleId = "a" }).ResponseAsync);

        Assert.NotEmpty(refusal.Metadata["trace_id"]);
        Assert.DoesNotContain("Secret", refusal.Message, StringComparison.Ordinal);
    }
}
