using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;
using Syndication.Cli.Import;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Publishes files: <c>import</c>.</summary>
internal static class ImportCommand
{
    private const int DefaultRetries = 5;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "import",
            """
            Publish files as articles: wire texts, NewsML-G2, NITF, ninjs, RSS, Atom, JSON Feed, HTML pages, JSON of the contract's Article, and JSON lines, each such an object or a line of 'export'. Each file is told by its content first and its name second; --format says what all are. Of folders and zip archives all files with known endings, also in their folders; of '-' standard input.
            What fails stops nothing else: it is listed at the end with file, line, reason and field (exit code 4). Packages and other items that are no articles are refused, and so is what its source withholds or has killed; an embargo is kept by its date, whatever the status says. What no field models is kept in the article's extensions; what is left out is listed.
            Importing the same again changes nothing, also after an import that was broken off: ids come from the documents or from their bytes, and so does the request id of each article. What has changed since becomes the next version. A lost connection is made again.
            With --json a line per article: file, line, item, outcome (imported, unchanged, valid, skipped, failed), articleId, version, language, sections, links, headline, notes, reason, error.
            """,
            "import wire/*.txt archive/",
            "import partner.zip feed.rss story.g2.xml --dry-run",
            "import archive.ndjson --dry-run",
            "export world-fr | wire import - --server http://elsewhere:5080",
            "import story.txt --json");
        var files = verb.AddArgument<string[]>("FILE", "Files, folders, or '-'.", ArgumentArity.OneOrMore);
        var input = verb.AddOption<string?>("--format", $"What all of it is, whatever it looks like: {ImportReader.Lines}, {FormatNames.List}.", "FORMAT");
        input.Aliases.Add("--input");
        input.AcceptOnlyFromAmong([ImportReader.Lines, .. FormatNames.All]);
        var language = verb.AddOption<string?>("--language", "The language of texts, such as fr; otherwise it is recognised.", "TAG");
        var charset = verb.AddOption<string?>("--charset", "How texts are encoded; otherwise it is recognised.", "NAME");
        charset.AcceptOnlyFromAmong("utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1");
        var dryRun = verb.AddOption<bool>("--dry-run", "Only check: nothing is published.");
        var renumber = verb.AddOption<bool>(
            "--renumber", "Publish what has a version number as the next version of its article. Otherwise its number must be the next one, so that an export goes nowhere twice.");
        var retries = verb.AddOption<int?>("--retries", $"How often in a row to reconnect in vain before ending with code 3: {DefaultRetries} by default.", "N");
        retries.DefaultValueFactory = _ => DefaultRetries;
        verb.Run(io, async run =>
        {
            run.MaxReconnectAttempts = run.Within(retries, 0, int.MaxValue);
            var missing = run.Get(files)!.Where(path => path != "-" && !Path.Exists(io.FullPath(path))).ToList();
            if (missing.Count == run.Get(files)!.Length)
            {
                // Of several files one that is missing is listed with what else failed; with none there is nothing to do.
                throw new CliUsageException($"there is no {string.Join(" and no ", missing)}.");
            }

            var reader = new ImportReader(io, run.Get(input), new(run.Get(language), run.Get(charset)), run.Get(renumber));

            // Also the first sign of life: a server that was never there is not waited for.
            var server = await run.Client.Server.GetServerInfoAsync(new(), cancellationToken: run.Token);
            var tally = new ImportTally(run, Floor(server.ServerTime));
            try
            {
                await ShowProgressAsync(run, tally, run.Get(files)!, onRetry =>
                    ImportAsync(run, tally, reader.ReadAsync(run.Get(files)!, run.Token), run.Get(dryRun), onRetry));
            }
            catch (Exception exception) when (exception is SyndicationException or OperationCanceledException)
            {
                tally.WriteSummary();
                io.Error.WriteLine("wire: broken off. What is imported stays; the same command goes on from there.");
                throw;
            }

            tally.WriteSummary();
            return tally.AnyFailed ? ExitCode.SomeFailed : ExitCode.Ok;
        });
        return verb;
    }

    private static async Task ImportAsync(
        Invocation run, ImportTally tally, IAsyncEnumerable<ImportItem> items, bool validateOnly, Action<SyndicationException, TimeSpan> onRetry)
    {
        await foreach (var result in run.Client.ImportAsync(SendAsync(), onRetry, run.Token))
        {
            tally.Add(result);
        }

        async IAsyncEnumerable<ImportArticlesRequest> SendAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                tally.Add(item);
                if (item.Request is { } request)
                {
                    yield return new() { Publish = request, ValidateOnly = validateOnly };
                }
            }
        }
    }

    /// <summary>Runs an import beside a bar with rate and remaining time, where somebody watches.</summary>
    private static async Task ShowProgressAsync(
        Invocation run, ImportTally tally, string[] paths, Func<Action<SyndicationException, TimeSpan>, Task> importAsync)
    {
        if (!run.Io.IsTerminal || run.Json)
        {
            await importAsync((error, delay) => run.Io.Error.WriteLine(Terminal.Clean("wire: " + Retry(error, delay))));
            return;
        }

        var clock = run.Io.TimeProvider;
        var began = clock.GetTimestamp();
        var columns = new ProgressColumn[] { new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn() };
        await run.Console.Progress().AutoClear(true).Columns(columns).StartAsync(async context =>
        {
            var bar = context.AddTask("reading", maxValue: 1);
            var total = SizeOf(run.Io, paths);
            bar.IsIndeterminate = total == 0;
            bar.MaxValue = Math.Max(1, total);
            var import = importAsync((error, delay) => run.Console.MarkupLine($"[yellow]{Terminal.Literal(Retry(error, delay))}[/]"));
            while (!import.IsCompleted)
            {
                await Task.WhenAny(import, Task.Delay(ProgressInterval, clock));
                var rate = tally.Count / Math.Max(0.001, clock.GetElapsedTime(began).TotalSeconds);
                bar.Description = string.Create(CultureInfo.InvariantCulture, $"{tally.Count:N0} articles, {rate:N0}/s");
                bar.Value = tally.Bytes;
            }

            await import;
        });
    }

    private static string Retry(SyndicationException error, TimeSpan delay) =>
        string.Create(CultureInfo.InvariantCulture, $"disconnected: {error.Message}; connecting again in {delay.TotalSeconds:0.0} s");

    // 0 where it is not known. Looked through once more for reading: the names of a large archive are not kept.
    private static long SizeOf(CliIo io, string[] paths) => paths.Contains("-")
        ? 0
        : ImportFiles.Find(paths, io.FullPath).Select(file => new FileInfo(io.FullPath(file.Path))).Where(file => file.Exists).Sum(file => file.Length);

    // The log counts microseconds.
    private static Timestamp? Floor(Timestamp? time) =>
        time is null ? null : new() { Seconds = time.Seconds, Nanos = time.Nanos / 1000 * 1000 };
}
