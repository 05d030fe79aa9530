using System.CommandLine;
using Syndication.Cli.Output;

namespace Syndication.Cli.Commands;

/// <summary>What changed between two versions: <c>diff</c>.</summary>
internal static class DiffCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "diff",
            "Show what changed between two versions of an article, word by word, and what kind of words: numbers, dates, names. In colours on a terminal, as [-gone-]{+come+} elsewhere; with --json one CompareVersionsResponse.",
            "diff wire-42",
            "diff wire-42 --from 1 --to 3",
            "diff wire-42 --json");
        var id = verb.AddArgument<string>("ID", "The article.");
        var from = verb.AddOption<int>("--from", "The version to compare from; otherwise the one before --to.", "N");
        var to = verb.AddOption<int>("--to", "The version to compare to; otherwise the latest.", "N");
        var held = verb.AddOption<bool>("--held", ReadCommands.HeldHelp);
        verb.Run(io, async run =>
        {
            var compared = await run.Client.Articles.CompareVersionsAsync(
                new() { ArticleId = run.Get(id), FromVersion = run.Get(from), ToVersion = run.Get(to), IncludeHeld = run.Get(held) },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(compared);
                return ExitCode.Ok;
            }

            // For the words around the changes.
            var newer = await run.Client.Articles.GetArticleAsync(
                new() { ArticleId = compared.ArticleId, Version = compared.Changes.ToVersion, IncludeHeld = run.Get(held) }, cancellationToken: run.Token);
            new DiffView(run.Console, io.IsTerminal).Write(newer.Article, compared.Changes);
            return ExitCode.Ok;
        });
        return verb;
    }
}
