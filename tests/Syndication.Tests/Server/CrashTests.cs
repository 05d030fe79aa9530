using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Pitfall 25: what was answered survives <c>kill -9</c>, once, and subscribers go on without hole or repeat.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Publishers = 4;
    private const int Subscribers = 3;
    private const int PublishesBetweenKills = 60;

    private readonly DataDirectory _data = new();
    private readonly CancellationTokenSource _done = new();
    private readonly ConcurrentDictionary<string, PublishArticleResponse> _answered = [];
    private int _answers;

    /// <summary>Replaced at each start: who finds nobody there asks again.</summary>
    private volatile ServerProcess _server = null!;

    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SYNDICATION_KILL_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 5;

    public void Dispose()
    {
        _done.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Every_answered_publish_is_there_once_and_no_subscriber_misses_or_repeats_one()
    {
        _server = await ServerProcess.StartAsync(_data);
        var publishers = Enumerable.Range(0, Publishers).Select(PublishAsync).ToList();
        var seen = Enumerable.Range(0, Subscribers).Select(_ => new ConcurrentQueue<string>()).ToList();
        var subscribers = seen.Select((updateIds, i) => FollowAsync(updateIds, maxBatchUpdates: i == 0 ? 1 : 0)).ToList();

        for (var round = 0; round < Rounds; round++)
        {
            var enough = Volatile.Read(ref _answers) + PublishesBetweenKills;
            await Eventually.TrueAsync(() => Volatile.Read(ref _answers) >= enough);
            await _server.KillAsync();
            await _server.DisposeAsync();
            _server = await ServerProcess.StartAsync(_data);
        }

        await _done.CancelAsync();
        await Task.WhenAll(publishers);
        using var all = new FrameReader(_server.Subscriptions.Subscribe(new() { Stream = "all" }));
        await all.UntilAsync(Kind.CaughtUp);
        foreach (var updateIds in seen)
        {
            await Eventually.TrueAsync(() => updateIds.Count >= all.UpdateIds.Count);
        }

        await _server.KillAsync();
        await Task.WhenAll(subscribers);
        await _server.DisposeAsync();

        Assert.Equal(all.UpdateIds.Count, all.UpdateIds.Distinct().Count());
        Assert.Equal(_answered.Values.Select(answer => answer.UpdateId).Order(), all.UpdateIds.Order());
        Assert.All(_answered.Values, answer => Assert.Equal(1, answer.Version));
        foreach (var updateIds in seen)
        {
            Assert.Equal(all.UpdateIds, updateIds);
        }
    }

    /// <summary>Publishes one article after the other, each until it is answered, under the same request id.</summary>
    private async Task PublishAsync(int publisher)
    {
        for (var i = 0; !_done.IsCancellationRequested; i++)
        {
            var request = new PublishArticleRequest
            {
                RequestId = $"{publisher}-{i}",
                Article = TestArticles.Make($"Article {i} of {publisher}", articleId: $"{publisher}-{i}", bodyBytes: 2000),
            };
            await UntilAnsweredAsync(async server =>
            {
                // Asked again, now and then, though it was answered: the same answer, no second effect.
                for (var times = 0; times <= (i % 5 == 0 ? 1 : 0); times++)
                {
                    var answer = await server.Publishing.PublishArticleAsync(request);
                    Assert.Equal(answer.UpdateId, _answered.GetOrAdd(request.RequestId, answer).UpdateId);
                    Interlocked.Increment(ref _answers);
                }
            });
        }
    }

    private async Task FollowAsync(ConcurrentQueue<string> updateIds, int maxBatchUpdates)
    {
        var cursor = "";
        await UntilAnsweredAsync(async server =>
        {
            using var call = server.Subscriptions.Subscribe(new()
            {
                Stream = "all",
                MaxBatchUpdates = maxBatchUpdates,
                Start = cursor.Length == 0 ? null : new StartPosition { Cursor = cursor },
            });
            await foreach (var frame in call.ResponseStream.ReadAllAsync())
            {
                foreach (var update in frame.Updates?.Updates ?? [])
                {
                    updateIds.Enqueue(update.UpdateId);
                }

                cursor = frame.Cursor;
            }
        });
    }

    private async Task UntilAnsweredAsync(Func<ServerProcess, Task> work)
    {
        while (true)
        {
            var server = _server;
            try
            {
                await work(server);
                return;
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
            {
                // The connection broke. When the whole test is over nobody comes back.
                while (ReferenceEquals(server, _server))
                {
                    if (_done.IsCancellationRequested)
                    {
                        return;
                    }

                    await Task.Delay(10, CancellationToken.None);
                }
            }
        }
    }
}
