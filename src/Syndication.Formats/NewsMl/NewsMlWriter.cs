using System.Globalization;
using System.Xml.Linq;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syndication.Formats.Ninjs;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.NewsMl;

/// <summary>Writes an article as a news item of NewsML-G2 2.35, its text as XHTML.</summary>
internal static class NewsMlWriter
{
    public const string ByMachine = "howextr:tool";
    public const string ByEditor = "howextr:person";

    /// <summary>What the schema's required provider is where the article has none.</summary>
    public const string NoProvider = "urn:syndication:provider:unknown";

    private const string Catalog = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml";

    private static readonly XNamespace Nar = NewsMlFormat.Namespace;

    public static XElement Write(Article article) => new(
        Nar + "newsItem",
        new XAttribute("guid", XmlCharacters.Clean(ArticleIdentity.Uri(article))),
        new XAttribute("version", Math.Max(1, SourceStatus.Edition(article))),
        new XAttribute("standard", "NewsML-G2"),
        new XAttribute("standardversion", "2.35"),
        new XAttribute("conformance", "power"),
        Attribute(XNamespace.Xml + "lang", article.Language),
        new XElement(Nar + "catalogRef", new XAttribute("href", Catalog)),
        RightsInfo(article.Rights),
        ItemMeta(article),
        ContentMeta(article),
        ContentSet(article));

    /// <summary>Several items in one message.</summary>
    public static XElement Message(IReadOnlyList<XElement> items, IReadOnlyList<Article> articles)
    {
        // Of the content alone, so that the same articles give the same bytes.
        var sent = articles.Select(article => SourceStatus.EditionTime(article) ?? article.CreatedTime).Max(time => time?.ToDateTime()) ?? DateTime.UnixEpoch;
        return new(
            Nar + "newsMessage",
            new XElement(Nar + "header", new XElement(Nar + "sent", SourceTime.Format(Timestamp.FromDateTime(sent)))),
            new XElement(Nar + "itemSet", items));
    }

    private static XElement? RightsInfo(Rights? rights) => rights is null ? null : new(
        Nar + "rightsInfo",
        rights.CopyrightHolder.Length > 0 ? new XElement(Nar + "copyrightHolder", Element("name", rights.CopyrightHolder)) : null,
        Lines("copyrightNotice", rights.CopyrightNotice),
        Lines("usageTerms", rights.UsageTerms));

    private static XElement ItemMeta(Article article)
    {
        var itemClass = NewsMlNames.ItemClasses.FirstOrDefault(pair => pair.Type == article.ItemType).Code ?? "text";
        return new(
            Nar + "itemMeta",
            new XElement(Nar + "itemClass", new XAttribute("qcode", "ninat:" + itemClass)),
            Provider(article.Provider),
            Time("versionCreated", SourceStatus.EditionTime(article) ?? article.CreatedTime ?? new Timestamp()),
            Time("firstCreated", article.CreatedTime),
            Time("embargoed", article.EmbargoTime),
            article.Status == ArticleStatus.Unspecified ? null : new XElement(Nar + "pubStatus", new XAttribute("qcode", "stat:" + SourceStatus.Word(article.Status))),
            Element("profile", article.Profile),
            Lines("edNote", SourceStatus.DeskNote(article)),
            article.Change switch
            {
                ChangeType.Correction => new XElement(Nar + "signal", new XAttribute("qcode", "sig:correction")),
                ChangeType.Update => new XElement(Nar + "signal", new XAttribute("qcode", "sig:update")),
                _ => null,
            },
            Time("expires", article.ExpireTime),
            article.Links.Select(Link));
    }

    private static XElement Provider(Party? provider) => provider is null or { Code.Length: 0, Name.Length: 0 }
        ? new(Nar + "provider", new XAttribute("uri", NoProvider))
        : new(
            Nar + "provider",
            NewsMlNames.Code(XmlCharacters.Clean(provider.Code)) ?? new XAttribute("literal", XmlCharacters.Clean(provider.Name)),
            Element("name", provider.Name));

    private static XElement Link(Link link)
    {
        var code = NewsMlNames.Relations.FirstOrDefault(pair => pair.Relation == link.Relation).Code ?? NewsMlNames.Relations[0].Code;
        return new(
            Nar + "link",
            new XAttribute(code.StartsWith("urn:", StringComparison.Ordinal) ? "reluri" : "rel", code),
            Attribute("href", NinjsWriter.Target(link)),
            Element("title", link.Headline));
    }

    private static XElement ContentMeta(Article article) => new(
        Nar + "contentMeta",
        article.Urgency > 0 ? new XElement(Nar + "urgency", article.Urgency) : null,
        article.DigitalSourceType.Length > 0 ? new XElement(Nar + "digitalSourceType", new XAttribute("uri", ConceptCodes.ToUri("digsrctype", article.DigitalSourceType))) : null,
        article.Dateline is { Place.Length: > 0 } located ? new XElement(Nar + "located", Element("name", located.Place)) : null,
        article.InfoSources.Select(source => new XElement(
            Nar + "infoSource",
            NewsMlNames.Code(XmlCharacters.Clean(source.Code)),
            NewsMlNames.Coded("role", "roleuri", XmlCharacters.Clean(source.Role), NewsMlNames.PersonRole),
            Element("name", source.Name))),
        article.Byline?.Contributors.Select(person => new XElement(
            Nar + "creator",
            NewsMlNames.Coded("role", "roleuri", XmlCharacters.Clean(person.Role), NewsMlNames.PersonRole),
            Element("name", person.Name))),
        Ids(article),
        new XElement(Nar + "language", new XAttribute("tag", article.Language.Length > 0 ? article.Language : "und")),
        Concepts("genre", article.Genres),
        Concepts("subject", article.Subjects),
        Concepts("subject", article.People, "person"),
        Concepts("subject", article.Organisations, "organisation"),
        Concepts("subject", article.Places, "geoArea"),
        Concepts("subject", article.Events, "event"),
        Element("slugline", article.Slugline),
        Headlines(article),
        Element("dateline", article.Dateline?.Text),
        Element("by", article.Byline?.Text),
        Descriptions(article));

    private static IEnumerable<XElement> Ids(Article article)
    {
        var source = ArticleIdentity.SourceUri(article);
        foreach (var id in article.AlternateIds.Where(id => id != source))
        {
            yield return new(Nar + "altId", NewsMlNames.Coded("type", "typeuri", XmlCharacters.Clean(id.Scheme), NewsMlNames.IdType), XmlCharacters.Clean(id.Value));
        }

        if (article.StoryId.Length > 0)
        {
            yield return new(Nar + "altId", new XAttribute("typeuri", NewsMlNames.IdType + NewsMlNames.StoryScheme), XmlCharacters.Clean(article.StoryId));
        }
    }

    private static IEnumerable<XElement> Concepts(string name, RepeatedField<Concept> concepts, string nature = "") => concepts.Select(concept => new XElement(
        Nar + name,
        nature.Length > 0 ? new XAttribute("type", "cpnat:" + nature) : null,
        NewsMlNames.Concept(concept),
        concept.HasRelevance ? new XAttribute("relevance", concept.Relevance) : null,
        concept.Origin switch { ConceptOrigin.Machine => new XAttribute("how", ByMachine), ConceptOrigin.Editor => new XAttribute("how", ByEditor), _ => null },
        Element("name", concept.Name)));

    private static IEnumerable<XElement?> Headlines(Article article)
    {
        yield return Element("headline", article.Headline);
        if (Element("headline", article.Kicker) is { } kicker)
        {
            kicker.SetAttributeValue("roleuri", NewsMlNames.HeadlineRole + NewsMlNames.KickerPurpose);
            yield return kicker;
        }

        foreach (var variant in article.HeadlineVariants)
        {
            yield return new(
                Nar + "headline",
                NewsMlNames.Coded("role", "roleuri", XmlCharacters.Clean(variant.Purpose), NewsMlNames.HeadlineRole),
                Attribute(XNamespace.Xml + "lang", variant.Language),
                XmlCharacters.Clean(variant.Text));
        }
    }

    private static IEnumerable<XElement?> Descriptions(Article article)
    {
        (string Role, string Text)[] texts =
        [
            ("", article.Standfirst), (NinjsWriter.PublicNoteRole, article.PublicNote), (NinjsWriter.CorrectionRole, article.Correction?.Note ?? ""),
            (NinjsWriter.WrongTextRole, article.Correction?.WrongText ?? ""), (NinjsWriter.RightTextRole, article.Correction?.RightText ?? ""),
        ];
        foreach (var (role, text) in texts)
        {
            var description = Lines("description", text);
            if (role.Length > 0)
            {
                description?.SetAttributeValue("roleuri", NewsMlNames.DescriptionRole + role);
            }

            yield return description;
        }
    }

    private static XElement? ContentSet(Article article)
    {
        var files = NinjsWriter.IsMedium(article.ItemType)
            ? article.Media.Where(media => media.MediaId == NinjsWriter.MainMedia).SelectMany(media => media.Renditions).Select(RemoteContent).ToList()
            : [];
        if (article.Body.Count > 0)
        {
            files.Insert(0, new(
                Nar + "inlineXML",
                new XAttribute("contenttype", "application/xhtml+xml"),
                new XElement(
                    XhtmlBody.Namespace + "html",
                    new XElement(XhtmlBody.Namespace + "head", new XElement(XhtmlBody.Namespace + "title", XmlCharacters.Clean(article.Headline))),
                    new XElement(XhtmlBody.Namespace + "body", XhtmlBody.Write(article, XhtmlBody.Namespace)))));
        }

        return files.Count > 0 ? new(Nar + "contentSet", files) : null;
    }

    private static XElement RemoteContent(Rendition rendition) => new(
        Nar + "remoteContent",
        NewsMlNames.Coded("rendition", "renditionuri", XmlCharacters.Clean(rendition.Name), NewsMlNames.RenditionRole),
        new XAttribute("href", XmlCharacters.Clean(rendition.Uri)),
        Attribute("contenttype", rendition.MediaType),
        Number("size", rendition.SizeBytes),
        Number("width", rendition.WidthPixels),
        Number("height", rendition.HeightPixels),
        Number("duration", rendition.DurationMillis),
        rendition.DurationMillis > 0 ? new XAttribute("durationunit", "timeunit:milliseconds") : null);

    private static XElement? Lines(string name, string text) => text.Length == 0
        ? null
        : new(Nar + name, text.Split('\n').SelectMany((line, index) => index == 0 ? [XmlCharacters.Clean(line)] : new object[] { new XElement(Nar + "br"), XmlCharacters.Clean(line) }));

    private static XElement? Element(string name, string? text) => string.IsNullOrEmpty(text) ? null : new(Nar + name, XmlCharacters.Clean(text));

    private static XElement? Time(string name, Timestamp? time) => time is null ? null : new(Nar + name, SourceTime.Format(time));

    private static XAttribute? Attribute(XName name, string value) => value.Length == 0 ? null : new(name, XmlCharacters.Clean(value));

    private static XAttribute? Number(string name, long value) => value > 0 ? new(name, value.ToString(CultureInfo.InvariantCulture)) : null;
}
