using System.Globalization;

namespace Syndication.Formats.WireText;

/// <summary>Lines that say who owns a text.</summary>
/// <remarks>
/// A rights line has at most 200 UTF-16 units and begins with ©, or begins with (c) or Copyright and has a © or a year, or
/// reserves all rights in one of the languages that <see cref="LanguageDetector"/> knows. The holder is what remains of it without these words, years,
/// "by", and punctuation around; empty when nothing does.
/// </remarks>
internal static class RightsLine
{
    private const int MaxLength = 200;

    // Of the shortest reservation; a search by culture data is slow, and most short lines are not worth one.
    private const int MinReservationLength = 19;

    private static readonly string[] Reservations =
    [
        "alle rechte vorbehalten",
        "all rights reserved",
        "todos los derechos reservados",
        "reservados todos los derechos",
        "tous droits réservés",
        "tutti i diritti riservati",
        "tutti i diritti sono riservati",
        "alle rechten voorbehouden",
        "todos os direitos reservados",
    ];

    private static readonly CompareInfo Words = CultureInfo.InvariantCulture.CompareInfo;

    public static bool Is(ReadOnlySpan<char> line)
    {
        if (line.Length > MaxLength)
        {
            return false;
        }

        if (line.StartsWith('©'))
        {
            return true;
        }

        // There are headings like "Copyright in the age of machines".
        if ((line.StartsWith("(c)", StringComparison.OrdinalIgnoreCase) || line.StartsWith("copyright", StringComparison.OrdinalIgnoreCase))
            && (line.Contains('©') || HasYear(line)))
        {
            return true;
        }

        if (line.Length < MinReservationLength)
        {
            return false;
        }

        foreach (var reservation in Reservations)
        {
            if (Find(line, reservation, out _) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The owner that a rights notice of one or more lines names, or nothing.</summary>
    public static string FindHolder(string notice)
    {
        foreach (var line in notice.Split('\n'))
        {
            if (FindHolderInLine(line.Trim()) is { Length: > 0 } holder)
            {
                return holder;
            }
        }

        return "";
    }

    private static string FindHolderInLine(string line)
    {
        foreach (var reservation in Reservations)
        {
            if (Find(line, reservation, out var length) is >= 0 and var at)
            {
                // What follows the sentence, or else what comes before it.
                var after = line[(at + length)..];
                line = line[..at];
                if (Clean(line).Length == 0)
                {
                    line = after;
                }

                break;
            }
        }

        return Clean(line);
    }

    private static string Clean(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Replace("©", "", StringComparison.Ordinal))
            .SkipWhile(IsNoName);
        return string.Join(' ', words.Reverse().SkipWhile(IsNoName).Reverse()).Trim(',', ';', ':', '.', '|', '-', '–', '—', ' ');
    }

    private static bool IsNoName(string word)
    {
        var core = word.Trim(',', '.', ';', ':', '(', ')', '|', '-', '–', '—');
        return !core.Any(char.IsLetter)
            || core.Equals("c", StringComparison.OrdinalIgnoreCase)
            || core.Equals("by", StringComparison.OrdinalIgnoreCase)
            || core.Equals("copyright", StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasYear(ReadOnlySpan<char> line)
    {
        var digits = 0;
        foreach (var c in line)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits == 4)
            {
                return true;
            }
        }

        return false;
    }

    private static int Find(ReadOnlySpan<char> line, string words, out int length) =>
        Words.IndexOf(line, words, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace, out length);
}
