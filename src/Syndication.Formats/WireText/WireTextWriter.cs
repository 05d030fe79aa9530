using System.Text;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Writes articles as plain wire text.</summary>
public static class WireTextWriter
{
    /// <summary>
    /// Writes an article. One that <see cref="WireTextReader"/> read and nobody changed gives its source again, character by
    /// character. Another gets the canonical layout, without what a text cannot show.
    /// </summary>
    public static string Write(Article article)
    {
        var parts = WireTextPart.Of(article);
        var layout = WireTextLayout.Find(article, parts.Count) ?? new WireTextLayout();
        var text = new StringBuilder();
        for (var place = 0; place < parts.Count; place++)
        {
            var part = parts[layout.Order?[place] ?? place];
            var usual = place == 0
                ? ""
                : WireTextPart.Gap(parts[layout.Order?[place - 1] ?? (place - 1)].Kind, part.Kind, layout.Gap ?? WireTextPart.UsualGap);
            text.Append(layout.Gaps.GetValueOrDefault(place, usual)).Append(part.Text);
        }

        text.Append(layout.Gaps.GetValueOrDefault(parts.Count, ""));

        // The places are those of the text that was read.
        var isRead = text.Length == layout.Length;
        return new CleanText(
            isRead ? Wrap(text.ToString(), layout) : text.ToString(),
            layout.LineEnd ?? "\n",
            isRead ? [.. layout.Edits.Chunk(3).Select(edit => new TextEdit(edit[0], edit[1], (char)edit[2]))] : [],
            new HashSet<int>()).Restore();
    }

    /// <summary>
    /// Writes an article in the charset that the media type of its source document names. One that
    /// <see cref="WireTextReader"/> read and nobody changed gives the bytes of its source again, byte order mark included.
    /// </summary>
    /// <returns>
    /// UTF-8 when the media type names none that wire texts are read in, or when the charset lacks a character that was put
    /// into the text since.
    /// </returns>
    public static byte[] WriteBytes(Article article)
    {
        var text = Write(article);
        var charset = WireTextCharset.OfMediaType(article.SourceDocument?.MediaType ?? "") ?? WireTextCharset.Utf8;
        try
        {
            return charset.Encoding.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return Encoding.UTF8.GetBytes(text);
        }
    }

    private static string Wrap(string text, WireTextLayout layout)
    {
        var wrapped = new StringBuilder(text.Length);
        var from = 0;
        for (var i = 0; i < layout.Wraps.Length; i++)
        {
            var at = layout.Wraps[i];
            if (at < from || at >= text.Length)
            {
                // No reader wrote this.
                return text;
            }

            wrapped.Append(text, from, at - from).Append(layout.WrapGaps.GetValueOrDefault(i, "\n"));
            from = text[at] == ' ' ? at + 1 : at;
        }

        return wrapped.Append(text, from, text.Length - from).ToString();
    }
}
