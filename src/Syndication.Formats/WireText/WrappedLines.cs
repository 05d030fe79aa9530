namespace Syndication.Formats.WireText;

/// <summary>Tells whether a text was broken into lines of one width, and where.</summary>
/// <remarks>
/// <para>A line is full when the first word of the next line would not have fitted behind it: its length, a space and that word
/// (of at most 30 UTF-16 units) exceed the width. The width is the length that at most one line in ten exceeds; addresses of
/// more than 100 units, rights lines and neighbour lines are left out.</para>
/// <para>A text is wrapped when its width is 40 to 100 and, of the lines that another follows directly, at least three and at
/// least half are full; or, where there are fewer than three, when all are full and none ends a sentence. The headline does
/// not count. In a wrapped text the end of a full line is a space, or nothing behind the hyphen of a divided word, unless the
/// next line is indented deeper, begins with a bullet, or is a rights or a neighbour line.</para>
/// </remarks>
internal static class WrappedLines
{
    public const int MaxWidth = 100;

    private const int MinWidth = 40;
    private const int MaxWordLength = 30;
    private const int MinFullLines = 3;

    /// <summary>The width of a wrapped text.</summary>
    /// <param name="groups">Lines that follow one another directly.</param>
    /// <returns>0 when it is not wrapped.</returns>
    public static int FindWidth(string text, IReadOnlyList<Range[]> groups)
    {
        var width = FindLength(text, groups);
        if (width is < MinWidth or > MaxWidth)
        {
            return 0;
        }

        var (pairs, full, ends) = (0, 0, 0);
        foreach (var group in groups)
        {
            for (var i = 0; i + 1 < group.Length; i++)
            {
                var line = text.AsSpan()[group[i]];
                var next = text.AsSpan()[group[i + 1]];
                if (!IsSpecial(line) && !IsSpecial(next))
                {
                    pairs++;
                    full += IsFull(line, next, width) ? 1 : 0;
                    ends += ".!?…".Contains(line.TrimEnd()[^1], StringComparison.Ordinal) ? 1 : 0;
                }
            }
        }

        return pairs > 0 && (pairs < MinFullLines ? full == pairs && ends == 0 : full >= MinFullLines && full * 2 >= pairs) ? width : 0;
    }

    /// <summary>Whether the end of a line is a space in a text of a width.</summary>
    public static bool Continues(ReadOnlySpan<char> line, ReadOnlySpan<char> next, int width) =>
        IsFull(line, next, width)
        && !IsIndented(next, line)
        && next.TrimStart()[0] is not ('-' or '•' or '*' or '·')
        && !IsSpecial(line)
        && !IsSpecial(next);

    /// <summary>Whether a line begins farther right than the one before.</summary>
    public static bool IsIndented(ReadOnlySpan<char> line, ReadOnlySpan<char> before) => Indent(line) > Indent(before) + 1;

    /// <summary>Whether the end of a line is inside a word.</summary>
    /// <param name="end">Behind the last character of the line.</param>
    /// <param name="next">The first character of the next.</param>
    public static bool DividesWord(string text, int end, int next) =>
        end > 1 && text[end - 1] is '-' or '\u00AD' or '\u2010' && char.IsLetter(text[end - 2]) && char.IsLetter(text[next]);

    private static int FindLength(string text, IReadOnlyList<Range[]> groups)
    {
        // How many lines have a length; all above the greatest width together.
        var counts = new int[MaxWidth + 2];
        var lines = 0;
        foreach (var group in groups)
        {
            foreach (var range in group)
            {
                var line = text.AsSpan()[range].TrimEnd();
                if (!IsSpecial(line) && !(line.Length > MaxWidth && !line.Trim().ContainsAny(" \t\u00A0")))
                {
                    counts[Math.Min(line.Length, MaxWidth + 1)]++;
                    lines++;
                }
            }
        }

        var longer = 0;
        for (var length = counts.Length - 1; length > 0; length--)
        {
            longer += counts[length];
            if (longer > lines / 10)
            {
                return length;
            }
        }

        return 0;
    }

    private static bool IsFull(ReadOnlySpan<char> line, ReadOnlySpan<char> next, int width)
    {
        next = next.TrimStart();
        var word = 0;
        while (word < next.Length && !char.IsWhiteSpace(next[word]))
        {
            word++;
        }

        return word <= MaxWordLength && line.TrimEnd().Length + 1 + word > width;
    }

    private static bool IsSpecial(ReadOnlySpan<char> line) => RightsLine.Is(line.Trim()) || NeighborLine.Is(line);

    private static int Indent(ReadOnlySpan<char> line)
    {
        var indent = 0;
        foreach (var c in line)
        {
            if (!char.IsWhiteSpace(c))
            {
                break;
            }

            indent += c == '\t' ? 8 : 1;
        }

        return indent;
    }
}
