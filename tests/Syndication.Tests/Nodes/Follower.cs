using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Nodes;

/// <summary>A subscriber that goes on from its cursor on another node when its own is gone.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly Lock _gate = new();
    private readonly List<Update> _updates = [];
    private readonly List<string> _cursors = [];
    private readonly Task _following;

    /// <param name="nodes">Its own first, then where it goes.</param>
    /// <param name="request">What it asks for at first.</param>
    public Follower(IReadOnlyList<ServerProcess> nodes, SubscribeRequest? request = null)
    {
        _following = FollowAsync(nodes, request ?? new SubscribeRequest { Stream = "all", IncludeHeld = true });
    }

    /// <summary>All updates up to now.</summary>
    public IReadOnlyList<Update> Updates
    {
        get
        {
            lock (_gate)
            {
                return [.. _updates];
            }
        }
    }

    /// <summary>The cursors of all frames.</summary>
    public IReadOnlyList<string> Cursors
    {
        get
        {
            lock (_gate)
            {
                return [.. _cursors];
            }
        }
    }

    public IEnumerable<string> UpdateIds => Updates.Select(update => update.UpdateId);

    /// <summary>On how many nodes it has been.</summary>
    public int Connections { get; private set; }

    /// <summary>Waits for so many updates.</summary>
    public async Task UntilAsync(int count)
    {
        await Eventually.TrueAsync(() => Updates.Count >= count || _following.IsFaulted);
        if (_following.IsFaulted)
        {
            await _following;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leaving.Dispose();
    }

    private async Task FollowAsync(IReadOnlyList<ServerProcess> nodes, SubscribeRequest request)
    {
        request = request.Clone();
        request.HeartbeatInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));
        for (var at = 0; !_leaving.IsCancellationRequested; at++)
        {
            try
            {
                Connections++;
                using var call = nodes[at % nodes.Count].Subscriptions.Subscribe(request, cancellationToken: _leaving.Token);
                await foreach (var frame in call.ResponseStream.ReadAllAsync(CancellationToken.None))
                {
                    lock (_gate)
                    {
                        _updates.AddRange(frame.Updates?.Updates ?? []);
                        _cursors.Add(frame.Cursor);
                    }

                    request.Start = new StartPosition { Cursor = frame.Cursor };
                }
            }
            catch (RpcException error) when (_leaving.IsCancellationRequested || Outage.Is(error))
            {
            }
        }
    }
}

/// <summary>A desk that repeats on another node, under the same request id, what its own did not answer.</summary>
internal static class Desk
{
    /// <summary>Publishes articles one after the other.</summary>
    /// <returns>The answers in order.</returns>
    public static async Task<List<PublishArticleResponse>> PublishAsync(IReadOnlyList<ServerProcess> nodes, string name, int count)
    {
        var answers = new List<PublishArticleResponse>();
        for (var i = 0; i < count; i++)
        {
            var request = new PublishArticleRequest
            {
                RequestId = $"{name}-{i}",
                Article = TestArticles.Make($"Article {i} of {name}", articleId: $"{name}-{i}", bodyBytes: 1000),
            };
            answers.Add(await Outage.RetryAsync(nodes, node => node.Publishing.PublishArticleAsync(request).ResponseAsync));
        }

        return answers;
    }
}

/// <summary>Articles under embargo.</summary>
internal static class Embargo
{
    /// <summary>Publishes articles that are all to be released after a while.</summary>
    public static async Task<List<PublishArticleResponse>> ScheduleAsync(ServerProcess node, string name, int count, TimeSpan after)
    {
        var until = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + after);
        return [.. await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
        {
            var article = TestArticles.Make($"Held {i} of {name}", articleId: $"{name}-{i}");
            article.EmbargoTime = until;
            return node.Publishing.PublishArticleAsync(new() { Article = article }).ResponseAsync;
        }))];
    }
}

/// <summary>What a node's end looks like to its callers.</summary>
internal static class Outage
{
    public static bool Is(RpcException error) => error.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled;

    /// <summary>Calls one node after the other until one answers.</summary>
    public static async Task<T> RetryAsync<T>(IReadOnlyList<ServerProcess> nodes, Func<ServerProcess, Task<T>> call)
    {
        for (var at = 0; ; at++)
        {
            try
            {
                return await call(nodes[at % nodes.Count]);
            }
            catch (RpcException error) when (Is(error) && at < 100)
            {
            }
        }
    }
}
