using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.V1;

namespace Syndication.Benchmarks.Measures;

/// <summary>How many updates reach many live subscribers, and what each delivery costs the node.</summary>
internal static class FanOut
{
    private const int PublishesInFlight = 64;

    /// <summary>Publishes updates and waits until every subscriber has all of them.</summary>
    public static Task<FanOutResult> PublishedAsync(
        NodeProcess node, PublishRequests requests, int subscribers, int updates, ArticleView view = ArticleView.Full) =>
        RunAsync(node, _ => "all", view, subscribers, updates, client => PublishLoad.SendAllAsync(client, requests, updates, PublishesInFlight));

    /// <summary>Publishes to as many streams as there are names, the subscribers dealt out among them; every filter matches.</summary>
    public static async Task<FanOutResult> PublishedAsync(
        NodeProcess node, PublishRequests requests, IReadOnlyList<string> streams, int subscribers, int updates)
    {
        using (var client = new LoadClient(node.Address, 0))
        {
            for (var i = 0; i < streams.Count; i++)
            {
                // Each has a word of its own to look for in the whole text, and finds it in none.
                await client.CreateStreamAsync(streams[i], new ArticleFilter
                {
                    AnyOf = { new ArticleClause { Language = "fr" }, new ArticleClause { Language = "en" } },
                    NoneOf = { new ArticleClause { Keyword = new KeywordMatch { Text = $"unheard-of-{i}" } } },
                });
            }
        }

        await node.SettleAsync();
        return await RunAsync(
            node, subscriber => streams[subscriber % streams.Count], ArticleView.Full, subscribers, updates,
            client => PublishLoad.SendAllAsync(client, requests, updates, PublishesInFlight));
    }

    /// <summary>Has a bare node send updates that are there already: no publish, no disk.</summary>
    /// <param name="stream">Which of the bare loops.</param>
    public static Task<FanOutResult> SentAsync(NodeProcess node, string stream, int subscribers, int updates) =>
        RunAsync(node, _ => stream, ArticleView.Full, subscribers, updates, _ => node.SendAsync(updates));

    private static async Task<FanOutResult> RunAsync(
        NodeProcess node, Func<int, string> stream, ArticleView view, int subscribers, int updates, Func<LoadClient, Task> send)
    {
        using var client = new LoadClient(node.Address, subscribers);
        SubscribeRequest Request(int subscriber) =>
            new() { Stream = stream(subscriber), Consumer = "benchmark", View = view, Start = new StartPosition { Latest = new() } };
        var bytes = 0L;
        var frames = 0L;
        await using var receivers = await Subscribers.OpenAsync(client, Request, subscribers, updates, (_, frame) =>
        {
            Interlocked.Add(ref bytes, frame.Bytes);
            Interlocked.Add(ref frames, frame.Numbers.Length > 0 ? 1 : 0);
        });
        var before = await node.ReadStatsAsync();
        var start = Stopwatch.GetTimestamp();
        await send(client);
        await receivers.Completed;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = await node.ReadStatsAsync() - before;
        var delivered = (double)subscribers * updates;
        return new FanOutResult(
            delivered / seconds,
            used.CpuMicroseconds / delivered,
            used.AllocatedBytes / delivered,
            used.Encodings / (double)updates,
            bytes / delivered,
            delivered / frames);
    }
}

/// <summary>What a fan-out gave.</summary>
/// <param name="PerSecond">Deliveries a second, over all subscribers.</param>
/// <param name="CpuMicroseconds">The node's processor time for each delivery, its share of the publish included.</param>
/// <param name="AllocatedBytes">The same of its allocations.</param>
/// <param name="Encodings">Encodings for each update.</param>
/// <param name="Bytes">Received for each delivery, without the transport's headers.</param>
/// <param name="FrameUpdates">Updates in a frame.</param>
internal sealed record FanOutResult(
    double PerSecond, double CpuMicroseconds, double AllocatedBytes, double Encodings, double Bytes, double FrameUpdates);
