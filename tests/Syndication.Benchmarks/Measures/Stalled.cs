using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.V1;

namespace Syndication.Benchmarks.Measures;

/// <summary>What subscribers that read nothing cost the others and the publishers.</summary>
internal static class Stalled
{
    private const int InFlight = 16;

    /// <summary>Publishes to subscribers of which some never read.</summary>
    /// <param name="reading">How many read.</param>
    /// <param name="stalled">How many do not.</param>
    public static async Task<StalledResult> RunAsync(NodeProcess node, PublishRequests requests, int reading, int stalled, int updates)
    {
        using var client = new LoadClient(node.Address, reading);
        using var silent = new LoadClient(node.Address, stalled);
        var request = new SubscribeRequest { Stream = "all", Consumer = "benchmark", Start = new StartPosition { Latest = new() } };
        var calls = Enumerable.Range(0, stalled).Select(_ => silent.Subscribe(request, default)).ToList();
        foreach (var call in calls)
        {
            await call.ResponseHeadersAsync;
        }

        await using var receivers = await Subscribers.OpenAsync(client, request, reading, updates, static (_, _) => { });
        var before = await node.SettleAsync();
        var start = Stopwatch.GetTimestamp();
        var latencies = await PublishLoad.SendAllAsync(client, requests, updates, InFlight);
        await receivers.Completed;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var grown = (await node.CompactAsync()).WorkingSetBytes - before.WorkingSetBytes;
        foreach (var call in calls)
        {
            call.Dispose();
        }

        return new StalledResult(reading * (double)updates / seconds, Percentile.Of(latencies, 0.99), grown);
    }
}

/// <summary>What was reached beside stalled subscribers.</summary>
/// <param name="PerSecond">Deliveries a second, over those that read.</param>
/// <param name="P99Milliseconds">The slowest of a hundred publishes.</param>
/// <param name="GrownBytes">By how much the node's memory grew.</param>
internal sealed record StalledResult(double PerSecond, double P99Milliseconds, long GrownBytes);
