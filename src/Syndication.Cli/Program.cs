using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text;
using Syndication.Cli.Commands;

namespace Syndication.Cli;

/// <summary>The command line <c>wire</c>.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var interrupted = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        return await RunAsync(args, CliIo.ForProcess(), interrupted.Token);

        void Cancel(PosixSignalContext context)
        {
            // A second signal while the first is still being heeded ends the process as usual.
            context.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        }
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="io">Where it reads and writes.</param>
    /// <param name="cancellationToken">Ends the run with exit code 130.</param>
    /// <returns>The exit code, see <c>wire --help</c>.</returns>
    public static async Task<int> RunAsync(string[] args, CliIo io, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("Publishes, reads and follows syndicated articles.")
        {
            ImportCommand.Create(io),
            CheckCommand.Create(io),
            ValidateCommand.Create(io),
            PublishCommands.Publish(io),
            PublishCommands.Correct(io),
            HoldCommands.Withdraw(io),
            HoldCommands.Withhold(io),
            HoldCommands.Release(io),
            ReadCommands.Get(io),
            ReadCommands.List(io),
            SearchCommand.Create(io),
            ReadCommands.Versions(io),
            DiffCommand.Create(io),
            ReadCommands.Neighbors(io),
            ExportCommand.Create(io),
            FollowCommand.Create(io),
            SubscriptionCommands.Pull(io),
            SubscriptionCommands.Ack(io),
            SubscriptionsCommand.Create(io),
            StreamCommands.Create(io),
            VocabularyCommands.Create(io),
            PartnerCommands.Partners(io),
            KeyCommands.Create(io),
            PartnerCommands.Grants(io),
            PartnerCommands.Quotas(io),
            WithdrawalCommands.Receipts(io),
            WithdrawalCommands.Confirm(io),
            WebhookCommands.Create(io),
            AuditCommand.Create(io),
            InfoCommand.Create(io),
            InfoCommand.WhoAmI(io),
            DoctorCommand.Create(io),
            ProtosCommand.Create(io),
        };
        root.Options.Add(GlobalOptions.Json);
        root.Options.Add(GlobalOptions.Server);
        root.Options.Add(GlobalOptions.Key);
        root.Options.Add(GlobalOptions.Authority);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);

        // No response files: a headline may begin with '@'.
        var parse = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parse.Action is ParseErrorAction wrong)
        {
            wrong.ShowHelp = args.Length == 0;
            await parse.InvokeAsync(Configuration(io.Error), cancellationToken);
            var path = string.Join(' ', parse.CommandResult.PathFromRoot());
            io.Error.WriteLine($"'{path} --help' shows how it is used.");
            return ExitCode.Usage;
        }

        try
        {
            return await parse.InvokeAsync(Configuration(io.Out), cancellationToken);
        }
        catch (IOException error) when (ExitCode.IsOutputClosed(error))
        {
            return ExitCode.OutputClosed;
        }

        // Signals come through the token, exceptions are handled per verb.
        InvocationConfiguration Configuration(TextWriter output) => new()
        {
            Output = output,
            Error = io.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
    }

    // The root's own name is that of the file that was started.
    private static IEnumerable<string> PathFromRoot(this CommandResult result) =>
        result.Parent is CommandResult parent ? [.. parent.PathFromRoot(), result.Command.Name] : ["wire"];
}
