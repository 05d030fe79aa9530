using System.Xml.Linq;
using Syndication.Formats.Html;
using Syndication.V1;

namespace Syndication.Formats.Xml;

/// <summary>An article's body as elements.</summary>
internal static class XhtmlBody
{
    public static readonly XNamespace Namespace = "http://www.w3.org/1999/xhtml";

    // As deep as marks of a text may overlap, and more.
    private static readonly FormatLimits Own = new() { MaxDepth = 1_000, MaxNodes = int.MaxValue };

    /// <summary>The blocks, in a namespace.</summary>
    public static IEnumerable<XElement> Write(Article article, XNamespace name)
    {
        var body = SafeXml.Parse($"<body>{BodyHtml.Write(article)}</body>", Own);
        foreach (var element in body.Descendants())
        {
            element.Name = name + element.Name.LocalName;
        }

        return body.Elements();
    }
}
