using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>What a first paragraph begins with when it says where and when it was written.</summary>
/// <remarks>
/// <para>A dateline has at most 120 UTF-16 units on one line: a place, then a comma and a day, an agency in parentheses, or both in either
/// order, then a dash (<c>- – —</c> or <c>--</c>) with white space or the end of the line behind it. The dash does not belong to it.</para>
/// <para>The agency begins with a capital or is one word. The place is words that begin with capitals, at most six, with their hyphens, apostrophes and full stops, and a
/// comma between (<c>WASHINGTON, D.C.</c>); where there is no agency, its first word is all capitals. The day is one to four
/// words after a comma, of which one begins with a digit and the rest are letters (<c>17 juin</c>, <c>June 17</c>, <c>1er août
/// 2024</c>). A place with only a dash is none: rubrics look the same (<c>ANALYSE – …</c>).</para>
/// <para>The time is not set: most datelines have no year.</para>
/// </remarks>
internal static class DatelineStart
{
    private const int MaxLength = 120;
    private const int MaxPlaceWords = 6;
    private const int MaxDayWords = 4;

    /// <summary>Finds the dateline that a paragraph begins with.</summary>
    /// <param name="paragraph">Without white space before.</param>
    /// <param name="text">Where the text after the dash begins; the length of the paragraph when there is none.</param>
    /// <returns>The length of the dateline; 0 when there is none.</returns>
    public static int Find(ReadOnlySpan<char> paragraph, out int text)
    {
        text = 0;
        var line = paragraph[..Math.Min(paragraph.Length, MaxLength + 4)];
        line = line.IndexOf('\n') is >= 0 and var end ? line[..end] : line;
        for (var dash = 0; dash < line.Length; dash++)
        {
            if (line[dash] is not ('-' or '–' or '—') || dash == 0 || !(char.IsWhiteSpace(line[dash - 1]) || line[dash - 1] == ')'))
            {
                continue;
            }

            var behind = dash + (line[dash] == '-' && dash + 1 < line.Length && line[dash + 1] == '-' ? 2 : 1);
            if (behind < paragraph.Length && !char.IsWhiteSpace(paragraph[behind]))
            {
                continue;
            }

            var dateline = line[..dash].TrimEnd();
            if (dateline.Length > MaxLength || dateline.Contains('\t') || FindPlace(dateline) == 0)
            {
                return 0;
            }

            text = behind + (paragraph.Length - behind - paragraph[behind..].TrimStart().Length);
            return dateline.Length;
        }

        return 0;
    }

    public static Dateline ToDateline(string text) => new() { Text = text, Place = text[..FindPlace(text)] };

    // The length of the place of a good dateline, or 0.
    private static int FindPlace(ReadOnlySpan<char> dateline)
    {
        var agency = dateline.IndexOf('(');
        var rest = dateline;
        if (agency >= 0)
        {
            var close = dateline.IndexOf(')');
            if (close < agency + 2 || dateline[(close + 1)..].ContainsAny('(', ')') || !IsAgency(dateline[(agency + 1)..close]))
            {
                return 0;
            }

            var tail = dateline[(close + 1)..].Trim();
            if (!tail.IsEmpty && !(tail[0] == ',' && IsDay(tail[1..])))
            {
                return 0;
            }

            rest = dateline[..agency].TrimEnd().TrimEnd(',');
        }

        // The day is what follows the last comma, or the last two (`June 17, 2024`); before it is the place.
        var hasDay = false;
        for (var commas = 0; commas < 2 && rest.LastIndexOf(',') is > 0 and var comma && IsDay(rest[(comma + 1)..]); commas++)
        {
            rest = rest[..comma].TrimEnd();
            hasDay = true;
        }

        return (hasDay || agency >= 0) && IsPlace(rest, capitals: agency < 0) ? rest.Length : 0;
    }

    // (à gauche) is of a caption, (dpa) is an agency.
    private static bool IsAgency(ReadOnlySpan<char> text) => char.IsUpper(text[0]) || (char.IsLetter(text[0]) && !text.ContainsAny(' ', '\u00A0'));

    private static bool IsPlace(ReadOnlySpan<char> text, bool capitals)
    {
        var words = 0;
        foreach (var range in text.Split(' '))
        {
            var word = text[range].TrimEnd(',');
            if (word.IsEmpty || !char.IsUpper(word[0]) || ++words > MaxPlaceWords)
            {
                return false;
            }

            foreach (var c in word)
            {
                if (!(char.IsLetter(c) || c is '-' or '\'' or '’' or '.' or '/' or (>= '\u0300' and <= '\u036F'))
                    || (capitals && words == 1 && char.IsLower(c)))
                {
                    return false;
                }
            }
        }

        return words > 0;
    }

    private static bool IsDay(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var (words, numbers) = (0, 0);
        foreach (var range in text.Split(' '))
        {
            var word = text[range].TrimEnd('.').TrimEnd(',');
            if (word.IsEmpty || ++words > MaxDayWords)
            {
                return false;
            }

            if (char.IsAsciiDigit(word[0]))
            {
                numbers++;
                continue;
            }

            foreach (var c in word)
            {
                if (!char.IsLetter(c))
                {
                    return false;
                }
            }
        }

        return numbers > 0;
    }
}
