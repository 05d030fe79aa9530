using Spectre.Console;
using Syndication.Benchmarks.Measures;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.V1;

namespace Syndication.Benchmarks;

/// <summary>Checks what no noise can change, in less than a minute: for build servers.</summary>
internal static class Quick
{
    private const int Subscribers = 50;
    private const int Updates = 500;

    /// <summary>Generous: a publish's own allocations are shared by its deliveries, and a frame's by its readers.</summary>
    private const double MaxAllocatedBytes = 2_000;

    /// <summary>Of a publish that shares its transaction with no other: what is read for it and written.</summary>
    private const double MaxStatements = 12;

    /// <summary>Runs the checks.</summary>
    /// <returns>0 when all hold.</returns>
    public static async Task<int> RunAsync(IAnsiConsole console)
    {
        var requests = new PublishRequests();
        await using var server = await NodeProcess.StartServerAsync(build: null);
        await FanOut.PublishedAsync(server, requests, Subscribers, Updates);
        var full = await FanOut.PublishedAsync(server, requests, Subscribers, Updates);
        var headlines = await FanOut.PublishedAsync(server, requests, Subscribers, Updates, ArticleView.Headlines);
        var publish = await PublishLoad.RunAsync(server, requests, Updates, inFlight: 1);
        var failed = false;
        Check("encodings an update, full", full.Encodings, full.Encodings == 1, "1");
        Check("encodings an update, headlines", headlines.Encodings, headlines.Encodings == 1, "1");
        Check("allocated a delivery, bytes", full.AllocatedBytes, full.AllocatedBytes <= MaxAllocatedBytes, $"at most {MaxAllocatedBytes}");
        Check("statements a publish", publish.Statements, publish.Statements <= MaxStatements, $"at most {MaxStatements}");
        return failed ? 1 : 0;

        void Check(string name, double value, bool holds, string expected)
        {
            failed |= !holds;
            console.WriteLine($"{(holds ? "ok  " : "FAIL")} {name}: {value:0.##} (expected: {expected})");
        }
    }
}
