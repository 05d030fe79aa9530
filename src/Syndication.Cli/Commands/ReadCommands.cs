using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>The archive: <c>get</c>, <c>list</c>, <c>versions</c>, <c>neighbors</c>.</summary>
internal static class ReadCommands
{
    public const string HeldHelp = "Also articles under embargo, and for the desk those under hold: for the staff, and for partners whose grant gives embargo access.";

    private const int DefaultLimit = 50;

    public static Command Get(CliIo io)
    {
        var verb = new Verb(
            "get",
            """
            Show an article, its latest version or a given one: all of its text, with rights, links and media. With --json, the Article; with --format, a document of that format.
            What a format cannot hold is named on stderr. An article that must not be used now is written only in formats that can say so (exit code 4).
            """,
            "get wire-42",
            "get wire-42 --version 3 --json",
            "get wire-42 --format newsml-g2 > wire-42.g2.xml");
        var id = verb.AddArgument<string>("ID", "The article.");
        var version = verb.AddOption<int>("--version", "The version; otherwise the latest.", "N");
        var held = verb.AddOption<bool>("--held", HeldHelp);
        var format = verb.AddOption<string?>("--format", $"{FormatNames.List}.", "FORMAT");
        format.AcceptOnlyFromAmong(FormatNames.All);
        verb.Run(io, async run =>
        {
            var response = await run.Client.Articles.GetArticleAsync(
                new() { ArticleId = run.Get(id), Version = run.Get(version), IncludeHeld = run.Get(held) },
                cancellationToken: run.Token);
            if (run.Get(format) is { } name)
            {
                return ArticleDocument.Write(run, response.Article, ArticleFormats.Find(name)!) ? ExitCode.Ok : ExitCode.SomeFailed;
            }

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
            "list --all --json",
            "list --language fr --subject medtop:20000587",
            "list --stream world-fr --limit 200 --json",
            "list --any-place \"Séoul\" --any-place \"Pyongyang\" --none-type picture");
        var stream = verb.AddOption<string?>("--stream", "Only articles of this stream.", "STREAM");
        var filter = new FilterOptions(verb);
        var held = verb.AddOption<bool>("--held", HeldHelp + " And withheld, withdrawn and expired ones.");
        var full = verb.AddOption<bool>("--full", "With their texts (for --json).");
        var paging = new PagingOptions(verb, DefaultLimit);
        verb.Run(io, async run =>
        {
            var request = new ListArticlesRequest
            {
                Stream = run.Get(stream) ?? "",
                Filter = await filter.GetAsync(run),
                IncludeHeld = run.Get(held),
                View = run.Get(full) ? ArticleView.Full : ArticleView.Headlines,
            };
            await Paged.WriteAsync<Article>(run, paging.Limit(run), ArticleTable.Columns, ArticleTable.Cells, async (size, token) =>
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
        var paging = new PagingOptions(verb, DefaultLimit);
        verb.Run(io, async run =>
        {
            var request = new ListArticleVersionsRequest { ArticleId = run.Get(id), IncludeHeld = run.Get(held) };
            await Paged.WriteAsync<Article>(run, paging.Limit(run), ArticleTable.Columns, ArticleTable.Cells, async (size, token) =>
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

    public static Command Neighbors(CliIo io)
    {
        var verb = new Verb(
            "neighbors",
            "Show the articles before and after one: in a stream by time, and by the links that the articles themselves have. With --json the GetNeighborsResponse.",
            "neighbors wire-42 --stream world-fr");
        var id = verb.AddArgument<string>("ID", "The article.");
        var stream = verb.AddOption<string?>("--stream", "The stream in which to look; otherwise all articles.", "STREAM");
        var held = verb.AddOption<bool>("--held", HeldHelp);
        verb.Run(io, async run =>
        {
            var found = await run.Client.Articles.GetNeighborsAsync(
                new() { ArticleId = run.Get(id), Stream = run.Get(stream) ?? "", IncludeHeld = run.Get(held) }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(found);
                return ExitCode.Ok;
            }

            var table = Terminal.NewTable(io, ["", .. ArticleTable.Columns]);
            foreach (var (name, article) in new[]
            {
                ("previous", found.Previous), ("next", found.Next), ("linked previous", found.LinkedPrevious), ("linked next", found.LinkedNext),
            })
            {
                if (article is not null)
                {
                    table.Add([name, .. ArticleTable.Cells(io.TimeProvider, article)]);
                }
            }

            if (table.Rows.Count == 0)
            {
                io.Error.WriteLine("It has no neighbors.");
            }
            else
            {
                run.Console.Write(table);
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
