using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Google.Protobuf.WellKnownTypes;
using Syndication.Formats.Html;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.Feeds;

/// <summary>Makes a feed of articles.</summary>
internal static class FeedWriter
{
    private static readonly XmlQualifiedName Language = new("lang", XNamespace.Xml.NamespaceName);

    public static SyndicationFeed Feed(IReadOnlyList<Article> articles, bool isRss)
    {
        // What all say is the feed's.
        var title = Common(articles, article => article.Provider?.Name);
        var feed = new SyndicationFeed(articles.Select(article => Item(article, isRss)))
        {
            Id = "urn:syndication:feed",
            Title = new(XmlCharacters.Clean(title is { Length: > 0 } ? title : "Articles")),
            Description = isRss ? new("") : null,
            LastUpdatedTime = articles.Max(UpdatedTime),
        };
        if (isRss)
        {
            // RSS requires a link of its channel.
            feed.Links.Add(SyndicationLink.CreateAlternateLink(new("urn:syndication:feed")));
            feed.Language = Common(articles, article => article.Language);
        }

        return feed;
    }

    public static byte[] Bytes(SyndicationFeedFormatter formatter)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize }))
        {
            formatter.WriteTo(writer);
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>What is the same for all; null where it differs.</summary>
    public static string? Common(IReadOnlyList<Article> articles, Func<Article, string?> select) =>
        articles.Select(select).Distinct().Take(2).ToArray() is [var one] ? one : null;

    /// <summary>Elements of other namespaces: those that a feed brought, and those that say what the feed's own cannot.</summary>
    public static IEnumerable<XElement> Extensions(Article article)
    {
        if (SourceExtensions.Find(article, FeedItemReader.Namespace, "application/xml") is not { } content)
        {
            return [];
        }

        try
        {
            return SafeXml.Load(content, FormatLimits.Default).Elements().ToList();
        }
        catch (FormatRefusedException)
        {
            // Somebody else's content under this name.
            return [];
        }
    }

    /// <summary>The page of an article, where it is known.</summary>
    public static string? Page(Article article) => article.AlternateIds.FirstOrDefault(id => id.Scheme == FeedItemReader.PageScheme && SourceAddress.Web(id.Value) is not null)?.Value
        ?? SourceAddress.Web(ArticleIdentity.Uri(article));

    /// <summary>A text as RSS shows it: its readers take one with a tag or an entity for markup.</summary>
    public static string EscapedForRss(string text) => FeedElements.Of(new TextSyndicationContent(text), isRss: true).IsMarkup
        ? new StringBuilder().AppendRichText(new() { Text = text }).ToString()
        : XmlCharacters.Clean(text);

    private static SyndicationItem Item(Article article, bool isRss)
    {
        var html = XmlCharacters.Clean(BodyHtml.Write(article));
        var item = new SyndicationItem
        {
            Id = XmlCharacters.Clean(ArticleIdentity.Uri(article)),
            Title = new(isRss ? EscapedForRss(article.Headline) : XmlCharacters.Clean(article.Headline)),
            LastUpdatedTime = isRss ? DateTimeOffset.MinValue : UpdatedTime(article),
        };
        if (article.CreatedTime is { } created)
        {
            item.PublishDate = created.ToDateTimeOffset();
        }

        if (article.Standfirst.Length > 0)
        {
            item.Summary = new(isRss ? EscapedForRss(article.Standfirst) : XmlCharacters.Clean(article.Standfirst));
        }

        if (html.Length > 0 && isRss)
        {
            item.ElementExtensions.Add(new XElement(FeedNames.Content + "encoded", html).CreateReader());
        }
        else if (html.Length > 0)
        {
            item.Content = new TextSyndicationContent(html, TextSyndicationContentKind.Html);
        }

        AddPeople(item, article, isRss);
        AddLinks(item, article);
        AddSubjects(item, article);
        AddTerms(item, article, isRss);
        foreach (var element in Extensions(article).Where(element => isRss || element.Name.Namespace != XNamespace.None))
        {
            item.ElementExtensions.Add(element.CreateReader());
        }

        return item;
    }

    private static void AddPeople(SyndicationItem item, Article article, bool isRss)
    {
        var names = article.Byline is not { } byline ? []
            : string.Join(", ", byline.Contributors.Select(person => person.Name)) == byline.Text ? byline.Contributors.Select(person => person.Name).ToList()
            : byline.Text.Length > 0 ? [byline.Text]
            : byline.Contributors.Select(person => person.Name).ToList();
        foreach (var name in names.Select(XmlCharacters.Clean))
        {
            if (isRss)
            {
                item.ElementExtensions.Add(new XElement(FeedNames.Dc + "creator", name).CreateReader());
            }
            else
            {
                item.Authors.Add(new() { Name = name });
            }
        }

        if (!isRss && item.Authors.Count == 0)
        {
            // Atom requires an author of each entry or of the feed.
            item.Authors.Add(new() { Name = "" });
        }
    }

    private static void AddLinks(SyndicationItem item, Article article)
    {
        if (Page(article) is { } page)
        {
            item.Links.Add(SyndicationLink.CreateAlternateLink(new(page)));
        }

        foreach (var link in article.Links.Where(link => link.Relation == LinkRelation.Related && SourceAddress.Web(link.Uri) is not null))
        {
            item.Links.Add(new(new(link.Uri), "related", link.Headline.Length > 0 ? XmlCharacters.Clean(link.Headline) : null, null, 0));
        }

        foreach (var media in article.Media)
        {
            if (BodyHtml.RenditionOf(media) is { } file)
            {
                item.Links.Add(new(new(file.Uri), "enclosure", media.Caption.Length > 0 ? XmlCharacters.Clean(media.Caption) : null, file.MediaType.Length > 0 ? XmlCharacters.Clean(file.MediaType) : TypeOf(media), file.SizeBytes));
            }
        }
    }

    private static string TypeOf(Media media) => media.ItemType switch { ItemType.Video => "video/*", ItemType.Audio => "audio/*", _ => "image/*" };

    private static void AddSubjects(SyndicationItem item, Article article)
    {
        foreach (var subject in article.Subjects)
        {
            item.Categories.Add(subject.Code.Length > 0 && subject.Scheme.Length > 0
                ? new(XmlCharacters.Clean(subject.Code), XmlCharacters.Clean(subject.Scheme), subject.Name.Length > 0 ? XmlCharacters.Clean(subject.Name) : null)
                : new(XmlCharacters.Clean(subject.Name.Length > 0 ? subject.Name : subject.Code)));
        }
    }

    private static void AddTerms(SyndicationItem item, Article article, bool isRss)
    {
        if (article.Rights is { CopyrightNotice.Length: > 0 } rights)
        {
            if (isRss)
            {
                item.ElementExtensions.Add(new XElement(FeedNames.Dc + "rights", XmlCharacters.Clean(rights.CopyrightNotice)).CreateReader());
            }
            else
            {
                item.Copyright = new(XmlCharacters.Clean(rights.CopyrightNotice));
            }
        }

        if (article.Language.Length > 0 && isRss)
        {
            item.ElementExtensions.Add(new XElement(FeedNames.Dc + "language", XmlCharacters.Clean(article.Language)).CreateReader());
        }
        else if (article.Language.Length > 0)
        {
            item.AttributeExtensions[Language] = XmlCharacters.Clean(article.Language);
        }
    }

    private static DateTimeOffset UpdatedTime(Article article) => Updated(article).ToDateTimeOffset();

    private static Timestamp Updated(Article article) => article.VersionTime ?? article.CreatedTime ?? new Timestamp();
}
