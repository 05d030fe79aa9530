using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>The archive: <c>get</c>, <c>list</c>, <c>versions</c>.</summary>
internal static class ReadCommands
{
    public const string HeldHelp = "Also articles under embargo or hold. For the desk.";

    public static Command Get(CliIo io)
    {
        var verb = new Verb(
            "get",
            "Show an article: its latest version, or a given one.",
            "get wire-42",
            "get wire-42 --version 3 --json");
        var id = verb.AddArgument<string>("ID", "The article.");
        var version = verb.AddOption<int>("--version", "The version; otherwise the latest.", "N");
        var held = verb.AddOption<bool>("--held", HeldHelp);
        verb.Run(io, async run =>
        {
            var response = await run.Client.Articles.GetArticleAsync(
                new() { ArticleId = run.Get(id), Version = run.Get(version), IncludeHeld = run.Get(held) },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response.Article);
            }
            else
            {
                ArticlePage.Write(run, response.Article);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command List(CliIo io)
    {
        var verb = new Verb(
            "list",
            "List articles by what they are about, newest change first.",
            "list --language fr --subject medtop:20000587",
            "list --stream world-fr --limit 200 --json",
            "list --any-place \"Séoul\" --any-place \"Pyongyang\" --none-type picture");
        var stream = verb.AddOption<string?>("--stream", "Only articles of this stream.", "STREAM");
        var filter = new FilterOptions(verb);
        var held = verb.AddOption<bool>("--held", HeldHelp + " And withheld, withdrawn and expired ones.");
        var full = verb.AddOption<bool>("--full", "With their texts (for --json).");
        var limit = verb.AddOption<int>("--limit", "How many at most: 50 by default, 0 for all.", "N");
        limit.DefaultValueFactory = _ => 50;
        verb.Run(io, async run =>
        {
            var request = new ListArticlesRequest
            {
                Stream = run.Get(stream) ?? "",
                Filter = await filter.GetAsync(run),
                IncludeHeld = run.Get(held),
                View = run.Get(full) ? ArticleView.Full : ArticleView.Headlines,
            };
            await Paged.WriteAsync<Article>(run, run.Get(limit), ArticleTable.Columns, ArticleTable.Cells, async (size, token) =>
            {
                request.PageSize = size;
                request.PageToken = token;
                var page = await run.Client.Articles.ListArticlesAsync(request, cancellationToken: run.Token);
                return (page.Articles, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command Versions(CliIo io)
    {
        var verb = new Verb("versions", "List the versions of an article, newest first.", "versions wire-42");
        var id = verb.AddArgument<string>("ID", "The article.");
        var held = verb.AddOption<bool>("--held", HeldHelp);
        var limit = verb.AddOption<int>("--limit", "How many at most: all by default.", "N");
        verb.Run(io, async run =>
        {
            var request = new ListArticleVersionsRequest { ArticleId = run.Get(id), IncludeHeld = run.Get(held) };
            await Paged.WriteAsync<Article>(run, run.Get(limit), ArticleTable.Columns, ArticleTable.Cells, async (size, token) =>
            {
                request.PageSize = size;
                request.PageToken = token;
                var page = await run.Client.Articles.ListArticleVersionsAsync(request, cancellationToken: run.Token);
                return (page.Versions, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }
}
