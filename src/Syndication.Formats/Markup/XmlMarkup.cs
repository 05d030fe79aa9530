using System.Xml.Linq;

namespace Syndication.Formats.Markup;

/// <summary>Marked-up text in XML: XHTML, NITF.</summary>
internal sealed class XmlMarkup(XNode node) : MarkupNode
{
    public override string Name => (node as XElement)?.Name.LocalName.ToLowerInvariant() ?? "";

    public override string Text => (node as XText)?.Value ?? "";

    public override IEnumerable<MarkupNode> Children =>
        node is XElement element ? element.Nodes().Where(child => child is XElement or XText).Select(child => new XmlMarkup(child)) : [];

    public override string? Attribute(string name) => (node as XElement)?.Attribute(name)?.Value;
}
