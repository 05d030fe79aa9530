using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Server.Http.Feeds;

/// <summary>
/// A feed as Atom (<see href="https://www.rfc-editor.org/rfc/rfc4287">RFC 4287</see>), paged (RFC 5005, section 3). What was taken
/// away is a tombstone (RFC 6721), so that readers that know them take it down.
/// </summary>
public static class AtomFeed
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/atom+xml; charset=utf-8";

    private static readonly XNamespace Tombstones = "http://purl.org/atompub/tombstones/1.0";
    private static readonly XmlQualifiedName Language = new("lang", "http://www.w3.org/XML/1998/namespace");

    /// <summary>Writes a feed.</summary>
    public static byte[] Write(Feed feed)
    {
        var written = new SyndicationFeed
        {
            Id = $"urn:syndication:stream:{Uri.EscapeDataString(feed.StreamId)}",
            Title = new TextSyndicationContent(feed.Title),
            LastUpdatedTime = feed.ChangeTime,
            Generator = "Article syndication",
            Items = [.. feed.Page.Items.Where(item => !item.IsTakenAway).Select(item => Entry(feed, item.Article))],
        };
        written.Links.Add(new SyndicationLink(feed.Self) { RelationshipType = "self", MediaType = "application/atom+xml" });
        written.Links.Add(new SyndicationLink(feed.First) { RelationshipType = "first", MediaType = "application/atom+xml" });
        if (feed.Next is { } next)
        {
            written.Links.Add(new SyndicationLink(next) { RelationshipType = "next", MediaType = "application/atom+xml" });
        }

        foreach (var item in feed.Page.Items.Where(item => item.IsTakenAway))
        {
            using var tombstone = Tombstone(item).CreateReader();
            written.ElementExtensions.Add(tombstone);
        }

        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            written.SaveAsAtom10(writer);
        }

        return buffer.ToArray();
    }

    private static SyndicationItem Entry(Feed feed, Article article)
    {
        var entry = new SyndicationItem
        {
            Id = Feed.IdOf(article),
            Title = new TextSyndicationContent(Feed.Clean(article.Headline)),
            LastUpdatedTime = article.VersionTime.ToDateTimeOffset(),
            PublishDate = (article.FirstPublishedTime ?? article.VersionTime).ToDateTimeOffset(),
        };
        if (Feed.HtmlOf(article) is { Length: > 0 } html)
        {
            entry.Content = new TextSyndicationContent(html, TextSyndicationContentKind.Html);
        }

        if (article.Standfirst.Length > 0)
        {
            entry.Summary = new TextSyndicationContent(Feed.Clean(article.Standfirst));
        }

        if (article.Rights?.CopyrightNotice is { Length: > 0 } notice)
        {
            entry.Copyright = new TextSyndicationContent(Feed.Clean(notice));
        }

        entry.AttributeExtensions.Add(Language, article.Language);
        entry.Links.Add(new SyndicationLink(feed.AddressOf(article)) { RelationshipType = "alternate", MediaType = "application/json" });
        foreach (var (media, file) in Feed.FilesOf(article))
        {
            entry.Links.Add(new SyndicationLink(new Uri(file.Uri))
            {
                RelationshipType = "enclosure",
                MediaType = file.MediaType.Length > 0 ? Feed.Clean(file.MediaType) : null,
                Title = media.Caption.Length > 0 ? Feed.Clean(media.Caption) : null,
                Length = file.SizeBytes,
            });
        }

        foreach (var author in AuthorsOf(article))
        {
            entry.Authors.Add(new SyndicationPerson { Name = author });
        }

        foreach (var subject in article.Subjects)
        {
            entry.Categories.Add(new SyndicationCategory(
                Feed.Clean(subject.Code.Length > 0 ? subject.Code : subject.Name), subject.Scheme.Length > 0 ? Feed.Clean(subject.Scheme) : null, Feed.Clean(subject.Name)));
        }

        return entry;
    }

    /// <summary>RFC 4287 wants an author of every entry.</summary>
    private static IReadOnlyList<string> AuthorsOf(Article article) => Feed.AuthorsOf(article) is { Count: > 0 } known ? known : ["(unsigned)"];

    private static XElement Tombstone(ArticleFeedItem item) => new(
        Tombstones + "deleted-entry",
        new XAttribute(XNamespace.Xmlns + "at", Tombstones),
        new XAttribute("ref", Feed.IdOf(item.Article)),
        new XAttribute("when", XmlConvert.ToString(item.ChangeTime.UtcDateTime, XmlDateTimeSerializationMode.Utc)),
        item.Article.Advisory?.Text is { Length: > 0 } text ? new XElement(Tombstones + "comment", Feed.Clean(text)) : null);
}
