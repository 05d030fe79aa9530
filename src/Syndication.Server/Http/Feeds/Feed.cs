using System.Text;
using System.Xml;
using Syndication.Articles;
using Syndication.Formats.Html;
using Syndication.V1;

namespace Syndication.Server.Http.Feeds;

/// <summary>A page of a stream, with its addresses, before it is written in one format or the other.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Page">What it holds.</param>
/// <param name="BaseAddress">The server's address as readers know it, without a slash at the end.</param>
/// <param name="Self">The address of this page.</param>
/// <param name="First">The address of the first page.</param>
/// <param name="Next">The address of the next page, with older articles; null on the last.</param>
public sealed record Feed(string StreamId, ArticleFeedPage Page, string BaseAddress, Uri Self, Uri First, Uri? Next)
{
    /// <summary>The feed's name for people.</summary>
    public string Title => Clean(Page.DisplayName.Length > 0 ? Page.DisplayName : StreamId);

    /// <summary>When something on the page changed last; the beginning of time for an empty one.</summary>
    public DateTimeOffset ChangeTime => Page.Items.Count == 0 ? DateTimeOffset.UnixEpoch : Page.Items.Max(item => item.ChangeTime);

    /// <summary>The articles' stable name, the same in every feed and on every server.</summary>
    public static string IdOf(Article article) => $"urn:syndication:article:{Uri.EscapeDataString(article.ArticleId)}";

    /// <summary>Where the article is to be had in full, by the contract.</summary>
    public Uri AddressOf(Article article) => new($"{BaseAddress}/v1/articles/{Uri.EscapeDataString(article.ArticleId)}");

    /// <summary>The article's text as HTML, with what readers must be told of it. Empty where it was not read.</summary>
    public static string HtmlOf(Article article)
    {
        var html = new StringBuilder();
        AppendNote(html, "correction", article.Correction?.Note ?? "");
        html.Append(BodyHtml.Write(article));
        AppendNote(html, "note", article.PublicNote);
        return html.ToString();
    }

    /// <summary>Who signs the article: its people, or the line as it is to be printed, or the supplier.</summary>
    public static IReadOnlyList<string> AuthorsOf(Article article) => article switch
    {
        { Byline.Contributors.Count: > 0 } => [.. article.Byline.Contributors.Select(person => Clean(person.Name))],
        { Byline.Text.Length: > 0 } => [Clean(article.Byline.Text)],
        { Provider.Name.Length: > 0 } => [Clean(article.Provider.Name)],
        _ => [],
    };

    /// <summary>One file for each of the article's media.</summary>
    public static IEnumerable<(Media Media, Rendition File)> FilesOf(Article article) => article.Media
        .Select(media => (media, BodyHtml.RenditionOf(media)))
        .Where(pair => pair.Item2 is not null)
        .Select(pair => (pair.media, pair.Item2!));

    /// <summary>A text without what XML cannot hold.</summary>
    public static string Clean(string text) => text.All(XmlConvert.IsXmlChar)
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()));

    private static void AppendNote(StringBuilder html, string kind, string text)
    {
        if (text.Length > 0)
        {
            html.Append("<p").AppendAttribute("class", kind).Append("><em>").AppendText(text).Append("</em></p>\n");
        }
    }
}
