namespace Syndication.Formats.WireText;

/// <summary>Lines that part the articles of one file.</summary>
/// <remarks>
/// Such a line, without the white space around it, is at least three of the same of <c>- = * _ # ~</c>; or <c>NNNN</c>, the end
/// of a telex; or a cutting line: hyphens and spaces, at least three hyphens, around one <c>8&lt;</c>, <c>&gt;8</c> or ✂. With
/// spaces between (<c>* * *</c>) the marks part the sections of one article. Not a separator is a line of <c>- = ~</c>
/// directly below the first line of an article and as long, give or take one: it underlines the headline.
/// </remarks>
internal static class SeparatorLine
{
    public static bool Is(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        return line switch
        {
            "NNNN" => true,
            ['-' or '=' or '*' or '_' or '#' or '~', _, _, ..] when !line.ContainsAnyExcept(line[0]) => true,
            ['-' or ' ' or '8' or '>' or '✂', ..] => IsCut(line),
            _ => false,
        };
    }

    /// <summary>Whether a line underlines the one before it.</summary>
    public static bool IsUnderline(ReadOnlySpan<char> line, ReadOnlySpan<char> above)
    {
        line = line.Trim();
        return line is ['-' or '=' or '~', _, _, ..]
            && !line.ContainsAnyExcept(line[0])
            && Math.Abs(line.Length - above.Trim().Length) <= 1;
    }

    private static bool IsCut(ReadOnlySpan<char> line)
    {
        var at = line.IndexOfAny("8>✂");
        if (at < 0 || line.Count('-') < 3)
        {
            return false;
        }

        var mark = line[at..] switch
        {
            ['✂', ..] => 1,
            ['8', '<', ..] or ['>', '8', ..] => 2,
            _ => 0,
        };
        return mark > 0 && !line[..at].ContainsAnyExcept("- ") && !line[(at + mark)..].ContainsAnyExcept("- ");
    }
}
