using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.V1;

namespace Syndication.Benchmarks.Measures;

/// <summary>How fast readers get what is stored, from the beginning.</summary>
internal static class Replay
{
    /// <summary>Reads the whole log with so many readers at once.</summary>
    /// <param name="stream">The server's stream, or which of the bare loops.</param>
    /// <param name="updates">How many are stored.</param>
    /// <param name="times">How often, one after the other: alone a reader is done in a fraction of a second.</param>
    public static async Task<ReplayResult> RunAsync(NodeProcess node, string stream, int readers, int updates, int times)
    {
        var request = new SubscribeRequest { Stream = stream, Consumer = "benchmark", Start = new StartPosition { Earliest = new() } };
        var before = await node.ReadStatsAsync();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            using var client = new LoadClient(node.Address, readers);
            await using var receivers = await Subscribers.OpenAsync(client, request, readers, updates, static (_, _) => { });
            await receivers.Completed;
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = await node.ReadStatsAsync() - before;
        var delivered = (double)readers * updates * times;
        return new ReplayResult(delivered / seconds, used.CpuMicroseconds / delivered, used.AllocatedBytes / delivered);
    }
}

/// <summary>What a replay gave.</summary>
/// <param name="PerSecond">Updates a second, over all readers.</param>
/// <param name="CpuMicroseconds">The node's processor time for each.</param>
/// <param name="AllocatedBytes">The node's allocations for each.</param>
internal sealed record ReplayResult(double PerSecond, double CpuMicroseconds, double AllocatedBytes);
