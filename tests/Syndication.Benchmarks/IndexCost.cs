using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Syndication.Articles;
using Syndication.Benchmarks.Payload;
using Syndication.Benchmarks.Reports;
using Syndication.Search;
using Syndication.Sqlite;
using Syndication.V1;

namespace Syndication.Benchmarks;

/// <summary>What taking an article into the full-text index costs, without the server around it.</summary>
internal static class IndexCost
{
    private const int Articles = 64;
    private const int BatchCount = 1_000;

    /// <summary>Runs the measurement.</summary>
    /// <param name="rounds">How often each figure is taken, in a new index each time; the median counts.</param>
    /// <param name="count">How many articles an index takes in.</param>
    /// <param name="console">Where the figures go.</param>
    public static async Task RunAsync(int rounds, int count, IAnsiConsole console)
    {
        var articles = Array.ConvertAll(SampleArticles.Generate(Articles), article => EncodedArticle.Encode(article, 1, ChangeType.New));
        var (read, write, size) = (new List<double>(), new List<double>(), 0L);
        for (var round = -1; round < rounds; round++)
        {
            var (reading, writing, bytes) = await RunAsync(articles, count);
            if (round >= 0)
            {
                read.Add(reading);
                write.Add(writing);
                size = bytes;
            }
        }

        Write("find an article's text, µs", Spread.Of(read).Median);
        Write("take it into the index, µs of processor time", Spread.Of(write).Median);
        Write("  bytes of the index for each", size / (double)count);

        void Write(string name, double value) => console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-46} {value,10:0.0}"));
    }

    private static async Task<(double Read, double Write, long Bytes)> RunAsync(EncodedArticle[] articles, int count)
    {
        var folder = Directory.CreateTempSubdirectory("syndication-benchmark-");
        var options = new SqliteOptions { Path = Path.Combine(folder.FullName, "syndication.db") };
        var path = SqliteSearchDatabase.PathOf(options);
        SqliteMigrator.MigrateSearch(path);
        var (reading, writing) = (TimeSpan.Zero, TimeSpan.Zero);
        var random = new Random(Articles);
        using (var database = new SqliteSearchDatabase(options))
        {
            var index = new SqliteTextIndex(database);
            var position = new IndexPosition(Guid.NewGuid(), 0);
            await index.ClearAsync(position.EpochId, CancellationToken.None);
            for (var first = 1; first <= count; first += BatchCount)
            {
                var start = Stopwatch.GetTimestamp();
                var batch = new List<IndexedArticle>();
                for (var key = first; key < Math.Min(first + BatchCount, count + 1); key++)
                {
                    // No two alike: an index of them by text has a place of its own for each.
                    var headline = HeadlineKey.Of($"{random.Next():x} the minister says that the budget holds");
                    batch.Add(new IndexedArticle(key, IsNew: true, ArticleText.Of(articles[key % Articles]), null, headline, []));
                }

                reading += Stopwatch.GetElapsedTime(start);
                var after = position with { Number = batch[^1].ArticleKey };
                var before = Environment.CpuUsage.TotalTime;
                await index.WriteAsync(batch, position, after, CancellationToken.None);
                writing += Environment.CpuUsage.TotalTime - before;
                position = after;
            }
        }

        var bytes = new FileInfo(path).Length;
        folder.Delete(recursive: true);
        return (reading.TotalMicroseconds / count, writing.TotalMicroseconds / count, bytes);
    }
}
