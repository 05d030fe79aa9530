using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;

namespace Syndication.Benchmarks.Measures;

/// <summary>How many publishes are answered from the disk in a second, with a number of them under way at any time.</summary>
internal static class PublishLoad
{
    /// <summary>Publishes and measures.</summary>
    public static async Task<PublishResult> RunAsync(NodeProcess node, PublishRequests requests, int count, int inFlight)
    {
        using var client = new LoadClient(node.Address, 0);
        await client.PublishAsync(requests.Make(requests.Reserve(1)));
        var before = await node.SettleAsync();
        var start = Stopwatch.GetTimestamp();
        var latencies = await SendAllAsync(client, requests, count, inFlight);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = await node.SettleAsync() - before;
        return new PublishResult(
            count / seconds, Percentile.Of(latencies, 0.99), used.CpuMicroseconds / (double)count, used.AllocatedBytes / (double)count,
            used.Statements / (double)count);
    }

    /// <summary>Publishes with so many requests under way until all are answered.</summary>
    /// <returns>How long each took, in milliseconds.</returns>
    public static async Task<double[]> SendAllAsync(LoadClient client, PublishRequests requests, int count, int inFlight)
    {
        var first = requests.Reserve(count);
        var latencies = new double[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                var request = requests.Make(first + i);
                var sent = Stopwatch.GetTimestamp();
                await client.PublishAsync(request);
                latencies[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        })));
        return latencies;
    }
}

/// <summary>What a run of publishes gave.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P99Milliseconds">The slowest of a hundred, from call to answer.</param>
/// <param name="CpuMicroseconds">The node's processor time for each, until what it does behind the answers is done too.</param>
/// <param name="AllocatedBytes">The same of its allocations.</param>
/// <param name="Statements">The same of its SQL statements.</param>
internal sealed record PublishResult(double PerSecond, double P99Milliseconds, double CpuMicroseconds, double AllocatedBytes, double Statements);
