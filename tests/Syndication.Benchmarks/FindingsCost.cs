using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Syndication.Benchmarks.Measures;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.Benchmarks.Reports;
using Syndication.Findings;
using Syndication.V1;

namespace Syndication.Benchmarks;

/// <summary>What looking at an article costs: by itself, and as a share of publishing it.</summary>
internal static class FindingsCost
{
    private const int Articles = 64;
    private const int Looks = 20_000;
    private const int Publishes = 4_000;
    private const int InFlight = 64;

    /// <summary>Runs the measurement.</summary>
    /// <param name="rounds">How often each figure is taken; the median counts.</param>
    /// <param name="console">Where the figures go.</param>
    public static async Task RunAsync(int rounds, IAnsiConsole console)
    {
        var articles = SampleArticles.Generate(Articles);
        var clean = Array.ConvertAll(articles, InOrder);
        Write("look at an article as it comes, µs", Median(rounds, () => Look(articles).Microseconds));
        Write("  allocated, bytes", Look(articles).Bytes);
        Write("  findings", articles.Average(article => ArticleChecker.Check(article).Findings.Count));
        Write("look at one in order, µs", Median(rounds, () => Look(clean).Microseconds));
        Write("  allocated, bytes", Look(clean).Bytes);

        var requests = new PublishRequests();
        await using var with = await NodeProcess.StartServerAsync(build: null);
        await using var without = await NodeProcess.StartServerAsync(build: null, "--Syndication:Findings:OnPublish=false");
        var (costs, plain) = (new List<double>(), new List<double>());
        for (var round = -2; round < rounds; round++)
        {
            // In turns, so that what else the machine does falls on both; the first two are for the compiler.
            var one = (await PublishLoad.RunAsync(with, requests, Publishes, InFlight)).CpuMicroseconds;
            var other = (await PublishLoad.RunAsync(without, requests, Publishes, InFlight)).CpuMicroseconds;
            if (round >= 0)
            {
                costs.Add(one);
                plain.Add(other);
            }
        }

        var (whole, rest) = (Spread.Of(costs).Median, Spread.Of(plain).Median);
        Write("publish with findings, µs of processor time", whole);
        Write("publish without, µs", rest);
        Write("share of publish, %", 100 * (whole - rest) / whole);

        void Write(string name, double value) => console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-46} {value,10:0.0}"));
    }

    private static (double Microseconds, double Bytes) Look(Article[] articles)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Looks; i++)
        {
            ArticleChecker.Check(articles[i % articles.Length]);
        }

        return (Stopwatch.GetElapsedTime(start).TotalMicroseconds / Looks, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)Looks);
    }

    /// <summary>The article without what is found in it: a desk's own, mended and complete.</summary>
    private static Article InOrder(Article article)
    {
        var (mended, _) = Findings.Fixes.ArticleFixes.ApplySafe(article);
        mended.Provider = new Party { Name = "Agence" };
        mended.CreatedTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(DateTime.UnixEpoch);
        return mended;
    }

    private static double Median(int rounds, Func<double> measure)
    {
        measure();
        measure();
        return Spread.Of(Enumerable.Range(0, rounds).Select(_ => measure())).Median;
    }
}
