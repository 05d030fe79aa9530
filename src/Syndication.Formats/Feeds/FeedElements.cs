using System.ServiceModel.Syndication;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Syndication.Formats.Feeds;

/// <summary>What items and feeds say in elements of other namespaces, and in texts of several types.</summary>
internal static partial class FeedElements
{
    /// <summary>The elements that the model has no member for, in order.</summary>
    public static List<XElement> Extensions(SyndicationElementExtensionCollection extensions)
    {
        var elements = new List<XElement>();
        foreach (var extension in extensions)
        {
            using var reader = extension.GetReader();
            reader.MoveToContent();
            elements.Add(XElement.Load(reader.ReadSubtree()));
        }

        return elements;
    }

    public static string Text(this IEnumerable<XElement> elements, params ReadOnlySpan<XName> names)
    {
        foreach (var name in names)
        {
            if (elements.FirstOrDefault(element => element.Name == name)?.Value.Trim(' ', '\t', '\r', '\n') is { Length: > 0 } text)
            {
                return text;
            }
        }

        return "";
    }

    /// <summary>A text, and whether it is markup. RSS does not say; a text with a tag or an entity in it is.</summary>
    public static (string Text, bool IsMarkup) Of(TextSyndicationContent? content, bool isRss) => content switch
    {
        null => ("", false),
        { Type: "html" or "xhtml" } => (content.Text ?? "", true),
        _ => (content.Text ?? "", isRss && LooksLikeMarkup().IsMatch(content.Text ?? "")),
    };

    /// <summary>The same without markup.</summary>
    public static string Plain((string Text, bool IsMarkup) content) => content.IsMarkup ? Html.HtmlText.Strip(content.Text) : content.Text;

    /// <summary>Who is named: <c>me@example.com (Example editor)</c>, <c>Example editor (me@example.com)</c>, <c>Example editor &lt;me@example.com&gt;</c>.</summary>
    public static (string Name, string Email) Person(string? text)
    {
        text = SourceText.Line(text);
        if (text.Length > 1_000 || Mail().Match(text) is not { Success: true } mail)
        {
            return (text, "");
        }

        return (SourceText.Line(text.Replace(mail.Value, "", StringComparison.Ordinal).Replace("()", "", StringComparison.Ordinal).Replace("<>", "", StringComparison.Ordinal).Replace("[]", "", StringComparison.Ordinal))
            .Trim('(', ')', '<', '>', '[', ']', ' '), mail.Value);
    }

    /// <summary>The content of an entry as text or markup; empty for one that is elsewhere.</summary>
    public static (string Text, bool IsMarkup) Of(SyndicationContent? content) => content switch
    {
        TextSyndicationContent text => Of(text, isRss: false),
        XmlSyndicationContent xml => (InnerXml(xml), true),
        _ => ("", false),
    };

    private static string InnerXml(XmlSyndicationContent content)
    {
        using var reader = content.GetReaderAtContent();
        reader.MoveToContent();
        return reader.NodeType == XmlNodeType.Element ? reader.ReadInnerXml() : "";
    }

    [GeneratedRegex(@"</?[A-Za-z][^<>]*>|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")]
    private static partial Regex LooksLikeMarkup();

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")]
    private static partial Regex Mail();
}
