using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Syndication.Cli;

/// <summary>The library's help, then the verb's examples; on the first page the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case Verb { Examples.Count: > 0 } verb:
                output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
                foreach (var example in verb.Examples)
                {
                    output.WriteLine("  wire " + example);
                }

                output.WriteLine();
                break;
            case RootCommand:
                output.WriteLine(ExitCode.Help);
                output.WriteLine();
                break;
        }

        return ExitCode.Ok;
    }
}
