using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Syndication.Formats.Html;

/// <summary>
/// Parses HTML that strangers wrote: nothing of it runs, nothing is fetched. A parser's time grows with the depth of what is open, so that depth is
/// bounded while it parses, and with it the recursion of whoever walks the tree.
/// </summary>
internal static class SafeHtml
{
    /// <exception cref="FormatRefusedException">It is nested too deep, or has too many elements.</exception>
    public static IHtmlDocument Parse(string html, FormatLimits limits)
    {
        var guard = new Guard(limits);
        var document = new HtmlParser(new HtmlParserOptions { IsScripting = false, OnCreated = (element, _) => guard.Add(element) }).ParseDocument(html);
        CheckDepth(document, limits);
        return document;
    }

    // Once more, of the tree as it has become: parsers move elements.
    private static void CheckDepth(IDocument document, FormatLimits limits)
    {
        var depth = 0;
        INode? node = document;
        while (node is not null)
        {
            if (node.FirstChild is { } child)
            {
                node = child;
                if (++depth > limits.MaxDepth)
                {
                    throw TooDeep(limits);
                }

                continue;
            }

            while (node is not null && node.NextSibling is null)
            {
                node = node.Parent;
                depth--;
            }

            node = node?.NextSibling;
        }
    }

    private static FormatRefusedException TooDeep(FormatLimits limits) => new(FormatRefusalReason.TooDeep, $"its elements are nested more than {limits.MaxDepth} deep.");

    private sealed class Guard(FormatLimits limits)
    {
        private readonly Dictionary<INode, int> _depths = [];
        private IElement? _before;

        public void Add(IElement element)
        {
            // An element has no parent yet when it is made; the one before has.
            if (_before is { Parent: { } parent })
            {
                var depth = _depths.GetValueOrDefault(parent) + 1;
                _depths[_before] = depth;
                if (depth > limits.MaxDepth)
                {
                    throw TooDeep(limits);
                }
            }

            if (_depths.Count > limits.MaxHtmlElements)
            {
                throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has more than {limits.MaxHtmlElements} elements of HTML.");
            }

            _before = element;
        }
    }
}
