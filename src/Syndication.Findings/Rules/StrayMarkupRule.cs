using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Markup that came through as text.</summary>
internal sealed class StrayMarkupRule() : TextRule(
    "stray-markup",
    FindingSeverity.Warning,
    "HTML tags and entities, links and templates of wikis, BBCode, Markdown links and bold type. A lone <, & or [ is none.",
    new RuleExample("en", "Dupont &amp; Sons", "Dupont & Sons"))
{
    private const int MaxTag = 300;
    private const int MaxEntity = 12;

    private static readonly SearchValues<char> Beginnings = SearchValues.Create("<&[{*");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Tags = new[]
    {
        "a", "abbr", "article", "aside", "b", "blockquote", "body", "br", "center", "cite", "code", "div", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4",
        "h5", "h6", "head", "header", "hr", "html", "i", "iframe", "img", "li", "link", "meta", "nav", "ol", "p", "picture", "pre", "q", "script", "section", "small",
        "source", "span", "strike", "strong", "style", "sub", "sup", "table", "tbody", "td", "th", "thead", "title", "tr", "u", "ul", "video",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        for (var at = 0; text.AsSpan(at).IndexOfAny(Beginnings) is >= 0 and var next;)
        {
            at += next;
            var length = text[at] switch
            {
                '<' => TagLength(text.AsSpan(at)),
                '&' => EntityLength(text.AsSpan(at)),
                '[' => BracketLength(text.AsSpan(at)),
                '{' => Pair(text.AsSpan(at), "{{", "}}"),
                _ => BoldLength(text.AsSpan(at)),
            };
            if (length > 0)
            {
                Report(scan, part, at, length);
            }

            at += Math.Max(1, length);
        }
    }

    private void Report(ArticleScan scan, in TextPart part, int at, int length)
    {
        var markup = part.Text.Substring(at, length);
        if (markup[0] != '&')
        {
            scan.Report(this, part, at, at + length, "This looks like markup, and will be printed as it stands.");
        }
        else if (Decode(markup) is { } decoded && decoded != markup && !decoded.Any(char.IsControl))
        {
            scan.Report(this, part, at, at + length, $"\"{markup}\" is HTML for \"{decoded}\".", [new Edit(at, at + length, decoded)], isSafe: true);
        }
    }

    private static int TagLength(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("<!--", StringComparison.Ordinal))
        {
            return Pair(text, "<!--", "-->");
        }

        var name = text[(text.StartsWith("</", StringComparison.Ordinal) ? 2 : 1)..];
        var end = 0;
        while (end < name.Length && end < MaxEntity && char.IsAsciiLetterOrDigit(name[end]))
        {
            end++;
        }

        if (end == name.Length || !Tags.Contains(name[..end]) || name[end] is not ('>' or '/' or ' ' or '\t' or '\n'))
        {
            return 0;
        }

        return text[..Math.Min(text.Length, MaxTag)].IndexOf('>') + 1;
    }

    private static string Decode(string markup)
    {
        for (var decoded = WebUtility.HtmlDecode(markup); decoded != markup; decoded = WebUtility.HtmlDecode(markup))
        {
            markup = decoded;
        }

        return markup;
    }

    /// <summary>One that was encoded twice, as <c>&amp;amp;lt;</c>, is one.</summary>
    private static int EntityLength(ReadOnlySpan<char> text)
    {
        var length = SimpleEntityLength(text);
        while (length is > 0 and < MaxTag && text[..length].EndsWith("amp;") && text[length..] is [var first, ..] && (first == '#' || char.IsAsciiLetter(first))
            && SimpleEntityLength(text[(length - 1)..]) is > 0 and var more)
        {
            length += more - 1;
        }

        return length;
    }

    /// <summary>From an ampersand, or what stands for one, to the semicolon.</summary>
    private static int SimpleEntityLength(ReadOnlySpan<char> text)
    {
        var end = 1;
        while (end < text.Length && end < MaxEntity && (char.IsAsciiLetterOrDigit(text[end]) || (end == 1 && text[end] == '#')))
        {
            end++;
        }

        return end > 2 && end < text.Length && text[end] == ';' ? end + 1 : 0;
    }

    private static int BracketLength(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("[[", StringComparison.Ordinal))
        {
            return Pair(text, "[[", "]]");
        }

        var line = text[..Math.Min(text.Length, MaxTag)];
        var close = line.IndexOf(']');
        if (close < 2)
        {
            return 0;
        }

        // [text](address)
        if (line[(close + 1)..].StartsWith("(http", StringComparison.OrdinalIgnoreCase) && line[close..].IndexOf(')') is > 0 and var end)
        {
            return close + end + 1;
        }

        var name = line[1..close].TrimStart('/');
        return name is "b" or "i" or "u" or "url" or "img" or "quote" || name.StartsWith("url=", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("caption ", StringComparison.OrdinalIgnoreCase) ? close + 1 : 0;
    }

    private static int BoldLength(ReadOnlySpan<char> text)
    {
        var line = text[..Math.Min(text.Length, MaxTag)];
        return line.Length > 4 && line[1] == '*' && char.IsLetterOrDigit(line[2]) ? Pair(line, "**", "**") : 0;
    }

    private static int Pair(ReadOnlySpan<char> text, string open, string close)
    {
        var line = text[..Math.Min(text.Length, MaxTag)];
        return line.StartsWith(open, StringComparison.Ordinal) && line[open.Length..].IndexOf(close) is > 0 and var inside
            ? open.Length + inside + close.Length
            : 0;
    }
}
