using System.CommandLine;
using Spectre.Console;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Who reads what, and how far they are: <c>subscriptions</c>.</summary>
internal static class SubscriptionsCommand
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private static readonly string[] Columns = ["Stream", "Consumer", "Principal", "State", "Behind", "Address", "Since", "Acknowledged", "Behind that"];

    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "subscriptions",
            "Show who reads which stream and how far they are: your own consumers, all of them for the desk. With --json a Subscription per line.",
            "subscriptions",
            "subscriptions --stream world-fr --watch");
        var stream = verb.AddOption<string?>("--stream", "Only those of this stream.", "STREAM");
        var watch = verb.AddOption<bool>("--watch", "Again every second, until Ctrl-C (exit code 130).");
        verb.Run(io, async run =>
        {
            if (!run.Get(watch))
            {
                Write(run, await ReadAsync(run, run.Get(stream)));
                return ExitCode.Ok;
            }

            if (io.IsTerminal && !run.Json)
            {
                await run.Console.Live(new Text("")).StartAsync(context => RepeatAsync(run, run.Get(stream), all => context.UpdateTarget(Show(run, all))));
            }
            else
            {
                await RepeatAsync(run, run.Get(stream), all => Write(run, all));
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task RepeatAsync(Invocation run, string? stream, Action<List<Subscription>> show)
    {
        using var timer = new PeriodicTimer(RefreshInterval, run.Io.TimeProvider);
        do
        {
            show(await ReadAsync(run, stream));
        }
        while (await timer.WaitForNextTickAsync(run.Token));
    }

    private static async Task<List<Subscription>> ReadAsync(Invocation run, string? stream)
    {
        var request = new ListSubscriptionsRequest { Stream = stream ?? "", PageSize = 500 };
        var all = new List<Subscription>();
        do
        {
            var page = await run.Client.Subscriptions.ListSubscriptionsAsync(request, cancellationToken: run.Token);
            all.AddRange(page.Subscriptions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return all;
    }

    private static void Write(Invocation run, List<Subscription> all)
    {
        if (run.Json)
        {
            all.ForEach(run.WriteJson);
        }
        else if (all.Count == 0)
        {
            run.Io.Error.WriteLine("Nobody has subscribed.");
        }
        else
        {
            run.Console.Write(Show(run, all));
        }

        run.Io.Out.Flush();
    }

    private static Spectre.Console.Table Show(Invocation run, List<Subscription> all)
    {
        var table = Terminal.NewTable(run.Io, Columns);
        foreach (var subscription in all)
        {
            // A consumer that is away has a row too.
            foreach (var connection in subscription.Connections.DefaultIfEmpty())
            {
                var (state, colour) = connection switch
                {
                    null => ("away", "grey"),
                    { CaughtUp: true } => ("live", "green"),
                    _ => ("behind", "yellow"),
                };
                var clock = run.Io.TimeProvider;
                var place = subscription.Acknowledged;
                table.AddRow(
                    Cell(subscription.Stream),
                    Cell(subscription.Consumer),
                    Cell(subscription.Principal),
                    new Markup($"[{colour}]{state}[/]"),
                    Cell(Lags.Text(connection?.Lag)),
                    Cell(connection?.Address ?? ""),
                    Cell(clock.Local(connection?.ConnectTime)),
                    Cell(clock.Local(place?.AcknowledgeTime)),
                    Cell(place is null ? "" : place.Lag is { } lag ? Lags.Text(lag) : "unusable"));
            }
        }

        return table;
    }

    private static Text Cell(string text) => new(Terminal.Clean(text));
}
