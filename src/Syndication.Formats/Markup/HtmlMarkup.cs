using AngleSharp.Dom;

namespace Syndication.Formats.Markup;

/// <summary>Marked-up text in HTML.</summary>
internal sealed class HtmlMarkup(INode node) : MarkupNode
{
    public override string Name => (node as IElement)?.LocalName ?? "";

    public override string Text => (node as IText)?.Data ?? "";

    public override IEnumerable<MarkupNode> Children => node.ChildNodes.Where(child => child is IElement or IText).Select(child => new HtmlMarkup(child));

    public override string? Attribute(string name) => (node as IElement)?.GetAttribute(name);
}
