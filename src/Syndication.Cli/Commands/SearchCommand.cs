using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Full-text search: <c>search</c>.</summary>
internal static class SearchCommand
{
    private const int LargestPage = 500;
    private const int DefaultLimit = 20;
    private const int ShownFacetValues = 10;

    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "search",
            """
            Find articles by what they say, best first. All words must occur, whatever their case and accents; "a phrase" occurs as it stands, begin* is the beginning of a word; OR, NOT (or -word) and brackets combine; headline:, body: and names: before a word name where. The filter's flags (--language, --subject …) narrow it down.
            With --json a SearchResult per line, then with --facets a SearchFacet per line.
            """,
            "search climate summit",
            "search '\"Corée du Nord\" (missile* OR fusée) -cinéma' --stream world-fr --facets",
            "search 'headline:grève' --subject medtop:20000533 --limit 5 --json");
        var words = verb.AddArgument<string[]>("QUERY", "What to look for; several words need no quotes, the shell's own characters do.", ArgumentArity.OneOrMore);
        var stream = verb.AddOption<string?>("--stream", "Only articles of this stream.", "STREAM");
        var filter = new FilterOptions(verb);
        var facets = verb.AddOption<bool>("--facets", "Also count the matches by language, subject, provider, genre, status and day.");
        var held = verb.AddOption<bool>("--held", ReadCommands.HeldHelp + " And withheld and expired ones.");
        var full = verb.AddOption<bool>("--full", "With their texts (for --json).");
        var paging = new PagingOptions(verb, DefaultLimit);
        verb.Run(io, async run =>
        {
            var request = new SearchArticlesRequest
            {
                Query = string.Join(' ', run.Get(words)!),
                Stream = run.Get(stream) ?? "",
                Filter = await filter.GetAsync(run),
                IncludeHeld = run.Get(held),
                IncludeFacets = run.Get(facets),
                View = run.Get(full) ? ArticleView.Full : ArticleView.Headlines,
            };
            try
            {
                await SearchAsync(run, request, paging.Limit(run));
            }
            catch (SyndicationException error) when (error.Reason == ErrorReason.QuerySyntax && !run.Json && WriteSyntax(io, request.Query, error))
            {
                return ExitCode.Refused;
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task SearchAsync(Invocation run, SearchArticlesRequest request, int limit)
    {
        var table = Terminal.NewTable(run.Io, "#", "Article", "Time", "Language", "Text");
        SearchArticlesResponse? first = null;
        var shown = 0;
        var token = "";
        do
        {
            request.PageSize = Math.Min(limit - shown, LargestPage);
            request.PageToken = token;
            var page = await run.Client.Articles.SearchArticlesAsync(request, cancellationToken: run.Token);
            first ??= page;
            token = page.NextPageToken;
            foreach (var result in page.Results.Take(limit - shown))
            {
                shown++;
                if (run.Json)
                {
                    run.WriteJson(result);
                }
                else
                {
                    table.AddRow(Row(run.Io, shown, result));
                }
            }
        }
        while (token.Length > 0 && shown < limit);

        if (run.Json)
        {
            foreach (var facet in first.Facets)
            {
                run.WriteJson(facet);
            }
        }
        else
        {
            Write(run, table, first);
        }

        if (first.IndexIsBehind)
        {
            run.Io.Error.WriteLine("The index is behind: the latest articles may be missing.");
        }

        if (token.Length > 0)
        {
            PagingOptions.WriteMore(run);
        }
    }

    private static IRenderable[] Row(CliIo io, int rank, SearchResult result)
    {
        var article = result.Article;
        var headline = result.Snippets.FirstOrDefault(snippet => snippet.Field == "headline");

        // The headline as a whole, even where the snippet is a piece of it, or of another headline.
        var marked = headline is not null && headline.Text == article.Headline ? headline : new SearchSnippet { Text = article.Headline };
        var lines = new List<IRenderable> { MarkedText.Of(marked, io.IsTerminal, "bold") };
        lines.AddRange(result.Snippets.Where(snippet => snippet != marked).Select(snippet => MarkedText.Of(snippet, io.IsTerminal)));
        if (article.Status is not (ArticleStatus.Usable or ArticleStatus.Unspecified))
        {
            lines.Add(new Markup($"[yellow]({ArticleText.Name(article.Status)})[/]"));
        }

        return
        [
            new Text(rank.ToString(CultureInfo.InvariantCulture)),
            new Text(Terminal.Clean(article.ArticleId)),
            new Text(io.TimeProvider.Local(article.VersionTime)),
            new Text(Terminal.Clean(article.Language)),
            new Rows(lines),
        ];
    }

    private static void Write(Invocation run, Spectre.Console.Table table, SearchArticlesResponse first)
    {
        if (first.TotalMatches == 0)
        {
            run.Io.Error.WriteLine("Nothing found.");
            return;
        }

        run.Console.Write(table);
        var atLeast = first.TotalIsLowerBound ? "at least " : "";
        run.Io.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{atLeast}{first.TotalMatches:N0} {(first.TotalMatches == 1 ? "match" : "matches")}"));
        foreach (var facet in first.Facets.Where(facet => facet.Counts.Count > 0))
        {
            var values = facet.Counts.Take(ShownFacetValues).Select(count => string.Create(
                CultureInfo.InvariantCulture, $"{(count.Name.Length > 0 && count.Name != count.Value ? $"{count.Name} ({count.Value})" : count.Value)} {count.Count:N0}"));
            var more = facet.Counts.Count > ShownFacetValues ? ", …" : "";
            run.Console.MarkupLine($"[dim]{Terminal.Literal(facet.Name),-10}[/]{Terminal.Literal(string.Join(", ", values) + more)}");
        }
    }

    /// <summary>The query with a caret under the fault.</summary>
    /// <returns>False when the server did not say where.</returns>
    private static bool WriteSyntax(CliIo io, string query, SyndicationException error)
    {
        if (!int.TryParse(error.Metadata.GetValueOrDefault("position"), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return false;
        }

        // Some characters take two places.
        var before = string.Concat(query.EnumerateRunes().Take(position).Select(rune => rune.ToString()));
        var indent = new string(' ', new Segment(Terminal.Clean(before)).CellCount());
        var problem = error.Metadata.GetValueOrDefault("problem") is { Length: > 0 } text ? text : error.Message;
        io.Error.WriteLine(Terminal.Clean($"wire: the query has an error: {problem}"));
        io.Error.WriteLine("  " + Terminal.Clean(query));
        io.Error.WriteLine($"  {indent}^");
        return true;
    }
}
