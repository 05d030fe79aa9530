using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Spectre.Console;
using Syndication.Benchmarks.Load;
using Syndication.Benchmarks.Measures;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.Benchmarks.Reports;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Benchmarks;

/// <summary>What the SDK costs a subscriber beside the generated client alone: processor time of this process for each update.</summary>
internal static class SdkCost
{
    /// <summary>Of the generated client's time.</summary>
    private const double MaxRatio = 1.2;

    private const int InFlight = 64;

    /// <summary>Runs the measurement.</summary>
    /// <param name="rounds">How often each figure is taken; the median of the rounds' ratios counts.</param>
    /// <param name="updates">How many updates are read each time.</param>
    /// <returns>0 when the SDK is within its bound.</returns>
    public static async Task<int> RunAsync(int rounds, int updates, IAnsiConsole console)
    {
        await using var server = await NodeProcess.StartServerAsync(build: null);
        using (var load = new LoadClient(server.Address, 0))
        {
            await PublishLoad.SendAllAsync(load, new PublishRequests(), updates, InFlight);
        }

        await server.SettleAsync();
        var failed = false;
        foreach (var batch in new[] { 64, 1 })
        {
            var request = new SubscribeRequest { Stream = "all", Start = new() { Earliest = new() }, MaxBatchUpdates = batch };
            (string Name, Func<Task> Read)[] ways =
            [
                ("generated client", () => BareAsync(server.Address, request, updates)),
                ("SubscribeAsync", () => SubscribeAsync(server.Address, request, updates)),
                ("FollowAsync", () => FollowAsync(server.Address, request, updates)),
                ("ConsumeAsync", () => ConsumeAsync(server.Address, batch, updates)),
            ];
            var costs = ways.Select(_ => new List<double>()).ToArray();
            for (var round = -2; round < rounds; round++)
            {
                // In turns, each first in its own, so that what else the machine does falls on all; the first two rounds are for the compiler.
                for (var turn = 0; turn < ways.Length; turn++)
                {
                    var i = (turn + round + ways.Length) % ways.Length;
                    var cost = await MeasureAsync(ways[i].Read) / updates;
                    if (round >= 0)
                    {
                        costs[i].Add(cost);
                    }
                }
            }

            console.WriteLine($"Up to {batch} updates in a frame; at most {MaxRatio} times the generated client's time");
            for (var i = 0; i < ways.Length; i++)
            {
                var ratio = Spread.Of(costs[i].Zip(costs[0], (sdk, bare) => sdk / bare));
                var holds = ratio.Median <= MaxRatio;
                failed |= !holds;
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {(holds ? "ok  " : "FAIL")} {ways[i].Name,-18} {Spread.Of(costs[i]).Median,8:0.00} µs an update, {ratio.Median:0.00} times ({ratio.Min:0.00} to {ratio.Max:0.00})"));
            }
        }

        return failed ? 1 : 0;
    }

    private static async Task<double> MeasureAsync(Func<Task> read)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await read();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds;
    }

    private static async Task BareAsync(Uri address, SubscribeRequest request, int updates)
    {
        using var channel = GrpcChannel.ForAddress(address);
        using var call = new SubscriptionService.SubscriptionServiceClient(channel)
            .Subscribe(request, new Metadata { { "authorization", $"Bearer {LoadClient.Key}" } });
        await ReadAsync(call.ResponseStream.ReadAllAsync(), frame => frame.Updates is { } batch ? Count(batch.Updates) : 0, updates);
    }

    private static async Task SubscribeAsync(Uri address, SubscribeRequest request, int updates)
    {
        using var client = Connect(address);
        await ReadAsync(client.SubscribeAsync(request), happened => happened is SubscriptionEvent.UpdatesReceived received ? Count(received.Updates) : 0, updates);
    }

    private static async Task FollowAsync(Uri address, SubscribeRequest request, int updates)
    {
        using var client = Connect(address);
        await ReadAsync(client.FollowAsync(request), update => update.ArticleId.Length > 0 ? 1 : 0, updates);
    }

    private static async Task ConsumeAsync(Uri address, int batch, int updates)
    {
        using var client = Connect(address);
        var options = new ConsumeOptions
        {
            Stream = "all",
            Start = new() { Earliest = new() },
            MaxBatchUpdates = batch,
            Checkpoints = new InMemoryCheckpointStore(),
        };
        await ReadAsync(client.ConsumeAsync(options), received => Count(received.Updates), updates);
    }

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> source, Func<T, int> count, int updates)
    {
        await foreach (var item in source)
        {
            updates -= count(item);
            if (updates <= 0)
            {
                return;
            }
        }
    }

    private static int Count(IReadOnlyList<Update> updates)
    {
        var count = 0;
        for (var i = 0; i < updates.Count; i++)
        {
            count += updates[i].ArticleId.Length > 0 ? 1 : 0;
        }

        return count;
    }

    private static SyndicationClient Connect(Uri address) => new(new() { Address = address, ApiKey = LoadClient.Key });
}
