using System.ServiceModel.Syndication;
using System.Text;
using System.Xml.Linq;
using Google.Protobuf.WellKnownTypes;
using Syndication.Formats.Html;
using Syndication.Formats.Markup;
using Syndication.V1;

namespace Syndication.Formats.Feeds;

/// <summary>Makes an article of an item of a feed. What the article has no field for is kept as an extension.</summary>
internal static class FeedItemReader
{
    /// <summary>The namespace of what is kept: elements of an item.</summary>
    public const string Namespace = "urn:syndication:feed-item:1";

    /// <summary>The alternate id that is the page of the article.</summary>
    public const string PageScheme = "url";

    private static readonly HashSet<XName> Mapped =
    [
        FeedNames.Content + "encoded", FeedNames.Dc + "creator", FeedNames.Dc + "author", FeedNames.Dc + "date", FeedNames.Dc + "subject", FeedNames.Dc + "rights", FeedNames.Dc + "title",
        FeedNames.Dc + "description", FeedNames.Dc + "language", FeedNames.Dc + "identifier", FeedNames.DcTerms + "issued", FeedNames.DcTerms + "created", FeedNames.DcTerms + "modified", "expirationDate", "fullitem",
        FeedNames.Xhtml + "body", FeedNames.Media + "content", FeedNames.Media + "group", "tags", "summary", "subtitle",
    ];

    public static Article Read(FeedDocument document, SyndicationItem item, FormatSource source, SourceNotes notes, string mediaType)
    {
        var isRss = document.Version != "atom10";
        var extensions = FeedElements.Extensions(item.ElementExtensions);
        var article = new Article { Headline = SourceText.Line(FeedElements.Plain(FeedElements.Of(item.Title, isRss))) };
        if (article.Headline.Length == 0)
        {
            article.Headline = SourceText.Line(extensions.Text(FeedNames.Dc + "title"));
        }

        var page = SourceAddress.Web(item.Links.FirstOrDefault(link => link.RelationshipType is null or "alternate")?.GetAbsoluteUri()?.OriginalString);
        ArticleIdentity.Set(article, item.Id is { Length: > 0 } id ? id : extensions.Text(FeedNames.Dc + "identifier") is { Length: > 0 } identifier ? identifier : page);
        ArticleIdentity.Add(article, PageScheme, page);
        ReadText(article, item, extensions, isRss, notes);
        ReadPeople(article, item, extensions);
        ReadTimes(article, item, extensions);
        ReadSubjects(article, item, extensions);
        ReadLinks(article, item, extensions);
        ReadFeed(article, document.Feed, item, extensions, isRss);
        Keep(article, extensions, notes);
        ArticleCompletion.Complete(article, source, notes);
        article.SourceDocument = ArticleCompletion.Describe(source, mediaType);
        return article;
    }

    private static void ReadText(Article article, SyndicationItem item, List<XElement> extensions, bool isRss, SourceNotes notes)
    {
        var summary = FeedElements.Of(item.Summary, isRss);
        if (summary.Text.Length == 0 && extensions.Text(FeedNames.Dc + "description", "summary", "subtitle") is { Length: > 0 } described)
        {
            summary = (described, described.Contains('<', StringComparison.Ordinal));
        }

        var content = FeedElements.Of(item.Content);
        if (extensions.Text(FeedNames.Content + "encoded", "fullitem") is { Length: > 0 } encoded)
        {
            content = (encoded, true);
        }
        else if (extensions.Find(element => element.Name == FeedNames.Xhtml + "body") is { } body)
        {
            content = (string.Concat(body.Nodes()), true);
        }

        // An item with one text has a text; with two it has a text and a summary of it.
        if (content.Text.Length > 0)
        {
            article.Standfirst = SourceText.Lines(FeedElements.Plain(summary));
        }
        else
        {
            content = summary;
        }

        if (content.IsMarkup)
        {
            var baseUri = item.BaseUri is { IsAbsoluteUri: true } uri ? uri : item.Links.FirstOrDefault(link => link.RelationshipType is null or "alternate")?.GetAbsoluteUri();
            new BodyReader(article, notes, baseUri).Read(new HtmlMarkup(SafeHtml.Parse(content.Text, FormatLimits.Default).DocumentElement));
        }
        else
        {
            PlainBody.Read(article, content.Text);
        }
    }

    private static void ReadPeople(Article article, SyndicationItem item, List<XElement> extensions)
    {
        var people = item.Authors.Select(person => person.Name is { Length: > 0 } name ? SourceText.Line(name) : FeedElements.Person(person.Email).Name is { Length: > 0 } inner ? inner : SourceText.Line(person.Email))
            .Concat(extensions.Where(element => element.Name == FeedNames.Dc + "creator" || element.Name == FeedNames.Dc + "author").Select(element => FeedElements.Person(element.Value).Name))
            .Where(name => name.Length > 0).Distinct().Take(50).ToList();
        if (people.Count > 0)
        {
            article.Byline = new() { Text = string.Join(", ", people), Contributors = { people.Select(name => new Contributor { Name = name }) } };
        }
    }

    private static void ReadTimes(Article article, SyndicationItem item, List<XElement> extensions)
    {
        article.VersionTime = Time(item.LastUpdatedTime) ?? SourceTime.Parse(extensions.Text(FeedNames.DcTerms + "modified"));
        article.CreatedTime = Time(item.PublishDate)
            ?? SourceTime.Parse(extensions.Text(FeedNames.DcTerms + "issued", FeedNames.DcTerms + "created", FeedNames.Dc + "date")) ?? article.VersionTime;
        article.ExpireTime = SourceTime.Parse(extensions.LastOrDefault(element => element.Name == "expirationDate")?.Value);
    }

    private static void ReadSubjects(Article article, SyndicationItem item, List<XElement> extensions)
    {
        foreach (var category in item.Categories)
        {
            var hasScheme = !string.IsNullOrWhiteSpace(category.Scheme);
            ConceptCodes.Add(article.Subjects, new()
            {
                Scheme = hasScheme ? category.Scheme : "",
                Code = hasScheme ? category.Name ?? "" : "",
                Name = (string.IsNullOrEmpty(category.Label) && !hasScheme ? category.Name : category.Label) ?? "",
            });
        }

        foreach (var name in extensions.Where(element => element.Name == FeedNames.Dc + "subject").Select(element => element.Value)
            .Concat(extensions.Where(element => element.Name == "tags").SelectMany(element => element.Value.Split(','))))
        {
            ConceptCodes.Add(article.Subjects, new() { Name = name });
        }
    }

    private static void ReadLinks(Article article, SyndicationItem item, List<XElement> extensions)
    {
        foreach (var link in item.Links)
        {
            var uri = SourceAddress.Web(link.GetAbsoluteUri()?.OriginalString);
            if (uri is not null && link.RelationshipType == "enclosure")
            {
                AddMedium(article, uri, link.MediaType, link.Length, link.Title);
            }
            else if (uri is not null && link.RelationshipType == "related" && article.Links.Count < 200)
            {
                article.Links.Add(new Link { Relation = LinkRelation.Related, Uri = uri, Headline = SourceText.Line(link.Title) });
            }
        }

        foreach (var media in extensions.Where(element => element.Name == FeedNames.Media + "group").SelectMany(group => group.Elements(FeedNames.Media + "content"))
            .Concat(extensions.Where(element => element.Name == FeedNames.Media + "content")))
        {
            if (SourceAddress.Web((string?)media.Attribute("url")) is { } uri)
            {
                var caption = media.Element(FeedNames.Media + "description") ?? media.Parent?.Element(FeedNames.Media + "description");
                AddMedium(article, uri, (string?)media.Attribute("type") ?? (string?)media.Attribute("medium"), long.TryParse((string?)media.Attribute("fileSize"), out var size) ? size : 0, caption?.Value);
            }
        }
    }

    private static void AddMedium(Article article, string uri, string? mediaType, long length, string? caption)
    {
        if (article.Media.Count >= 200 || article.Media.Any(media => media.Renditions.Any(rendition => rendition.Uri == uri)))
        {
            return;
        }

        article.Media.Add(new Media
        {
            MediaId = ArticleIdentity.LocalName("enclosure", [.. article.Media.Select(media => media.MediaId)]),
            ItemType = mediaType?.Split('/')[0].ToLowerInvariant() switch { "audio" => ItemType.Audio, "video" => ItemType.Video, "image" or null => ItemType.Picture, _ => ItemType.Graphic },
            Caption = SourceText.Lines(caption),
            Renditions = { new Rendition { Name = "original", Uri = uri, MediaType = MediaTypes.Clean(mediaType), SizeBytes = Math.Max(0, length) } },
        });
    }

    private static void ReadFeed(Article article, SyndicationFeed feed, SyndicationItem item, List<XElement> extensions, bool isRss)
    {
        var rights = FeedElements.Plain(FeedElements.Of(item.Copyright, isRss));
        rights = rights.Length > 0 ? rights : extensions.Text(FeedNames.Dc + "rights");
        rights = rights.Length > 0 ? rights : FeedElements.Plain(FeedElements.Of(feed.Copyright, isRss));
        if (SourceText.Lines(rights) is { Length: > 0 } notice)
        {
            article.Rights = new() { CopyrightNotice = notice };
        }

        if (SourceText.Line(FeedElements.Plain(FeedElements.Of(feed.Title, isRss))) is { Length: > 0 } provider)
        {
            article.Provider = new() { Name = provider };
        }

        if (item.SourceFeed is { } source && SourceText.Line(FeedElements.Plain(FeedElements.Of(source.Title, isRss))) is { Length: > 0 } name)
        {
            article.InfoSources.Add(new InfoSource { Name = name, Code = SourceText.Line(source.Id ?? source.Links.FirstOrDefault()?.Uri?.OriginalString), Role = "source" });
        }

        item.AttributeExtensions.TryGetValue(new("lang", XNamespace.Xml.NamespaceName), out var language);
        feed.AttributeExtensions.TryGetValue(new("lang", XNamespace.Xml.NamespaceName), out var feedLanguage);
        article.Language = new[] { language, extensions.Text(FeedNames.Dc + "language"), feed.Language, feedLanguage }.FirstOrDefault(tag => !string.IsNullOrWhiteSpace(tag)) ?? "";
    }

    private static void Keep(Article article, List<XElement> extensions, SourceNotes notes)
    {
        var rest = extensions.Where(element => !Mapped.Contains(element.Name)).ToList();
        if (rest.Count > 0)
        {
            rest.ForEach(element => notes.Kept(element.Name.LocalName));
            SourceExtensions.Put(article, Namespace, "application/xml", Encoding.UTF8.GetBytes(new XElement("item", rest).ToString(SaveOptions.DisableFormatting)));
        }
    }

    private static Timestamp? Time(DateTimeOffset time) => time.UtcDateTime == DateTime.MinValue ? null : Timestamp.FromDateTimeOffset(time);
}
