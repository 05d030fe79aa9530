using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;

namespace Syndication.Benchmarks.Measures;

/// <summary>How long the server takes from the start of its process until its health service says SERVING.</summary>
internal static class Start
{
    /// <summary>Starts and stops it.</summary>
    /// <returns>Milliseconds.</returns>
    public static async Task<double> RunAsync(string data)
    {
        var start = Stopwatch.GetTimestamp();
        await using var node = await NodeProcess.StartServerOverAsync(data);
        using var client = new LoadClient(node.Address, 0);
        while (!await client.IsServingAsync())
        {
            await Task.Delay(1);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
