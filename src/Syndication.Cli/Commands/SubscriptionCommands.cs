using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Updates by the page: <c>pull</c> and <c>ack</c>.</summary>
internal static class SubscriptionCommands
{
    private const string ConsumerHelp = "Which of your systems this is; otherwise 'default'.";

    public static Command Pull(CliIo io)
    {
        var verb = new Verb(
            "pull",
            "Fetch a page of a stream's updates and the cursor for the next one.",
            "pull world-fr --from ack --json",
            "pull world-fr --from earliest --all",
            "pull world-fr --from \"$CURSOR\" --wait 30");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var start = new StartOption(verb);
        var max = verb.AddOption<int?>("--max", "How many updates a page has at most, 1 to 1,000; 64 by default.", "N");
        var wait = verb.AddOption<int?>("--wait", "How many seconds to wait for the first update, 0 to 60.", "SECONDS");
        var all = verb.AddOption<bool>("--all", "Go on, page after page, until everything is fetched.");
        var headlines = verb.AddOption<bool>("--headlines", "Everything but the texts.");
        var held = verb.AddOption<bool>("--held", ReadCommands.HeldHelp);
        var consumer = verb.AddOption<string?>("--consumer", ConsumerHelp, "NAME");
        verb.Run(io, async run =>
        {
            var request = new PullUpdatesRequest
            {
                Stream = run.Get(stream),
                Consumer = run.Get(consumer) ?? "",
                Start = start.Get(run),
                View = run.Get(headlines) ? ArticleView.Headlines : ArticleView.Full,
                MaxBatchUpdates = run.Within(max, 1, 1000) ?? 0,
                MaxWait = run.Within(wait, 0, 60) is > 0 and var seconds ? Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) : null,
                IncludeHeld = run.Get(held),
            };
            var view = new FollowView(run.Console, io.TimeProvider, run.Get(stream)!);
            PullUpdatesResponse page;
            do
            {
                page = await run.Client.Subscriptions.PullUpdatesAsync(request, cancellationToken: run.Token);
                request.Start = new() { Cursor = page.Cursor };
                Write(run, view, page);
            }
            while (run.Get(all) && !page.CaughtUp);

            if (!run.Json)
            {
                io.Out.WriteLine($"next --from {page.Cursor}");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command Ack(CliIo io)
    {
        var verb = new Verb(
            "ack",
            "Store a consumer's place in a stream, from which '--from ack' goes on.",
            "ack world-fr --cursor \"$CURSOR\" --consumer cms");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var cursor = verb.AddOption<string>("--cursor", "The place: everything before it is processed.", "CURSOR", required: true);
        var consumer = verb.AddOption<string?>("--consumer", ConsumerHelp, "NAME");
        var rewind = verb.AddOption<bool>("--rewind", "Move backwards if it lies before the acknowledged place.");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Subscriptions.AcknowledgeAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    Stream = run.Get(stream),
                    Consumer = run.Get(consumer) ?? "",
                    Cursor = Invocation.Cursor(run.Get(cursor)!, "no cursor: 'follow --json' and 'pull' show one after each update or page"),
                    Rewind = run.Get(rewind),
                },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                io.Out.WriteLine(response.Moved ? "Acknowledged." : "Acknowledged already; nothing moved.");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static void Write(Invocation run, FollowView view, PullUpdatesResponse page)
    {
        if (run.Json)
        {
            run.WriteJson(page);
            return;
        }

        foreach (var update in page.Updates)
        {
            view.Write(update);
        }

        if (page.SnapshotComplete)
        {
            run.Io.Out.WriteLine("-- snapshot complete: whatever it did not name is to be dropped");
        }

        if (page.CaughtUp)
        {
            run.Io.Out.WriteLine("-- caught up");
        }
    }
}
