using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Syndication.Benchmarks.Payload;
using Syndication.Benchmarks.Reports;
using Syndication.Formats;

namespace Syndication.Benchmarks;

/// <summary>How fast articles are read and written in each format, on one core.</summary>
internal static class FormatsCost
{
    private const int Articles = 64;

    private static readonly TimeSpan Span = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs the measurement.</summary>
    /// <param name="rounds">How often each figure is taken; the median counts.</param>
    /// <param name="console">Where the figures go.</param>
    public static void Run(int rounds, IAnsiConsole console)
    {
        var articles = SampleArticles.Generate(Articles);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"format",-10} {"bytes",8} {"read/s",10} {"write/s",10}   medians of {rounds} rounds, one core"));
        foreach (var format in ArticleFormats.All)
        {
            var documents = Array.ConvertAll(articles, article => format.Write([article]));
            var read = Median(rounds, i => Read(format, documents[i % Articles]));
            var write = Median(rounds, i => format.Write([articles[i % Articles]]));
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format.Name,-10} {documents.Average(document => document.Length),8:N0} {read,10:N0} {write,10:N0}"));
        }
    }

    private static void Read(IArticleFormat format, byte[] document)
    {
        if (ArticleFormats.Read(new(document, ""), format).Items[0].Refusal is { } refusal)
        {
            throw new InvalidOperationException($"{format.Name} does not read what it wrote: {refusal.Message}");
        }
    }

    /// <summary>How often something is done in a second: the first round is for the compiler.</summary>
    private static double Median(int rounds, Action<int> action)
    {
        var rates = new List<double>();
        for (var round = -1; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var times = 0;
            while (Stopwatch.GetElapsedTime(start) < Span)
            {
                action(times++);
            }

            if (round >= 0)
            {
                rates.Add(times / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return Spread.Of(rates).Median;
    }
}
