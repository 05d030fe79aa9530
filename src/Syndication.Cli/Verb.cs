using System.CommandLine;
using System.CommandLine.Parsing;

namespace Syndication.Cli;

/// <summary>A command that shows examples in its help.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines, without the program's name.</summary>
    public IReadOnlyList<string> Examples => examples;

    public Option<T> AddOption<T>(string name, string description, string? valueName = null, bool required = false)
    {
        var option = new Option<T>(name) { Description = description, HelpName = valueName, Required = required };
        Options.Add(option);
        return option;
    }

    public Option<DateTimeOffset?> AddTimeOption(string name, string description)
    {
        var option = new Option<DateTimeOffset?>(name) { Description = description, HelpName = "TIME", CustomParser = ParseTime };
        Options.Add(option);
        return option;
    }

    public Argument<T> AddArgument<T>(string name, string description, ArgumentArity? arity = null)
    {
        var argument = new Argument<T>(name) { Description = description };
        if (arity is { } given)
        {
            argument.Arity = given;
        }

        if (typeof(T) == typeof(string[]))
        {
            // Takes whatever is no option of the verb, a mistyped one too.
            argument.Validators.Add(static result =>
            {
                foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
                {
                    result.AddError($"There is no option '{token.Value}'. A word that begins so goes in quotes of its own, a file after './'.");
                }
            });
        }

        Arguments.Add(argument);
        return argument;
    }

    /// <summary>What the verb does. It returns an <see cref="ExitCode"/>; its exceptions become messages and exit codes.</summary>
    public void Run(CliIo io, Func<Invocation, Task<int>> body) =>
        SetAction((parse, token) => Invocation.RunAsync(io, parse, body, token));

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Times.TryParse(text, out var time))
        {
            return time;
        }

        result.AddError($"'{text}' is not a time such as 2026-06-17T18:00:00+02:00 (local without offset).");
        return null;
    }
}
