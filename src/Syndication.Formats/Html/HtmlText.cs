using System.Text;
using Syndication.V1;

namespace Syndication.Formats.Html;

/// <summary>
/// Text as HTML. Whatever the text holds, it is shown as text: nothing of it becomes markup, and no link leads anywhere but
/// to http, https or mailto. What is written is well-formed XML as well, so that it may stand in XHTML.
/// </summary>
public static class HtmlText
{
    /// <summary>Writes plain text, or an attribute's value between double quotes. What XML cannot hold becomes U+FFFD.</summary>
    public static StringBuilder AppendText(this StringBuilder html, ReadOnlySpan<char> text)
    {
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    html.Append("&amp;");
                    break;
                case '<':
                    html.Append("&lt;");
                    break;
                case '>':
                    html.Append("&gt;");
                    break;
                case '"':
                    html.Append("&quot;");
                    break;
                case '\'':
                    html.Append("&#39;");
                    break;
                case < ' ' and not ('\t' or '\n') or 0xFFFE or 0xFFFF:
                    html.Append('\uFFFD');
                    break;
                default:
                    html.Append(units[..rune.EncodeToUtf16(units)]);
                    break;
            }
        }

        return html;
    }

    /// <summary>Writes an attribute; nothing where the value is empty.</summary>
    public static StringBuilder AppendAttribute(this StringBuilder html, string name, string value) =>
        value.Length == 0 ? html : html.Append(' ').Append(name).Append("=\"").AppendText(value).Append('"');

    /// <summary>
    /// Writes text with its marks. Marks that overlap are ended and begun again, so that elements nest; of two links over one
    /// place the one that begins first counts, and a link to elsewhere than http, https or mailto is left out. A line feed is a line break.
    /// </summary>
    public static StringBuilder AppendRichText(this StringBuilder html, RichText? content)
    {
        if (content is null)
        {
            return html;
        }

        var marks = new MarkSpans(content);
        var open = new List<Mark>();
        foreach (var (text, covering) in marks.Pieces())
        {
            // What stays open stands below what ends: elements end in the reverse order of their beginning.
            var kept = open.TakeWhile(covering.Contains).Count();
            for (var i = open.Count - 1; i >= kept; i--)
            {
                html.Append("</").Append(ElementOf(open[i])).Append('>');
            }

            open.RemoveRange(kept, open.Count - kept);
            foreach (var mark in covering.Where(mark => !open.Contains(mark)).ToList())
            {
                html.Append('<').Append(ElementOf(mark)).AppendAttribute("href", mark.Uri).Append('>');
                open.Add(mark);
            }

            AppendLines(html, text);
        }

        for (var i = open.Count - 1; i >= 0; i--)
        {
            html.Append("</").Append(ElementOf(open[i])).Append('>');
        }

        return html;
    }

    /// <summary>The text of a piece of HTML: blocks become lines.</summary>
    /// <exception cref="FormatRefusedException">It is nested too deep, or has too many elements.</exception>
    internal static string Strip(string html)
    {
        var read = new Article();
        new Markup.BodyReader(read, new SourceNotes(), baseUri: null).Read(new Markup.HtmlMarkup(SafeHtml.Parse(html, FormatLimits.Default).DocumentElement));
        return string.Join('\n', read.Body.Select(Markup.PlainBody.TextOf).Where(text => text.Length > 0));
    }

    /// <summary>Whether a link may be shown: absolute, and http, https or mailto.</summary>
    public static bool IsSafeLink(string uri) => IsSafeAddress(uri) || HasScheme(uri, Uri.UriSchemeMailto);

    /// <summary>Whether something may be fetched from there: absolute, and http or https.</summary>
    public static bool IsSafeAddress(string uri) => HasScheme(uri, Uri.UriSchemeHttp) || HasScheme(uri, Uri.UriSchemeHttps);

    private static bool HasScheme(string text, string scheme) =>
        text.StartsWith(scheme + ":", StringComparison.OrdinalIgnoreCase)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme == scheme;

    private static void AppendLines(StringBuilder html, ReadOnlySpan<char> text)
    {
        var first = true;
        foreach (var line in text.Split('\n'))
        {
            html.Append(first ? "" : "<br/>").AppendText(text[line]);
            first = false;
        }
    }

    private static string ElementOf(Mark mark) => mark.Type switch
    {
        MarkType.Link => "a",
        MarkType.Strong => "strong",
        _ => "em",
    };
}
