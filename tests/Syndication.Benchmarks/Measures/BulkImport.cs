using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;

namespace Syndication.Benchmarks.Measures;

/// <summary>How many articles one call of ImportArticles stores in a second, and what memory that takes on both sides.</summary>
internal static class BulkImport
{
    /// <summary>How often memory is looked at: after so many answers.</summary>
    private const int SampleCount = 1000;

    /// <summary>Imports and measures. The node's memory is read while the import runs: its highest, less that before.</summary>
    public static async Task<ImportResult> RunAsync(NodeProcess node, PublishRequests requests, int count)
    {
        using var client = new LoadClient(node.Address, 0);
        var first = requests.Reserve(count);
        var before = await node.SettleAsync();
        var clientBefore = Environment.WorkingSet;
        var (nodeGrowth, clientGrowth) = (0L, 0L);
        var start = Stopwatch.GetTimestamp();
        await client.ImportAsync(Enumerable.Range(first, count).Select(requests.Make), async answered =>
        {
            if (answered % SampleCount == 0)
            {
                nodeGrowth = Math.Max(nodeGrowth, (await node.ReadStatsAsync()).WorkingSetBytes - before.WorkingSetBytes);
                clientGrowth = Math.Max(clientGrowth, Environment.WorkingSet - clientBefore);
            }
        });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = await node.SettleAsync() - before;
        return new ImportResult(count / seconds, used.CpuMicroseconds / (double)count, nodeGrowth, clientGrowth);
    }
}

/// <summary>What an import gave.</summary>
/// <param name="PerSecond">Articles a second.</param>
/// <param name="CpuMicroseconds">The node's processor time for each, until what it does behind the answers is done too.</param>
/// <param name="NodeBytes">By how much the node's working set grew at most.</param>
/// <param name="ClientBytes">By how much the client's did.</param>
internal sealed record ImportResult(double PerSecond, double CpuMicroseconds, long NodeBytes, long ClientBytes);
