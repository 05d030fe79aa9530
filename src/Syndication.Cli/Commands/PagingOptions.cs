using System.CommandLine;

namespace Syndication.Cli.Commands;

/// <summary>The flags <c>--limit</c> and <c>--all</c>.</summary>
internal sealed class PagingOptions
{
    private readonly Option<int> _limit;
    private readonly Option<bool> _all;

    /// <param name="verb">Whose flags they are.</param>
    /// <param name="limit">How many are listed unless something else is said.</param>
    public PagingOptions(Verb verb, int limit)
    {
        _limit = verb.AddOption<int>("--limit", $"How many at most: {limit} by default, 0 for all.", "N");
        _limit.DefaultValueFactory = _ => limit;
        _all = verb.AddOption<bool>("--all", "All of them.");
    }

    /// <summary>How many at most.</summary>
    public int Limit(Invocation run) => run.Get(_limit) switch
    {
        < 0 and var limit => throw new CliUsageException($"--limit is {limit}: 0 (all) or more."),
        0 => int.MaxValue,
        var limit => run.Get(_all) ? int.MaxValue : limit,
    };

    /// <summary>Says that the list was cut. Not with JSON, whose reader asked for as many.</summary>
    public static void WriteMore(Invocation run)
    {
        if (!run.Json)
        {
            run.Io.Error.WriteLine("There are more; --all lists them, --limit N so many.");
        }
    }
}
