using Spectre.Console;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>An article for reading.</summary>
internal static class ArticlePage
{
    public static void Write(Invocation run, Article article)
    {
        var console = run.Console;
        Line(console, article.Kicker, "dim");
        Line(console, article.Headline, "bold");
        Line(console, article.Standfirst, "italic");
        console.WriteLine();

        var clock = run.Io.TimeProvider;
        Field(console, "article", $"{article.ArticleId} version {article.Version}");
        Field(console, "status", ArticleText.Name(article.Status));
        Field(console, "change", ArticleText.Name(article.Change));
        Field(console, "advisory", article.Advisory?.Text);
        Field(console, "correction", article.Correction?.Note);
        Field(console, "language", article.Language);
        Field(console, "byline", article.Byline?.Text);
        Field(console, "dateline", article.Dateline?.Text);
        Field(console, "slugline", article.Slugline);
        Field(console, "story", article.StoryId);
        Field(console, "provider", article.Provider?.Name);
        Field(console, "rights", article.Rights?.CopyrightNotice);
        Field(console, "owner", article.Rights?.CopyrightHolder);
        Field(console, "terms", article.Rights?.UsageTerms);
        Field(console, "only in", string.Join(", ", article.Rights?.Territories ?? []));
        Field(console, "only for", string.Join(", ", article.Rights?.Channels ?? []));
        Field(console, "urgency", article.Urgency == 0 ? "" : $"{article.Urgency}");
        Field(console, "subjects", string.Join(", ", article.Subjects.Select(ArticleText.Name)));
        Field(console, "genres", string.Join(", ", article.Genres.Select(ArticleText.Name)));
        Field(console, "people", string.Join(", ", article.People.Select(ArticleText.Name)));
        Field(console, "organisations", string.Join(", ", article.Organisations.Select(ArticleText.Name)));
        Field(console, "places", string.Join(", ", article.Places.Select(ArticleText.Name)));
        Field(console, "written", clock.Local(article.CreatedTime));
        Field(console, "published", clock.Local(article.FirstPublishedTime));
        Field(console, "changed", clock.Local(article.VersionTime));
        Field(console, "embargo", clock.Local(article.EmbargoTime));
        Field(console, "expires", clock.Local(article.ExpireTime));
        Field(console, "desk note", article.EditorialNote);
        Field(console, "note", article.PublicNote);
        foreach (var link in article.Links)
        {
            var target = new[] { link.Headline, link.ArticleId, link.Uri }.Where(part => part.Length > 0);
            Field(console, ArticleText.Name(link.Relation), string.Join(" · ", target));
        }

        foreach (var medium in article.Media)
        {
            var parts = new[] { medium.MediaId, medium.Caption, medium.Credit, medium.Renditions.FirstOrDefault()?.Uri ?? "" };
            Field(console, ArticleText.Name(medium.ItemType), string.Join(" · ", parts.Where(part => part.Length > 0)));
        }

        foreach (var block in article.Body)
        {
            console.WriteLine();
            var style = block.KindCase == Block.KindOneofCase.Heading ? "bold" : "default";
            Line(console, ArticleText.Of(block), style);
        }
    }

    private static void Line(IAnsiConsole console, string text, string style)
    {
        if (text.Length > 0)
        {
            console.MarkupLine($"[{style}]{Markup.Escape(Terminal.Clean(text, keepLines: true))}[/]");
        }
    }

    private static void Field(IAnsiConsole console, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            console.MarkupLine($"[dim]{name,-15}[/]{Terminal.Literal(value)}");
        }
    }
}
