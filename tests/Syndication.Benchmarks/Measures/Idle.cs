using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.V1;

namespace Syndication.Benchmarks.Measures;

/// <summary>What a stream costs on which nothing happens, and how long it takes to open many.</summary>
internal static class Idle
{
    private const int Connections = 16;

    /// <summary>Opens streams and looks at the node's memory before and after.</summary>
    public static async Task<IdleResult> RunAsync(NodeProcess node, int subscribers)
    {
        using var client = new LoadClient(node.Address, subscribers, Connections);
        var request = new SubscribeRequest { Stream = "all", Consumer = "benchmark", Start = new StartPosition { Latest = new() } };
        var before = await node.CompactAsync();
        var start = Stopwatch.GetTimestamp();
        var calls = Enumerable.Range(0, subscribers).Select(_ => client.Subscribe(request, default)).ToList();
        foreach (var call in calls)
        {
            await call.ResponseHeadersAsync;
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await node.SettleAsync();
        var after = await node.CompactAsync();
        foreach (var call in calls)
        {
            call.Dispose();
        }

        await node.SettleAsync();
        return new IdleResult((after - before).WorkingSetBytes / (double)subscribers, seconds);
    }
}

/// <summary>What idle streams cost.</summary>
/// <param name="Bytes">Resident memory for each.</param>
/// <param name="Seconds">How long it took until all were open.</param>
internal sealed record IdleResult(double Bytes, double Seconds);
