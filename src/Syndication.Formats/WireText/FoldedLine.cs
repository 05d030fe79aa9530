using System.Globalization;

namespace Syndication.Formats.WireText;

/// <summary>The beginning of a line without its accents and in lower case, to find words in however they are written.</summary>
/// <remarks>By hand, because a search by culture data costs hundreds of times as much, and every line is looked at.</remarks>
internal readonly ref struct FoldedLine
{
    // For À to ſ, U+00C0 to U+017F; what has no plain letter stays itself.
    private static readonly string Plain = string.Concat(Enumerable.Range(0xC0, 0x180 - 0xC0).Select(code => Unaccented((char)code)));

    private readonly ReadOnlySpan<int> _places;

    /// <param name="line">Looked at as far as the room goes.</param>
    /// <param name="text">Room for the folded text.</param>
    /// <param name="places">As much room and one more.</param>
    public FoldedLine(ReadOnlySpan<char> line, Span<char> text, Span<int> places)
    {
        var length = 0;
        var i = 0;
        for (; i < line.Length && length < text.Length; i++)
        {
            var c = line[i];
            if (c is >= '\u0300' and <= '\u036F')
            {
                continue;
            }

            places[length] = i;
            text[length++] = c is >= '\u00C0' and < '\u0180' ? Plain[c - 0xC0] : c is '\u00A0' or '\u202F' ? ' ' : char.ToLowerInvariant(c);
        }

        // Past the accents that belong to the last letter.
        while (i < line.Length && line[i] is >= '\u0300' and <= '\u036F')
        {
            i++;
        }

        places[length] = i;
        Text = text[..length];
        _places = places[..(length + 1)];
    }

    /// <summary>The folded text.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <summary>The UTF-16 unit of the line of which a unit of the folded text was made.</summary>
    public int Place(int index) => _places[index];

    private static char Unaccented(char c)
    {
        var parts = c.ToString().Normalize(System.Text.NormalizationForm.FormD);
        return char.ToLowerInvariant(parts.Length > 1 && CharUnicodeInfo.GetUnicodeCategory(parts[1]) == UnicodeCategory.NonSpacingMark ? parts[0] : c);
    }
}
