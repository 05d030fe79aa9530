using System.CommandLine;
using Spectre.Console;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>What the server is and who the caller is: <c>info</c>, <c>whoami</c>.</summary>
internal static class InfoCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb("info", "Show the server's version, limits and features, and who you are to it.", "info");
        verb.Run(io, async run =>
        {
            var server = await run.Client.Server.GetServerInfoAsync(new(), cancellationToken: run.Token);
            var caller = await run.Client.Server.GetCallerAsync(new(), cancellationToken: run.Token);
            if (run.Json)
            {
                io.Out.WriteLine($"{{\"server\":{JsonLines.Format(server)},\"caller\":{JsonLines.Format(caller)}}}");
            }
            else
            {
                Write(run, server, caller);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command WhoAmI(CliIo io)
    {
        var verb = new Verb("whoami", "Show who you are to the server, and what you may do. With --json the GetCallerResponse.", "whoami");
        verb.Run(io, async run =>
        {
            var caller = await run.Client.Server.GetCallerAsync(new(), cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(caller);
            }
            else
            {
                io.Out.WriteLine(Terminal.Clean(Describe(caller)));
                WriteGrants(run, caller);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    /// <summary>What a partner may read and use.</summary>
    private static void WriteGrants(Invocation run, GetCallerResponse caller)
    {
        if (!caller.Roles.Contains(CallerRole.Partner))
        {
            return;
        }

        if (caller.ExpireTime is { } expires)
        {
            run.Io.Out.WriteLine($"The key works until {run.Io.TimeProvider.Local(expires)}.");
        }

        var table = Terminal.NewTable(run.Io, "Stream", "Embargo access", "From", "Until", "Territories", "Channels");
        foreach (var grant in caller.Grants)
        {
            table.Add(PartnerCommands.Cells(run.Io.TimeProvider, grant));
        }

        if (table.Rows.Count == 0)
        {
            run.Io.Out.WriteLine("No streams are granted.");
        }
        else
        {
            run.Console.Write(table);
        }

        run.Io.Out.WriteLine(PartnerCommands.Describe(caller.Quota ?? new Quota()));
    }

    private static string Describe(GetCallerResponse caller) => $"{caller.Principal} ({string.Join(", ", caller.Roles.Select(ArticleText.Name))})";

    private static void Write(Invocation run, GetServerInfoResponse server, GetCallerResponse caller)
    {
        var limits = server.Limits ?? new();
        var table = Terminal.NewTable(run.Io, "", "");
        table.HideHeaders();
        table.Add("server", $"{server.Version}, {server.Contract}, {server.Store}");
        table.Add("log epoch", server.LogEpoch);
        table.Add("time", run.Io.TimeProvider.Local(server.ServerTime));
        table.Add("features", string.Join(", ", server.Features));
        table.Add("largest article", $"{limits.MaxArticleBytes:N0} bytes");
        table.Add("largest page", $"{limits.MaxPageSize:N0}");
        table.Add("largest frame", $"{limits.MaxBatchUpdates:N0} updates");
        table.Add("heartbeat", $"{limits.HeartbeatInterval?.ToTimeSpan()}");
        table.Add("stall limit", $"{limits.StallLimit?.ToTimeSpan()}");
        table.Add("retention", limits.Retention is { } retention ? $"{retention.ToTimeSpan()}" : "for ever");
        table.Add("you are", Describe(caller));
        run.Console.Write(table);
    }
}
