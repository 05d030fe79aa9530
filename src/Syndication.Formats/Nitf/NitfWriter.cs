using System.Globalization;
using System.Xml.Linq;
using Google.Protobuf.Collections;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.Nitf;

/// <summary>Writes an article as a document of NITF 3.6.</summary>
internal static class NitfWriter
{
    public const string SubHeadline = "subheadline";
    public const string Slugline = "slugline";
    public const string Kicker = "kicker";
    public const string Profile = "profile";
    public const string StoryId = "story-id";
    public const string WrongText = "correction-wrong-text";
    public const string RightText = "correction-right-text";
    public const string SourceType = "digital-source-type";
    public const string AlternateId = "alternate-id:";

    public static readonly XNamespace Namespace = "http://iptc.org/std/NITF/2006-10-18/";

    public static XElement Write(Article article) => new(
        Namespace + "nitf",
        new XAttribute("version", "-//IPTC//DTD NITF 3.6//EN"),
        Attribute(XNamespace.Xml + "lang", article.Language),
        new XElement(Namespace + "head", new XElement(Namespace + "title", article.Headline), Meta(article), Subjects(article), DocData(article)),
        new XElement(Namespace + "body", BodyHead(article), new XElement(Namespace + "body.content", NitfBody.Write(article))));

    private static IEnumerable<XElement> Meta(Article article)
    {
        var source = ArticleIdentity.SourceUri(article);
        (string Name, string Value)[] values =
        [
            (Slugline, article.Slugline), (Kicker, article.Kicker), (Profile, article.Profile), (StoryId, article.StoryId), (SourceType, article.DigitalSourceType),
            (WrongText, article.Correction?.WrongText ?? ""), (RightText, article.Correction?.RightText ?? ""),
            .. article.AlternateIds.Where(id => id != source).Select(id => (AlternateId + id.Scheme, id.Value)),
        ];
        return values.Where(pair => pair.Value.Length > 0)
            .Select(pair => new XElement(Namespace + "meta", new XAttribute("name", XmlCharacters.Clean(pair.Name)), new XAttribute("content", XmlCharacters.Clean(pair.Value))));
    }

    private static XElement? Subjects(Article article)
    {
        var subjects = article.Subjects.Where(IsRefNum).Select(subject => new XElement(
            Namespace + "tobject.subject",
            new XAttribute("tobject.subject.refnum", subject.Code),
            Attribute("tobject.subject.matter", subject.Name))).ToList();
        return subjects.Count > 0 ? new(Namespace + "tobject", subjects) : null;
    }

    private static bool IsRefNum(Concept concept) => concept.Scheme == (concept.Code.StartsWith('2') ? "medtop" : "subj") && concept.Code.Length == 8 && concept.Code.All(char.IsAsciiDigit);

    private static XElement DocData(Article article) => new(
        Namespace + "docdata",
        new XAttribute("management-status", article.Status == ArticleStatus.Embargoed ? "embargoed" : SourceStatus.Word(article.Status)),
        article.Correction is { } correction ? new XElement(Namespace + "correction", new XAttribute("info", XmlCharacters.Clean(correction.Note))) : null,
        new XElement(Namespace + "doc-id", new XAttribute("id-string", XmlCharacters.Clean(ArticleIdentity.Uri(article)))),
        article.Urgency > 0 ? new XElement(Namespace + "urgency", new XAttribute("ed-urg", article.Urgency)) : null,
        Time("date.issue", article.CreatedTime),
        Time("date.release", article.EmbargoTime),
        Time("date.expire", article.ExpireTime),
        Element("ed-msg", "info", SourceStatus.DeskNote(article)),
        Element("doc.copyright", "holder", article.Rights?.CopyrightHolder),
        Element("doc.rights", "limitations", article.Rights?.UsageTerms),
        Identified(article));

    private static XElement? Identified(Article article)
    {
        XElement[] content =
        [
            .. Concepts("person", article.People), .. Concepts("org", article.Organisations), .. Concepts("location", article.Places, "code-source", "location-code"),
            .. Concepts("event", article.Events), .. Concepts("classifier", article.Genres, type: "genre"),
            .. Concepts("classifier", [.. article.Subjects.Where(subject => !IsRefNum(subject))], type: "subject"),
        ];
        return content.Length > 0 ? new(Namespace + "identified-content", content) : null;
    }

    private static IEnumerable<XElement> Concepts(string name, RepeatedField<Concept> concepts, string scheme = "idsrc", string code = "value", string type = "") => concepts.Select(concept => new XElement(
        Namespace + name,
        Attribute("type", type),
        Attribute(scheme, concept.Scheme),
        Attribute(code, concept.Code),
        XmlCharacters.Clean(concept.Name)));

    private static XElement BodyHead(Article article) => new(
        Namespace + "body.head",
        new XElement(
            Namespace + "hedline",
            new XElement(Namespace + "hl1", XmlCharacters.Clean(article.Headline)),
            article.HeadlineVariants.FirstOrDefault(variant => variant.Purpose == SubHeadline) is { } second ? new XElement(Namespace + "hl2", XmlCharacters.Clean(second.Text)) : null),
        Lines("note", article.PublicNote),
        article.Rights is { CopyrightNotice.Length: > 0 } rights ? new XElement(Namespace + "rights", Breaks(rights.CopyrightNotice)) : null,
        article.Byline is { } byline ? new XElement(Namespace + "byline", Byline(byline)) : null,
        article.Provider is { Name.Length: > 0 } provider ? new XElement(Namespace + "distributor", XmlCharacters.Clean(provider.Name)) : null,
        article.Dateline is { } dateline ? new XElement(Namespace + "dateline", Dateline(dateline)) : null,
        Lines("abstract", article.Standfirst));

    // The people are marked where the printed line names them.
    private static IEnumerable<object> Byline(Byline byline)
    {
        var text = XmlCharacters.Clean(byline.Text);
        var from = 0;
        foreach (var contributor in byline.Contributors)
        {
            var at = text.IndexOf(contributor.Name, from, StringComparison.Ordinal);
            if (at >= 0 && contributor.Name.Length > 0)
            {
                yield return text[from..at];
                yield return new XElement(Namespace + "person", Attribute("class", contributor.Role), contributor.Name);
                from = at + contributor.Name.Length;
            }
        }

        yield return text[from..];
    }

    private static IEnumerable<object?> Dateline(Dateline dateline)
    {
        var text = XmlCharacters.Clean(dateline.Text);
        var place = XmlCharacters.Clean(dateline.Place);
        var at = place.Length > 0 ? text.IndexOf(place, StringComparison.Ordinal) : -1;
        if (at >= 0)
        {
            yield return text[..at];
            yield return new XElement(Namespace + "location", place);
            yield return text[(at + place.Length)..];
        }
        else
        {
            yield return text;
        }

        yield return Time("story.date", dateline.Time);
    }

    private static XElement? Lines(string name, string text) => text.Length == 0 ? null : new(
        Namespace + name,
        name == "note" ? new XElement(Namespace + "body.content", Paragraphs(text)) : Paragraphs(text));

    private static IEnumerable<object> Breaks(string text) =>
        text.Split('\n').SelectMany((line, index) => index == 0 ? [XmlCharacters.Clean(line)] : new object[] { new XElement(Namespace + "br"), XmlCharacters.Clean(line) });

    private static IEnumerable<XElement> Paragraphs(string text) => text.Split('\n').Select(line => new XElement(Namespace + "p", XmlCharacters.Clean(line)));

    private static XElement? Time(string name, Google.Protobuf.WellKnownTypes.Timestamp? time) =>
        time is null ? null : new(Namespace + name, new XAttribute("norm", time.ToDateTime().ToString(time.Nanos == 0 ? "yyyyMMdd'T'HHmmss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)));

    private static XElement? Element(string name, string attribute, string? value) =>
        string.IsNullOrEmpty(value) ? null : new(Namespace + name, new XAttribute(attribute, XmlCharacters.Clean(value)));

    private static XAttribute? Attribute(XName name, string value) => value.Length == 0 ? null : new(name, XmlCharacters.Clean(value));
}
