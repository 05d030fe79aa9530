using System.Xml.Linq;
using Syndication.Formats.Html;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.Feeds;

/// <summary>Writes RSS 1.0 with Dublin Core and the content module.</summary>
internal static class Rss1Writer
{
    private static readonly XNamespace Rss = FeedNames.Rss1;
    private static readonly XNamespace Rdf = FeedNames.Rdf;
    private static readonly XNamespace Dc = FeedNames.Dc;

    public static byte[] Write(IReadOnlyList<Article> articles)
    {
        var title = FeedWriter.Common(articles, article => article.Provider?.Name);
        return SafeXml.Write(new(
            Rdf + "RDF",
            new XAttribute(XNamespace.Xmlns + "rdf", Rdf),
            new XAttribute(XNamespace.Xmlns + "dc", Dc),
            new XAttribute(XNamespace.Xmlns + "content", FeedNames.Content),
            new XElement(
                Rss + "channel",
                new XAttribute(Rdf + "about", "urn:syndication:feed"),
                new XElement(Rss + "title", XmlCharacters.Clean(title is { Length: > 0 } ? title : "Articles")),
                new XElement(Rss + "link", "urn:syndication:feed"),
                new XElement(Rss + "description", ""),
                new XElement(Rss + "items", new XElement(Rdf + "Seq", articles.Select(article => new XElement(Rdf + "li", new XAttribute(Rdf + "resource", XmlCharacters.Clean(ArticleIdentity.Uri(article)))))))),
            articles.Select(Item)));
    }

    private static XElement Item(Article article)
    {
        var html = BodyHtml.Write(article);
        return new(
            Rss + "item",
            new XAttribute(Rdf + "about", XmlCharacters.Clean(ArticleIdentity.Uri(article))),
            new XElement(Rss + "title", FeedWriter.EscapedForRss(article.Headline)),
            new XElement(Rss + "link", XmlCharacters.Clean(FeedWriter.Page(article) ?? ArticleIdentity.Uri(article))),
            Element(Rss + "description", FeedWriter.EscapedForRss(article.Standfirst)),
            Element(FeedNames.Content + "encoded", html),
            Element(Dc + "creator", article.Byline?.Text),
            article.CreatedTime is { } time ? new XElement(Dc + "date", SourceTime.Format(time)) : null,
            Element(Dc + "language", article.Language),
            Element(Dc + "rights", article.Rights?.CopyrightNotice),
            article.Subjects.Select(subject => Element(Dc + "subject", subject.Name.Length > 0 ? subject.Name : subject.Code)),
            FeedWriter.Extensions(article).Where(element => element.Name.Namespace != XNamespace.None));
    }

    private static XElement? Element(XName name, string? text) => string.IsNullOrEmpty(text) ? null : new(name, XmlCharacters.Clean(text));
}
