using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.V1;

namespace Syndication.Benchmarks.Measures;

/// <summary>How long an update takes from the call that publishes it to each of its subscribers, at a steady rate.</summary>
internal static class Latency
{
    private const int PerSecond = 200;

    /// <summary>Publishes at a rate of 200 a second, whether answers come or not.</summary>
    public static async Task<LatencyResult> RunAsync(NodeProcess node, PublishRequests requests, int subscribers, int updates)
    {
        using var client = new LoadClient(node.Address, subscribers);
        var request = new SubscribeRequest { Stream = "all", Consumer = "benchmark", Start = new StartPosition { Latest = new() } };
        var first = requests.Reserve(updates);
        var sent = new long[updates];
        var latencies = new double[subscribers * updates];
        var next = -1;
        await using var receivers = await Subscribers.OpenAsync(client, request, subscribers, updates, (_, frame) =>
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var number in frame.Numbers)
            {
                latencies[Interlocked.Increment(ref next)] = Stopwatch.GetElapsedTime(Volatile.Read(ref sent[number - first]), now).TotalMilliseconds;
            }
        });
        var publishing = new List<Task>(updates);
        using (var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond)))
        {
            for (var i = 0; i < updates; i++)
            {
                await timer.WaitForNextTickAsync();
                var bytes = requests.Make(first + i);
                Volatile.Write(ref sent[i], Stopwatch.GetTimestamp());
                publishing.Add(client.PublishAsync(bytes));
            }
        }

        await Task.WhenAll(publishing);
        await receivers.Completed;
        return new LatencyResult(Percentile.Of(latencies, 0.5), Percentile.Of(latencies, 0.99));
    }
}

/// <summary>From publish to delivery, in milliseconds.</summary>
internal sealed record LatencyResult(double P50, double P99);
