using System.CommandLine;
using Spectre.Console;
using Syndication.Cli.Doctor;
using Syndication.Cli.Http;
using Syndication.Cli.Output;

namespace Syndication.Cli.Commands;

/// <summary>Looks for what is wrong: <c>doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "doctor",
            """
            Look for what is wrong between this machine and the server: address, TLS, gRPC, clock, versions, health, contract, credentials, grants, and whether a stream opens. Says what to do. Ends with code 1 when a check failed, 3 when the server was not reached.
            With --json a line per check: check, outcome (ok, warning, failed, skipped), detail, advice.
            """,
            "doctor",
            "doctor --server https://wire.example --ca house.pem --stream world-fr");
        var stream = verb.AddOption<string?>("--stream", "Which stream to open; otherwise the first that is granted, for staff 'all'.", "STREAM");
        var http = new HttpOption(verb);
        verb.Run(io, async run =>
        {
            var options = run.ClientOptions();
            var examination = new Examination(options, http.Address(run, options.Address), run.Get(stream), io.TimeProvider);
            var failed = false;
            await foreach (var diagnosis in examination.RunAsync(run.Token))
            {
                failed |= diagnosis.Outcome == CheckOutcome.Failed;
                Write(run, diagnosis);
            }

            return !examination.WasReached ? ExitCode.Unavailable : failed ? ExitCode.Refused : ExitCode.Ok;
        });
        return verb;
    }

    private static void Write(Invocation run, Diagnosis diagnosis)
    {
        if (run.Json)
        {
            run.Io.Out.WriteLine(JsonLines.Format(diagnosis));
            return;
        }

        var (word, colour) = diagnosis.Outcome switch
        {
            CheckOutcome.Ok => ("ok", "green"),
            CheckOutcome.Warning => ("warning", "yellow"),
            CheckOutcome.Failed => ("FAILED", "bold red"),
            _ => ("skipped", "grey"),
        };
        run.Console.MarkupLine($"[{colour}]{word,-8}[/] {diagnosis.Check,-12} {Terminal.Literal(diagnosis.Detail)}");
        if (diagnosis.Advice is { } advice)
        {
            run.Console.MarkupLine($"         [dim]{Terminal.Literal(advice)}[/]");
        }
    }
}
