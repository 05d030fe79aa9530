using System.Text.RegularExpressions;
using System.Xml.Linq;
using Syndication.V1;

namespace Syndication.Formats.NewsMl;

/// <summary>Codes as NewsML-G2 writes them: an attribute <c>qcode</c> where there is an alias, or <c>uri</c>, or <c>literal</c>.</summary>
internal static partial class NewsMlNames
{
    public const string HeadlineRole = "urn:syndication:headline:";
    public const string DescriptionRole = "urn:syndication:description:";
    public const string IdType = "urn:syndication:id:";
    public const string RenditionRole = "urn:syndication:rendition:";
    public const string PersonRole = "urn:syndication:role:";
    public const string LinkRole = "urn:syndication:link:";

    public const string KickerPurpose = "kicker";
    public const string StoryScheme = "story";

    public static readonly (string Code, ItemType Type)[] ItemClasses =
    [
        ("text", ItemType.Text), ("picture", ItemType.Picture), ("audio", ItemType.Audio), ("video", ItemType.Video), ("graphic", ItemType.Graphic), ("composite", ItemType.Package),
    ];

    public static readonly (string Code, LinkRelation Relation)[] Relations =
    [
        ("irel:seeAlso", LinkRelation.Related), ("irel:translatedFrom", LinkRelation.TranslationOf), ("irel:previousVersion", LinkRelation.Replaces),
        (LinkRole + "previous", LinkRelation.Previous), (LinkRole + "next", LinkRelation.Next),
    ];

    /// <summary>A code as an attribute of its form, whose name may begin with another word: <c>role</c> and <c>roleuri</c>.</summary>
    public static XAttribute? Coded(string name, string uriName, string text, string ownUri) =>
        text.Length == 0 ? null : IsQCode(text) ? new(name, text) : new(uriName, SourceAddress.IsUri(text) ? text : ownUri + Uri.EscapeDataString(text));

    /// <summary>The code of such attributes.</summary>
    public static string Coded(XElement element, string name, string uriName, string ownUri)
    {
        if ((string?)element.Attribute(name) is { } qcode)
        {
            return SourceText.Line(qcode);
        }

        var uri = SourceText.Line((string?)element.Attribute(uriName));
        return uri.StartsWith(ownUri, StringComparison.Ordinal) ? SourceText.Line(Uri.UnescapeDataString(uri[ownUri.Length..])) : uri;
    }

    /// <summary>A party's or vocabulary's code, however it is given: QCode, URI or literal.</summary>
    public static string Code(XElement element) =>
        SourceText.Line((string?)element.Attribute("qcode") ?? (string?)element.Attribute("uri") ?? (string?)element.Attribute("literal"));

    /// <summary>The attribute for such a code.</summary>
    public static XAttribute? Code(string code) =>
        code.Length == 0 ? null : new(IsQCode(code) ? "qcode" : SourceAddress.IsUri(code) ? "uri" : "literal", code);

    public static (string Scheme, string Code) Concept(XElement element) => element switch
    {
        _ when (string?)element.Attribute("qcode") is { Length: > 0 } qcode => ConceptCodes.OfQCode(SourceText.Line(qcode)),
        _ when (string?)element.Attribute("uri") is { Length: > 0 } uri => ConceptCodes.OfUri(SourceText.Line(uri)),
        _ => ("", SourceText.Line((string?)element.Attribute("literal"))),
    };

    public static XAttribute? Concept(Concept concept) => concept switch
    {
        { Code.Length: 0 } => null,
        { Scheme.Length: 0 } => new("literal", concept.Code),
        _ when ConceptCodes.ToQCode(concept.Scheme, concept.Code) is { } qcode => new("qcode", qcode),
        _ => new("uri", ConceptCodes.ToUri(concept.Scheme, concept.Code)),
    };

    // urn: and tag: look like aliases, but are the beginnings of URIs.
    private static bool IsQCode(string text) => QCode().IsMatch(text) && !text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("tag:", StringComparison.OrdinalIgnoreCase)
        && !text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+:(?!//)\S+$")]
    private static partial Regex QCode();
}
