using System.Text;

namespace Syndication.Formats.WireText;

/// <summary>A text as an article can hold it, and what was changed to make it so.</summary>
/// <param name="Text">Lines end with a line feed; no other control character but tab, no byte order mark.</param>
/// <param name="LineEnd">What a line feed of <paramref name="Text"/> stands for: the source's commonest line end.</param>
/// <param name="Edits">By ascending place: what else the source had.</param>
/// <param name="ParagraphEnds">The line feeds of <paramref name="Text"/> that stand for a form feed or a paragraph separator.</param>
internal sealed record CleanText(string Text, string LineEnd, IReadOnlyList<TextEdit> Edits, IReadOnlySet<int> ParagraphEnds)
{
    // Of as many, the first. Line tabulation and form feed end lines too, but no text is written with them throughout.
    private static readonly string[] LineEnds = ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"];

    public static CleanText Of(string source)
    {
        var lineEnd = FindLineEnd(source);
        var text = new StringBuilder(source.Length);
        var edits = new List<TextEdit>();
        var paragraphEnds = new HashSet<int>();
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            var isPair = c == '\r' && i + 1 < source.Length && source[i + 1] == '\n';
            if (isPair && lineEnd.Length == 2)
            {
                text.Append('\n');
                i++;
            }
            else if (isPair || (i == 0 && c == '\uFEFF') || IsUnprintable(c))
            {
                edits.Add(new TextEdit(text.Length, 0, c));
            }
            else if (IsLineEnd(c))
            {
                if (lineEnd.Length != 1 || lineEnd[0] != c)
                {
                    edits.Add(new TextEdit(text.Length, 1, c));
                }

                if (c is '\f' or '\u2029')
                {
                    paragraphEnds.Add(text.Length);
                }

                text.Append('\n');
            }
            else
            {
                text.Append(c);
            }
        }

        return new CleanText(text.ToString(), lineEnd, edits, paragraphEnds);
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
                source.Append(Text[i] == '\n' ? LineEnd : Text.AsSpan(i, 1));
            }
        }

        return source.ToString();
    }

    /// <summary>The text with spaces for the tabs of one line.</summary>
    public CleanText WithoutTabs(Range line)
    {
        var (start, length) = line.GetOffsetAndLength(Text.Length);
        if (!Text.AsSpan(start, length).Contains('\t'))
        {
            return this;
        }

        var tabs = Enumerable.Range(start, length).Where(at => Text[at] == '\t').Select(at => new TextEdit(at, 1, '\t'));
        return this with
        {
            Text = string.Concat(Text.AsSpan(0, start), Text.Substring(start, length).Replace('\t', ' '), Text.AsSpan(start + length)),

            // Stable: what stood before a tab stays there.
            Edits = [.. Edits.Concat(tabs).OrderBy(edit => edit.At)],
        };
    }

    /// <summary>Lone CR, line tabulation, form feed, next line, and Unicode's line and paragraph separators.</summary>
    public static bool IsLineEnd(char c) => c is '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029';

    private static bool IsUnprintable(char c) => (char.IsControl(c) && c != '\t' && !IsLineEnd(c)) || c is '\uFFFE' or '\uFFFF';

    private static string FindLineEnd(ReadOnlySpan<char> source)
    {
        var pairs = source.Count("\r\n");
        var best = 0;
        var most = 0;
        for (var i = 0; i < LineEnds.Length; i++)
        {
            var count = LineEnds[i] switch
            {
                "\r\n" => pairs,
                "\n" or "\r" => source.Count(LineEnds[i]) - pairs,
                _ => source.Count(LineEnds[i]),
            };
            (best, most) = count > most ? (i, count) : (best, most);
        }

        return LineEnds[best];
    }
}

/// <summary>A character of the source that the clean text does not have.</summary>
/// <param name="At">The UTF-16 unit of the clean text before which it stood.</param>
/// <param name="Replaces">1 when the clean text has another character in its place, 0 when it has none.</param>
/// <param name="Original">The character.</param>
internal readonly record struct TextEdit(int At, int Replaces, char Original);
