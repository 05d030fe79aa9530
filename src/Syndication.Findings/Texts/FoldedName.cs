using System.Globalization;
using System.Text;

namespace Syndication.Findings.Texts;

/// <summary>Compares names by their letters, without accents, case, spaces and hyphens.</summary>
internal static class FoldedName
{
    /// <summary>What the letters U+00C0 to U+017F are without accents; a space where they are letters of their own.</summary>
    private static readonly string Bases = new([.. Enumerable.Range(0xC0, 0x180 - 0xC0).Select(code => Decompose((char)code))]);

    /// <summary>A hash that is equal for names that are.</summary>
    public static ulong Hash(ReadOnlySpan<char> name)
    {
        // FNV-1a, 64 bits.
        var hash = 14695981039346656037UL;
        foreach (var c in name)
        {
            if (char.IsLetterOrDigit(c))
            {
                hash = (hash ^ Fold(c)) * 1099511628211UL;
            }
        }

        // The low bits choose the bucket.
        return hash ^ (hash >> 32);
    }

    /// <summary>Whether two names are equal.</summary>
    public static bool Equals(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var (i, j) = (0, 0);
        while (true)
        {
            i = NextLetter(one, i);
            j = NextLetter(other, j);
            if (i == one.Length || j == other.Length)
            {
                return i == one.Length && j == other.Length;
            }

            if (Fold(one[i++]) != Fold(other[j++]))
            {
                return false;
            }
        }
    }

    /// <summary>Whether two equal names differ in nothing that counts: accents of capitals, or one that is in capitals throughout.</summary>
    public static bool IsOnlyCapitals(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (IsInCapitals(one) || IsInCapitals(other))
        {
            return true;
        }

        if (one.Length != other.Length)
        {
            return false;
        }

        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && !(IsSpace(one[i]) && IsSpace(other[i])) && !(char.IsUpper(one[i]) && char.IsUpper(other[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A letter in lower case without its accent.</summary>
    public static char Fold(char c) => c switch
    {
        < '\u0080' => char.ToLowerInvariant(c),
        < '\u0180' when c >= '\u00C0' => Bases[c - '\u00C0'] is not ' ' and var letter ? letter : char.ToLowerInvariant(c),
        _ => char.ToLowerInvariant(c),
    };

    private static char Decompose(char c)
    {
        var decomposed = c.ToString().Normalize(NormalizationForm.FormD);
        return decomposed.Length > 1 && CharUnicodeInfo.GetUnicodeCategory(decomposed[1]) == UnicodeCategory.NonSpacingMark ? char.ToLowerInvariant(decomposed[0]) : ' ';
    }

    private static int NextLetter(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && !char.IsLetterOrDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsSpace(char c) => c is ' ' or '\u00A0' or '\u202F';

    private static bool IsInCapitals(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsLower(c))
            {
                return false;
            }
        }

        return true;
    }
}
