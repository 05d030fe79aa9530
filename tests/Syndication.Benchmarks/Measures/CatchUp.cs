using System.Diagnostics;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Nodes;
using Syndication.V1;

namespace Syndication.Benchmarks.Measures;

/// <summary>How long a reader takes from the beginning of a stream until it is told that it has everything.</summary>
internal static class CatchUp
{
    /// <summary>Reads a stream from its beginning.</summary>
    /// <param name="expected">How many updates it must give.</param>
    /// <param name="times">How often, one after the other: once takes some milliseconds.</param>
    /// <returns>Milliseconds, the median.</returns>
    public static async Task<double> RunAsync(NodeProcess node, string stream, int expected, int times)
    {
        var took = new double[times];
        for (var i = 0; i < times; i++)
        {
            took[i] = await RunOnceAsync(node, stream, expected);
        }

        return Percentile.Of(took, 0.5);
    }

    private static async Task<double> RunOnceAsync(NodeProcess node, string stream, int expected)
    {
        using var client = new LoadClient(node.Address, 1);
        var request = new SubscribeRequest { Stream = stream, Consumer = "benchmark", Start = new StartPosition { Earliest = new() } };
        var start = Stopwatch.GetTimestamp();
        using var call = client.Subscribe(request, default);
        var updates = 0;
        while (await call.ResponseStream.MoveNext(default))
        {
            updates += call.ResponseStream.Current.Numbers.Length;
            if (call.ResponseStream.Current.IsCaughtUp)
            {
                return updates == expected
                    ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
                    : throw new InvalidDataException($"The stream gave {updates} updates, not {expected}.");
            }
        }

        throw new InvalidDataException("The stream ended.");
    }
}
