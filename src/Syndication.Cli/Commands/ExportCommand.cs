using System.CommandLine;
using System.Globalization;
using Syndication.Cli.Export;
using Syndication.Cli.Output;
using Syndication.Client;
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
            """,
            "export world-fr > world-fr.ndjson",
            "export world-fr --out world-fr.ndjson",
            "export all --out archive.ndjson --follow",
            "export all | wire import - --server http://elsewhere:5080");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var start = new StartOption(verb);
        var file = verb.AddOption<string?>("--out", "Append to this file and go on where it ends; --from is for a new one.", "FILE");
        var follow = verb.AddOption<bool>("--follow", "Go on with what is committed from then on, until Ctrl-C (exit code 130).");
        var headlines = verb.AddOption<bool>("--headlines", "Everything but the texts.");
        var held = verb.AddOption<bool>("--held", ReadCommands.HeldHelp);
        var consumer = verb.AddOption<string?>("--consumer", "Which of your systems this is; otherwise 'default'.", "NAME");
        var retries = verb.AddOption<int>("--retries", "How often in a row to reconnect in vain before ending with code 3: 5 by default.", "N");
        retries.DefaultValueFactory = _ => 5;
        verb.Run(io, async run =>
        {
            run.MaxReconnectAttempts = run.Get(retries) >= 0 ? run.Get(retries) : throw new CliUsageException("--retries is 0 or more.");
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
