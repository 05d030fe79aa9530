using System.Text;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Writes articles as plain wire text.</summary>
public static class WireTextWriter
{
    /// <summary>
    /// Writes an article. One that <see cref="WireTextReader"/> read and nobody changed gives its source again, character by
    /// character: encoded in UTF-8, byte by byte. Another gets the canonical layout, without what a text cannot show.
    /// </summary>
    public static string Write(Article article)
    {
        var parts = WireTextPart.Of(article);
        var layout = WireTextLayout.Find(article, parts.Count) ?? new WireTextLayout();
        var text = new StringBuilder();
        for (var place = 0; place < parts.Count; place++)
        {
            var part = parts[layout.Order?[place] ?? place];
            var usual = place == 0 ? "" : WireTextPart.Gap(parts[layout.Order?[place - 1] ?? (place - 1)].Kind, part.Kind);
            text.Append(layout.Gaps.GetValueOrDefault(place, usual)).Append(part.Text);
        }

        text.Append(layout.Gaps.GetValueOrDefault(parts.Count, ""));

        // The places of the edits are those of the text that was read.
        var edits = text.Length == layout.Length ? layout.Edits : [];
        return new CleanText(
            text.ToString(),
            layout.CrLf,
            [.. edits.Chunk(3).Select(edit => new TextEdit(edit[0], edit[1], (char)edit[2]))]).Restore();
    }
}
