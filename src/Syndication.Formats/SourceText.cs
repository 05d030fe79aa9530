using System.Buffers;
using System.Text;

namespace Syndication.Formats;

/// <summary>Texts as the contract's fields can hold them.</summary>
internal static class SourceText
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(c => char.IsControl(c) && c != '\n'), '\u2028', '\u2029', '\uFFFE', '\uFFFF', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    /// <summary>One line: white space is collapsed to single spaces, what no text may hold is left out.</summary>
    public static string Line(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var line = new StringBuilder(text.Length);
        foreach (var c in Clean(text))
        {
            if (!IsSpace(c))
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.Length > 0 && line[^1] == ' ' ? line.ToString(0, line.Length - 1) : line.ToString();
    }

    /// <summary>Lines: line ends become line feeds, blanks at both ends go, and so does what no text may hold.</summary>
    public static string Lines(string? text) => string.IsNullOrEmpty(text) ? "" : Clean(text).Trim(' ', '\t', '\n');

    /// <summary>The same without touching white space: line ends become line feeds, unpaired surrogates U+FFFD, controls go.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Suspicious))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        var before = default(Rune);
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\n' when before.Value == '\r':
                case 0xFFFE or 0xFFFF:
                    break;
                case '\r' or 0x85 or 0x2028 or 0x2029 or '\f' or '\v':
                    clean.Append('\n');
                    break;
                case '\t' or '\n':
                case >= ' ' and < 0x7F or >= 0xA0:
                    clean.Append(units[..rune.EncodeToUtf16(units)]);
                    break;
            }

            before = rune;
        }

        return clean.ToString();
    }

    /// <summary>The same texts, but for white space.</summary>
    public static bool SameWords(string first, string second) => first == second || Line(first) == Line(second);

    /// <summary>The first code points of a text, cut where a word ends if one does.</summary>
    public static string Cut(string text, int codePoints)
    {
        if (text.Length <= codePoints)
        {
            return text;
        }

        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (codePoints-- == 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        if (end == text.Length)
        {
            return text;
        }

        var word = text.LastIndexOf(' ', end - 1);
        return text[..(word > end / 2 ? word : end)].TrimEnd();
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n';
}
