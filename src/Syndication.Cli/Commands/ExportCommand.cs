using System.CommandLine;
using System.Globalization;
using Syndication.Cli.Export;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>A stream as a file: <c>export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "export",
            """
            Write a stream's updates as JSON lines, each {"update":…,"cursor":…} with the contract's Update, until everything committed is written. 'import' reads them again.
            --out appends to a file, and goes on after its last whole line, whatever ended the export before: no update is left out or comes twice.
            With --format, what the stream holds at the end as documents of that format, an article each in its latest version: with --out a folder with a file for each, which is brought up to date when it is there already (what was killed or has left the stream is removed); without, one document of all on standard output. What a format cannot hold is named on stderr; articles that must not be used now are left out where a format cannot say so (exit code 4).
            """,
            "export world-fr > world-fr.ndjson",
            "export world-fr --out world-fr.ndjson",
            "export all --out archive.ndjson --follow",
            "export all | wire import - --server http://elsewhere:5080",
            "export world-fr --format newsml-g2 --out world-fr/",
            "export world-fr --format rss --since 2026-06-17T00:00 > world-fr.rss");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var start = new StartOption(verb);
        var file = verb.AddOption<string?>("--out", "Append to this file and go on where it ends; --from is for a new one. With --format, a folder.", "FILE");
        var format = verb.AddOption<string?>("--format", $"Documents instead of updates: {FormatNames.List}.", "FORMAT");
        format.AcceptOnlyFromAmong(FormatNames.All);
        var follow = verb.AddOption<bool>("--follow", "Go on with what is committed from then on, until Ctrl-C (exit code 130).");
        var headlines = verb.AddOption<bool>("--headlines", "Everything but the texts.");
        var held = verb.AddOption<bool>("--held", ReadCommands.HeldHelp);
        var consumer = verb.AddOption<string?>("--consumer", "Which of your systems this is; otherwise 'default'.", "NAME");
        var retries = verb.AddOption<int>("--retries", "How often in a row to reconnect in vain before ending with code 3: 5 by default.", "N");
        retries.DefaultValueFactory = _ => 5;
        verb.Run(io, async run =>
        {
            run.MaxReconnectAttempts = run.Get(retries) >= 0 ? run.Get(retries) : throw new CliUsageException("--retries is 0 or more.");
            if (run.Get(format) is { } name)
            {
                return await ExportDocumentsAsync(run, ArticleFormats.Find(name)!, run.Get(file), new()
                {
                    Stream = run.Get(stream),
                    Consumer = run.Get(consumer) ?? "",
                    Start = start.Get(run, otherwise: new() { Snapshot = new() }),
                    View = run.Get(headlines) ? ArticleView.Headlines : ArticleView.Full,
                    IncludeHeld = run.Get(held),
                }, run.Get(follow));
            }

            await using var output = run.Get(file) is { } path ? ExportFile.Open(run.FullPath(path)) : null;
            var request = new SubscribeRequest
            {
                Stream = run.Get(stream),
                Consumer = run.Get(consumer) ?? "",
                Start = output?.Cursor is { } cursor ? new() { Cursor = cursor } : start.Get(run),
                View = run.Get(headlines) ? ArticleView.Headlines : ArticleView.Full,
                IncludeHeld = run.Get(held),

                // A cursor for every line: a file may be cut after any.
                MaxBatchUpdates = 1,
            };
            var written = await WriteAsync(run, request, output, run.Get(follow));
            if (output is not null && !run.Json)
            {
                io.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written:N0} updates written to {run.Get(file)}."));
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task<int> ExportDocumentsAsync(Invocation run, IArticleFormat format, string? path, SubscribeRequest request, bool follow)
    {
        if (path is null && (follow || !format.HoldsMany))
        {
            throw new CliUsageException(follow ? "--follow with --format needs --out: a folder." : $"a document of {format.Name} holds one article: name a folder with --out.");
        }

        IExportedDocuments documents = path is null ? new ExportedDocument(run, format) : ExportedFolder.Open(run, format, run.FullPath(path));
        if (documents.Cursor is { } cursor)
        {
            request.Start = new() { Cursor = cursor };
        }

        var isSnapshot = request.Start.PositionCase == StartPosition.PositionOneofCase.Snapshot;
        await foreach (var happened in run.Client.SubscribeAsync(request, run.Token))
        {
            switch (happened)
            {
                case SubscriptionEvent.UpdatesReceived received:
                    documents.Add(received.Updates, isSnapshot ? null : received.Cursor);
                    break;
                case SubscriptionEvent.SnapshotCompleted completed:
                    isSnapshot = false;
                    documents.CompleteSnapshot(completed.Cursor);
                    break;
                case SubscriptionEvent.CaughtUp when !follow:
                    documents.End();
                    return documents.AnyLeftOut ? ExitCode.SomeFailed : ExitCode.Ok;
                case SubscriptionEvent.Disconnected disconnected:
                    run.Io.Error.WriteLine(Terminal.Clean("wire: " + FollowView.Describe(disconnected)));
                    break;
            }
        }

        return ExitCode.Ok;
    }

    private static async Task<long> WriteAsync(Invocation run, SubscribeRequest request, ExportFile? output, bool follow)
    {
        var written = 0L;
        await foreach (var happened in run.Client.SubscribeAsync(request, run.Token))
        {
            switch (happened)
            {
                case SubscriptionEvent.UpdatesReceived received:
                    foreach (var update in received.Updates)
                    {
                        written++;
                        Write(run, output, JsonLines.Format(update, received.Cursor));
                    }

                    break;
                case SubscriptionEvent.CaughtUp:
                    output?.Flush();
                    run.Io.Out.Flush();
                    if (!follow)
                    {
                        return written;
                    }

                    break;
                case SubscriptionEvent.Disconnected disconnected:
                    run.Io.Error.WriteLine(Terminal.Clean("wire: " + FollowView.Describe(disconnected)));
                    break;
            }
        }

        return written;
    }

    private static void Write(Invocation run, ExportFile? output, string line)
    {
        if (output is null)
        {
            run.Io.Out.WriteLine(line);
        }
        else
        {
            output.Write(line);
        }
    }
}
