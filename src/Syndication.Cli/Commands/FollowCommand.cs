using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Shows a stream's updates as they come: <c>follow</c>.</summary>
internal static class FollowCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "follow",
            "Show a stream's updates as they come, without end: reconnects by itself and leaves nothing out. End it with Ctrl-C (exit code 130). With --json a line per update, {\"update\":…,\"cursor\":…} with the contract's Update, and the connection's changes on stderr.",
            "follow all --from latest",
            "follow world-fr --from snapshot --headlines",
            "follow world-fr --json --consumer cms --from ack --ack | ./store-updates");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var start = new StartOption(verb);
        var headlines = verb.AddOption<bool>("--headlines", "Everything but the texts.");
        var held = verb.AddOption<bool>("--held", ReadCommands.HeldHelp);
        var consumer = verb.AddOption<string?>("--consumer", "Which of your systems this is; otherwise 'default'.", "NAME");
        var acknowledge = verb.AddOption<bool>("--ack", "Acknowledge what was shown, so that '--from ack' goes on after it.");
        var count = verb.AddOption<int?>("--count", "End, with code 0, after this many updates.", "N");
        var frames = verb.AddOption<bool>("--frames", "With --json: also frames without updates, such as heartbeats.");
        var batch = verb.AddOption<int?>(
            "--batch",
            "How many updates a frame carries at most, 1 to 1,000. With --json 1, so that each line has its cursor; with more, the last of each frame has.",
            "N");
        var retries = verb.AddOption<int?>("--retries", "How often in a row to reconnect in vain before ending with code 3; otherwise without end.", "N");
        verb.Run(io, async run =>
        {
            run.MaxReconnectAttempts = run.Within(retries, 0, int.MaxValue);
            var left = run.Within(count, 1, int.MaxValue) ?? int.MaxValue;
            var request = new SubscribeRequest
            {
                Stream = run.Get(stream),
                Consumer = run.Get(consumer) ?? "",
                Start = start.Get(run),
                View = run.Get(headlines) ? ArticleView.Headlines : ArticleView.Full,
                IncludeHeld = run.Get(held),
                MaxBatchUpdates = run.Within(batch, 1, 1000) ?? (run.Json ? 1 : 0),
            };
            var view = new FollowView(run.Console, io.TimeProvider, run.Get(stream)!);
            SubscriptionEvent? connected = null;
            await foreach (var happened in run.Client.SubscribeAsync(request, run.Token))
            {
                // Said with what comes next: a refusal comes with the headers, and who is refused was never connected.
                if (happened is SubscriptionEvent.Connected)
                {
                    connected = happened;
                    continue;
                }

                if (connected is not null)
                {
                    WriteState(run, view, connected, run.Get(frames));
                    connected = null;
                }

                if (happened is not SubscriptionEvent.UpdatesReceived received)
                {
                    WriteState(run, view, happened, run.Get(frames));
                    continue;
                }

                var shown = Math.Min(left, received.Updates.Count);
                for (var i = 0; i < shown; i++)
                {
                    WriteUpdate(run, view, received, i);
                }

                left -= shown;
                // A frame's cursor lies after all of its updates: one that was shown in part is not acknowledged.
                if (run.Get(acknowledge) && shown == received.Updates.Count)
                {
                    try
                    {
                        await run.Client.Subscriptions.AcknowledgeAsync(
                            new() { Stream = request.Stream, Consumer = request.Consumer, Cursor = received.Cursor },
                            cancellationToken: run.Token);
                    }
                    catch (SyndicationException exception) when (exception.IsTransient)
                    {
                        // The server is away: the subscription comes back by itself, and the next frame's place includes this one.
                    }
                }

                if (left == 0)
                {
                    break;
                }
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static void WriteUpdate(Invocation run, FollowView view, SubscriptionEvent.UpdatesReceived received, int index)
    {
        var update = received.Updates[index];
        if (!run.Json)
        {
            view.Write(update, received.Lag);
        }
        else
        {
            // Whoever resumed from a frame's cursor in its midst would leave out the rest.
            run.Io.Out.WriteLine(JsonLines.Format(update, index == received.Updates.Count - 1 ? received.Cursor : null));
        }

        run.Io.Out.Flush();
    }

    private static void WriteState(Invocation run, FollowView view, SubscriptionEvent happened, bool frames)
    {
        switch (happened)
        {
            case SubscriptionEvent.Frame frame when run.Json && frames:
                run.WriteJson(frame.Response);
                break;
            case SubscriptionEvent.Disconnected disconnected when run.Json:
                run.Io.Error.WriteLine(Terminal.Clean("wire: " + FollowView.Describe(disconnected)));
                break;
            case not null when !run.Json:
                view.Write(happened);
                break;
        }

        run.Io.Out.Flush();
    }
}
