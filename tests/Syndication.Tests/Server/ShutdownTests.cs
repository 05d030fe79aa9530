using System.Diagnostics;
using Grpc.Core;
using Grpc.Health.V1;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Pitfall 18: a server that is told to stop says so to those who read, and waits for nobody else.</summary>
public sealed class ShutdownTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly DataDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Idle_and_busy_and_stalled_streams_do_not_hold_it_up_and_readers_get_a_last_cursor()
    {
        await using var server = await StartAsync();
        FrameReader Open(string stream = "all") => new(server.Subscriptions.Subscribe(new() { Stream = stream }));

        await server.Streams.CreateStreamAsync(new()
        {
            Stream = new() { StreamId = "quiet", Filter = new() { AllOf = { new ArticleClause { Language = "fi" } } } },
        });
        using var idle = Open("quiet");
        await idle.UntilAsync(Kind.CaughtUp);
        var stalled = Enumerable.Range(0, 5).Select(_ => Open()).ToList();
        foreach (var reader in stalled)
        {
            await reader.UntilAsync(Kind.CaughtUp);
        }

        using var busy = Open();
        using var health = new Health.HealthClient(server.Channel).Watch(new());
        var idleEnd = idle.EndAsync();
        var busyEnd = busy.EndAsync();
        var published = new List<string>();
        var publisher = PublishUntilRefusedAsync(server.Publishing, published);
        await Eventually.TrueAsync(() => busy.UpdateIds.Count >= 20);

        var told = Stopwatch.GetTimestamp();
        server.Terminate();
        var exitCode = await server.WaitForExitAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(told), TimeSpan.Zero, Limit);
        Assert.Equal(0, exitCode);
        (await idleEnd).MustBe(StatusCode.Unavailable, ErrorReason.ServerShuttingDown);
        (await busyEnd).MustBe(StatusCode.Unavailable, ErrorReason.ServerShuttingDown);
        Assert.Equal([Kind.CaughtUp, Kind.Heartbeat], idle.Kinds);
        await publisher;

        // The last cursors are good on the next start: nothing is missed and nothing comes twice.
        await using var next = await StartAsync();
        using var resumed = new FrameReader(next.Subscriptions.Subscribe(new() { Stream = "all", Start = new() { Cursor = busy.Cursor } }));
        await resumed.UntilAsync(Kind.CaughtUp);
        Assert.Equal(published, [.. busy.UpdateIds, .. resumed.UpdateIds]);
        stalled.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task Without_open_calls_it_ends_at_once_also_with_connections_open()
    {
        await using var server = await StartAsync();
        await server.Server.GetServerInfoAsync(new());

        var told = Stopwatch.GetTimestamp();
        server.Terminate();

        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(told), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_pull_that_waits_is_answered()
    {
        await using var server = await StartAsync();
        var waiting = server.Subscriptions.PullUpdatesAsync(new()
        {
            Stream = "all",
            MaxWait = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        });

        // Headers come with the answer, so nothing tells that the call has begun but one that was sent after it.
        await server.Server.GetServerInfoAsync(new());
        server.Terminate();

        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.NotEmpty((await waiting).Cursor);
    }

    private Task<ServerProcess> StartAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM on Windows.");
        return ServerProcess.StartAsync(_data);
    }

    private static async Task PublishUntilRefusedAsync(PublishingService.PublishingServiceClient publishing, List<string> updateIds)
    {
        try
        {
            while (true)
            {
                var answer = await publishing.PublishArticleAsync(new() { Article = TestArticles.Make(bodyBytes: 50_000) });
                updateIds.Add(answer.UpdateId);
            }
        }
        catch (RpcException error)
        {
            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        }
    }
}
