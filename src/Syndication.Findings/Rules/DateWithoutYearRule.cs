using System.Collections.Frozen;
using Syndication.Findings.Languages;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A day that nobody will know a year from now.</summary>
internal sealed class DateWithoutYearRule() : Rule(
    "date-without-year",
    FindingSeverity.Warning,
    "A day without its year (18 juin), otherwise a day told by the day of writing (demain, on Monday), in an article that says nowhere on which day it was written: no full date in the text, no time in dateline or created_time. Reported once.",
    new RuleExample("fr", "Il sera en visite demain (18 juin).", "Il sera en visite demain (18 juin 2024)."))
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Names =
        NewsLanguage.AllMonths.GetAlternateLookup<ReadOnlySpan<char>>();

    internal override void Check(ArticleScan scan)
    {
        var article = scan.Article;
        if (scan.Language.Months is not { } months || article.CreatedTime is not null || article.Dateline?.Time is not null || HasYear(article.Dateline?.Text))
        {
            return;
        }

        Place? day = null;
        for (var part = 0; part < scan.Parts.Length; part++)
        {
            var text = scan.Parts[part].Text;
            for (var at = 0; text.AsSpan(at).IndexOfAny(months) is >= 0 and var next; at++)
            {
                at += next;
                var (start, end, isFull) = ReadDate(text, at, scan.Language.DayFollowsMonth);
                if (isFull)
                {
                    return;
                }

                if (end > 0 && day is null && !scan.IsSpoken(scan.Parts[part], start, end))
                {
                    day = new Place(part, start, end);
                }
            }
        }

        day ??= FindRelative(scan);
        if (day is { } found && !HasNumericDate(scan))
        {
            scan.Report(this, scan.Parts[found.Part], found.Start, found.End, $"\"{found.TextIn(scan)}\" of which year? The article has no full date.");
        }
    }

    /// <summary>The day and month at the month's name; nothing where no day is beside it.</summary>
    private static (int Start, int End, bool IsFull) ReadDate(string text, int at, bool dayFollowsMonth)
    {
        var end = at;
        while (end < text.Length && char.IsLetter(text[end]))
        {
            end++;
        }

        // Not inside another word, as mai in semaine. Abbreviations end with a point.
        if ((at > 0 && char.IsLetterOrDigit(text[at - 1])) || end - at < 3 || !Names.Contains(text.AsSpan(at, end - at)))
        {
            return default;
        }

        end += end < text.Length && text[end] == '.' && end - at <= 4 ? 1 : 0;
        var day = DayBefore(text, at);
        if (day >= 0)
        {
            return (day, end, HasYearAfter(text, end));
        }

        var last = dayFollowsMonth ? DayAfter(text, end) : -1;
        return last >= 0 ? (at, last, HasYearAfter(text, last)) : default;
    }

    private static int DayBefore(string text, int at)
    {
        // 18 juin, 1er juin, 18. Juni, 18 de junio, 17 June, 17th of June.
        var before = text.AsSpan(0, at).TrimEnd();
        if (before.EndsWith(" de") || before.EndsWith(" of"))
        {
            before = before[..^3].TrimEnd();
        }

        if (before.EndsWith("er") || before.EndsWith("st") || before.EndsWith("nd") || before.EndsWith("rd") || before.EndsWith("th"))
        {
            before = before[..^2];
        }

        before = before.TrimEnd(".º°");
        var start = before.Length;
        while (start > 0 && before.Length - start < 3 && char.IsAsciiDigit(before[start - 1]))
        {
            start--;
        }

        return before.Length - start is 1 or 2 ? start : -1;
    }

    private static int DayAfter(string text, int end)
    {
        var start = end;
        while (start < text.Length && text[start] is ' ' or '\u00A0')
        {
            start++;
        }

        var last = start;
        while (last < text.Length && last - start < 3 && char.IsAsciiDigit(text[last]))
        {
            last++;
        }

        return last - start is 1 or 2 ? last : -1;
    }

    private static bool HasYearAfter(string text, int end)
    {
        var after = text.AsSpan(end).TrimStart(" \u00A0\u202F,.");
        after = after.StartsWith("de ") || after.StartsWith("del ") ? after[(after.IndexOf(' ') + 1)..] : after;
        return after.Length >= 4 && IsYear(after[..4]) && (after.Length == 4 || !char.IsAsciiDigit(after[4]));
    }

    private static bool IsYear(ReadOnlySpan<char> four) => four is ['1' or '2', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9'];

    private static bool HasYear(ReadOnlySpan<char> text)
    {
        for (var i = 0; i + 4 <= text.Length; i++)
        {
            if (IsYear(text.Slice(i, 4)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text has a date such as 17/06/2024, 17.6.2024 or 2024-06-17. Asked only where something is to be reported.</summary>
    private static bool HasNumericDate(ArticleScan scan)
    {
        foreach (ref readonly var part in scan.Parts)
        {
            var text = part.Text;
            for (var i = 0; i + 4 <= text.Length; i++)
            {
                if (IsYear(text.AsSpan(i, 4))
                    && ((i > 3 && text[i - 1] is '/' or '.' or '-' && char.IsAsciiDigit(text[i - 2]))
                        || (i + 6 < text.Length && text[i + 4] is '-' or '/' && char.IsAsciiDigit(text[i + 5]) && char.IsAsciiDigit(text[i + 6]))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Place? FindRelative(ArticleScan scan)
    {
        var words = scan.Language.RelativeDays!;
        for (var part = 0; part < scan.Parts.Length; part++)
        {
            var text = scan.Parts[part].Text;
            for (var at = 0; text.AsSpan(at).IndexOfAny(words) is >= 0 and var next; at++)
            {
                at += next;
                var end = at;
                while (end < text.Length && (char.IsLetter(text[end]) || text[end] is '\'' or '’' or '-'))
                {
                    end++;
                }

                if ((at == 0 || !char.IsLetter(text[at - 1])) && scan.Language.IsRelative(text.AsSpan(at, end - at)) && !scan.IsSpoken(scan.Parts[part], at, end))
                {
                    return new Place(part, at, end);
                }
            }
        }

        return null;
    }
}
