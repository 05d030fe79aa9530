using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Syndication.Formats.Markup;
using Syndication.V1;

namespace Syndication.Formats.Html;

/// <summary>
/// Reads a page with one article: the first <c>article</c>, or else <c>main</c>, or else the body. The metadata are those of <c>meta</c> elements (the page's own, Open Graph,
/// Dublin Core). Where there is no date in them, a text that begins with one (<c>22 mai 2012. - …</c>) has a dateline.
/// </summary>
internal static partial class HtmlPageReader
{
    private static readonly string[] Chrome = ["nav", "aside", "footer", "form"];

    public static Article Read(IHtmlDocument document, FormatSource source, SourceNotes notes)
    {
        var article = new Article();
        var meta = Meta(document);
        var root = document.QuerySelector("article") ?? document.QuerySelector("main") ?? document.Body ?? (IElement)document.DocumentElement;
        var headline = root.QuerySelector("h1") ?? document.QuerySelector("h1");
        article.Headline = SourceText.Line(headline?.TextContent is { Length: > 0 } text ? text : meta.GetValueOrDefault("og:title"));
        ReadMeta(article, document, meta, notes);
        ReadParts(article, root, headline, notes);
        var baseUri = Uri.TryCreate(document.QuerySelector("base")?.GetAttribute("href") ?? meta.GetValueOrDefault(HtmlPageWriter.Canonical), UriKind.Absolute, out var uri) ? uri : null;
        new BodyReader(article, notes, baseUri).Read(new HtmlMarkup(root));
        ReadLeadingDate(article);
        ArticleCompletion.Complete(article, source, notes, document.Title);
        article.SourceDocument = ArticleCompletion.Describe(source, "text/html");
        return article;
    }

    private static Dictionary<string, string> Meta(IHtmlDocument document)
    {
        var meta = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in document.QuerySelectorAll("meta"))
        {
            if ((element.GetAttribute("name") ?? element.GetAttribute("property")) is { } name && element.GetAttribute("content") is { } content)
            {
                meta.TryAdd(name, content);
            }
        }

        if (document.QuerySelector("link[rel=canonical]")?.GetAttribute("href") is { } canonical)
        {
            meta.TryAdd(HtmlPageWriter.Canonical, canonical);
        }

        return meta;
    }

    private static void ReadMeta(Article article, IHtmlDocument document, Dictionary<string, string> meta, SourceNotes notes)
    {
        ArticleIdentity.Set(article, First(HtmlPageWriter.Id, HtmlPageWriter.Canonical, "og:url"));
        article.Language = document.DocumentElement.GetAttribute("lang") is { Length: > 0 } language ? language : First("og:locale", "dc.language", "language");
        article.Standfirst = SourceText.Lines(First("description", "og:description", "dc.description"));
        article.CreatedTime = SourceTime.Parse(First("article:published_time", "dc.date", "date", "dcterms.created"));
        article.VersionTime = SourceTime.Parse(First("article:modified_time", "dcterms.modified"));
        article.ExpireTime = SourceTime.Parse(First("article:expiration_time"));
        article.EmbargoTime = SourceStatus.Embargo(First(HtmlPageWriter.Embargo));
        article.Status = SourceStatus.Read(First(HtmlPageWriter.Status), notes);
        article.Slugline = SourceText.Line(First(HtmlPageWriter.Slugline));
        if (SourceText.Line(First("author", "article:author", "dc.creator")) is { Length: > 0 } author)
        {
            article.Byline = new() { Text = author };
        }

        if (SourceText.Line(First("og:site_name", "dc.publisher")) is { Length: > 0 } site)
        {
            article.Provider = new() { Name = site };
        }

        if (SourceText.Lines(First("copyright", "dc.rights")) is { Length: > 0 } notice)
        {
            article.Rights = new() { CopyrightNotice = notice };
        }

        foreach (var keyword in First("keywords").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            ConceptCodes.Add(article.Subjects, new() { Name = keyword });
        }

        string First(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (meta.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value))
                {
                    return value;
                }
            }

            return "";
        }
    }

    // What the page shows above and below the text is taken out of it.
    private static void ReadParts(Article article, IElement root, IElement? headline, SourceNotes notes)
    {
        if (root.QuerySelector(".byline, [rel=author], [itemprop=author]") is { } byline && byline.Closest("figure") is null && SourceText.Line(byline.TextContent) is { Length: > 0 } by)
        {
            article.Byline = new() { Text = by };
            byline.Remove();
        }

        if (root.QuerySelector("p.kicker, .kicker") is { } kicker)
        {
            article.Kicker = SourceText.Line(kicker.TextContent);
            kicker.Remove();
        }

        if (root.QuerySelector("p.standfirst") is { } standfirst)
        {
            article.Standfirst = SourceText.Lines(HtmlText.Strip(standfirst.InnerHtml));
            standfirst.Remove();
        }

        if (root.QuerySelector("p.dateline") is { } dateline)
        {
            article.Dateline = new() { Text = SourceText.Line(dateline.TextContent) };
            dateline.Remove();
        }

        if (root.QuerySelector("time[datetime]") is { } time)
        {
            article.CreatedTime ??= SourceTime.Parse(time.GetAttribute("datetime"));
        }

        headline?.Remove();
        foreach (var chrome in root.QuerySelectorAll(string.Join(',', Chrome)).Where(element => element.Closest("blockquote") is null).ToList())
        {
            if (SourceText.Line(chrome.TextContent) is { Length: > 0 } text && chrome.Parent is not null)
            {
                notes.LeftOut(chrome.LocalName, $"the page's, not the article's: {SourceText.Cut(text, 60)}");
            }

            chrome.Remove();
        }
    }

    private static void ReadLeadingDate(Article article)
    {
        if (article.Dateline is not null || article.Body.FirstOrDefault(block => block.Paragraph is not null)?.Paragraph.Content is not { } first || LeadingDate().Match(first.Text) is not { Success: true } match)
        {
            return;
        }

        article.Dateline = new() { Text = match.Groups["date"].Value, Time = LeadingDates.Parse(match.Groups["date"].Value) };
        article.CreatedTime ??= article.Dateline.Time;

        // The marks move with the text.
        var codePoints = match.Value.EnumerateRunes().Count();
        first.Text = first.Text[match.Length..];
        foreach (var mark in first.Marks.ToList())
        {
            mark.Start = Math.Max(0, mark.Start - codePoints);
            mark.End -= codePoints;
            if (mark.End <= mark.Start)
            {
                first.Marks.Remove(mark);
            }
        }
    }

    [GeneratedRegex(@"^(?<date>\d{1,2}(er|\.|st|nd|rd|th)?\s+\p{L}{3,12}\.?,?\s+\d{4})\s*\.?\s*[-–—]\s*(?=\S)")]
    private static partial Regex LeadingDate();
}
