using System.Text;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Formats.Html;

/// <summary>Writes an article as a page of its own: metadata in the head, then headline, standfirst, byline, dateline and text.</summary>
internal static class HtmlPageWriter
{
    public const string Id = "syndication:id";
    public const string Embargo = "syndication:embargo";
    public const string Status = "syndication:status";
    public const string Slugline = "syndication:slugline";
    public const string Canonical = "canonical";

    public static byte[] Write(Article article)
    {
        // Of what must not be used there may be no text left.
        var headline = article.Headline.Length > 0 ? article.Headline : article.ArticleId;
        var html = new StringBuilder("<!DOCTYPE html>\n<html").AppendAttribute("lang", article.Language).Append(">\n<head>\n<meta charset=\"utf-8\"/>\n<title>").AppendText(headline).Append("</title>\n");
        AppendMeta(html, Id, ArticleIdentity.Uri(article));
        AppendMeta(html, Status, SourceStatus.Word(article.Status) is not "usable" and var status ? status : "");
        AppendMeta(html, Embargo, Format(article.EmbargoTime));
        AppendMeta(html, Slugline, article.Slugline);
        AppendMeta(html, "author", article.Byline?.Text);
        AppendMeta(html, "copyright", article.Rights?.CopyrightNotice);
        AppendMeta(html, "og:site_name", article.Provider?.Name);
        AppendMeta(html, "article:published_time", Format(article.CreatedTime));
        AppendMeta(html, "article:modified_time", Format(article.VersionTime));
        AppendMeta(html, "article:expiration_time", Format(article.ExpireTime));
        AppendMeta(html, "keywords", string.Join(", ", article.Subjects.Select(subject => subject.Name.Length > 0 ? subject.Name : subject.Code)));
        html.Append("</head>\n<body>\n<article>\n");
        if (article.EmbargoTime is { } embargo && article.Status == ArticleStatus.Embargoed)
        {
            // For people; the metadata are for programs. An aside is not the article's text.
            html.Append("<aside><strong>Embargo: ").Append(SourceTime.Format(embargo)).Append("</strong></aside>\n");
        }

        if (article.Status is ArticleStatus.Withdrawn or ArticleStatus.Withheld or ArticleStatus.Expired)
        {
            html.Append("<aside><strong>").AppendText(article.Status.ToString()).Append("</strong> ").AppendText(article.Advisory?.Text ?? "").Append("</aside>\n");
        }

        AppendLine(html, "kicker", article.Kicker);
        html.Append("<h1>").AppendText(headline).Append("</h1>\n");
        AppendLine(html, "standfirst", article.Standfirst);
        AppendLine(html, "byline", article.Byline?.Text);
        AppendLine(html, "dateline", article.Dateline?.Text);
        html.Append(BodyHtml.Write(article)).Append("</article>\n</body>\n</html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static string Format(Timestamp? time) => time is null ? "" : SourceTime.Format(time);

    private static void AppendMeta(StringBuilder html, string name, string? content)
    {
        if (!string.IsNullOrEmpty(content))
        {
            html.Append("<meta").AppendAttribute("name", name).AppendAttribute("content", content).Append("/>\n");
        }
    }

    private static void AppendLine(StringBuilder html, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            html.Append("<p").AppendAttribute("class", name).Append('>').AppendRichText(new() { Text = text }).Append("</p>\n");
        }
    }
}
