using System.Text;

namespace Syndication.Formats.WireText;

/// <summary>A text as an article can hold it, and what was changed to make it so.</summary>
/// <param name="Text">Lines end with a line feed; no other control character but tab, no byte order mark, no tab in the headline.</param>
/// <param name="IsCrLf">Whether a line feed of <paramref name="Text"/> stands for CR LF.</param>
/// <param name="Edits">By ascending place: what else the source had.</param>
internal sealed record CleanText(string Text, bool IsCrLf, IReadOnlyList<TextEdit> Edits)
{
    public static CleanText Of(string source)
    {
        var crLf = source.AsSpan().Count("\r\n");
        var isCrLf = crLf > source.AsSpan().Count('\n') - crLf;
        var text = new StringBuilder(source.Length);
        var edits = new List<TextEdit>();
        var headline = HeadlineState.Before;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            var isPair = c == '\r' && i + 1 < source.Length && source[i + 1] == '\n';
            if (isPair && isCrLf)
            {
                text.Append('\n');
                i++;
                headline = headline == HeadlineState.Inside ? HeadlineState.After : headline;
            }
            else if (isPair || (i == 0 && c == '\uFEFF') || IsUnprintable(c))
            {
                edits.Add(new TextEdit(text.Length, 0, c));
            }
            else if (IsLineEnd(c))
            {
                if (c != '\n' || isCrLf)
                {
                    edits.Add(new TextEdit(text.Length, 1, c));
                }

                text.Append('\n');
                headline = headline == HeadlineState.Inside ? HeadlineState.After : headline;
            }
            else if (c == '\t' && headline == HeadlineState.Inside)
            {
                edits.Add(new TextEdit(text.Length, 1, c));
                text.Append(' ');
            }
            else
            {
                text.Append(c);
                headline = headline == HeadlineState.Before && !char.IsWhiteSpace(c) ? HeadlineState.Inside : headline;
            }
        }

        return new CleanText(text.ToString(), isCrLf, edits);
    }

    /// <summary>Undoes the changes.</summary>
    public string Restore()
    {
        var source = new StringBuilder(Text.Length + Edits.Count);
        var next = 0;
        for (var i = 0; i <= Text.Length; i++)
        {
            var replaced = false;
            for (; next < Edits.Count && Edits[next].At == i && !replaced; next++)
            {
                source.Append(Edits[next].Original);
                replaced = Edits[next].Replaces > 0;
            }

            if (i < Text.Length && !replaced)
            {
                source.Append(Text[i] == '\n' && IsCrLf ? "\r\n" : Text.AsSpan(i, 1));
            }
        }

        return source.ToString();
    }

    // Lone CR, line tabulation, form feed, next line, and Unicode's line and paragraph separators.
    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029';

    private static bool IsUnprintable(char c) => (char.IsControl(c) && c != '\t' && !IsLineEnd(c)) || c is '\uFFFE' or '\uFFFF';

    private enum HeadlineState
    {
        Before,
        Inside,
        After,
    }
}

/// <summary>A character of the source that the clean text does not have.</summary>
/// <param name="At">The UTF-16 unit of the clean text before which it stood.</param>
/// <param name="Replaces">1 when the clean text has another character in its place, 0 when it has none.</param>
/// <param name="Original">The character.</param>
internal readonly record struct TextEdit(int At, int Replaces, char Original);
