using System.Buffers;
using System.Collections.Frozen;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Two sentences or parts of one that have grown together.</summary>
internal sealed class MissingSpaceAfterStopRule() : TextRule(
    "missing-space-after-stop",
    FindingSeverity.Warning,
    "A full stop, comma, semicolon, question or exclamation mark between two words without a space. Addresses, file names, abbreviations and inclusive endings (acteur.rice) are none.",
    new RuleExample("fr", "et d’énergie.portant la coopération", "et d’énergie. portant la coopération"))
{
    private static readonly SearchValues<char> Stops = SearchValues.Create(".,;?!");

    // Of addresses. Those with two letters are never taken for words.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NoWords = new[]
    {
        "com", "org", "net", "gov", "edu", "mil", "int", "info", "biz", "name", "pro", "museum", "aero", "coop", "jobs", "mobi", "travel", "cat", "app", "dev", "blog", "shop",
        "online", "site", "tech", "news", "media", "press", "live", "paris", "london", "berlin", "bzh", "alsace", "corsica", "eus", "gal", "africa", "asia", "club", "top",
        "web", "store", "world", "tel", "gouv", "asso", "html", "htm", "php", "asp", "aspx", "jsp", "pdf", "doc", "docx", "xls", "xlsx", "txt", "csv", "xml", "json", "jpg", "jpeg",
        "png", "gif", "svg", "mp3", "mp4", "avi", "mov", "zip", "rar", "tar", "exe", "dll", "apk", "ipa", "net", "log", "ini", "cfg",
        "rice", "rices", "trice", "trices", "euse", "euses", "ère", "ères", "ière", "ières", "elle", "elles", "enne", "ennes", "esse", "esses", "ive", "ives", "nes", "tes",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        for (var at = 0; text.AsSpan(at).IndexOfAny(Stops) is >= 0 and var next; at++)
        {
            at += next;
            if (at > 1 && at + 2 < text.Length && char.IsLetter(text[at + 1]) && char.IsLetter(text[at - 1]) && char.IsLetter(text[at + 2]) && char.IsLetter(text[at - 2]))
            {
                Check(scan, part, at);
            }
        }
    }

    private void Check(ArticleScan scan, in TextPart part, int at)
    {
        var text = part.Text;
        var start = at;
        while (start > 0 && char.IsLetter(text[start - 1]))
        {
            start--;
        }

        var end = at + 1;
        while (end < text.Length && char.IsLetter(text[end]))
        {
            end++;
        }

        var left = text.AsSpan(start, at - start);
        var right = text.AsSpan(at + 1, end - at - 1);
        if (IsPartOfAddress(text, start, end) || text[at + 1] >= 0x0530 || (text[at] == '.' && !EndsSentence(left, right)))
        {
            return;
        }

        // A small letter shows that more than a space may be lost.
        scan.Report(
            this, part, start, end, $"There is no space after \"{text[at]}\".", [new Edit(at + 1, at + 1, " ")], isSafe: text[at] != '.' || char.IsUpper(text[at + 1]));
    }

    private static bool EndsSentence(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (!char.IsLower(left[^1]) || NoWords.Contains(right))
        {
            return false;
        }

        return char.IsUpper(right[0]) ? char.IsLower(right[1]) : left.Length > 2 && right.Length > 2;
    }

    /// <summary>Whether what stands beside the two words belongs to them, and says that they are an address or the like.</summary>
    private static bool IsPartOfAddress(string text, int start, int end)
    {
        var before = start > 0 ? text[start - 1] : ' ';
        var after = end < text.Length ? text[end] : ' ';
        return before is '@' or '/' or '_' or '.' or '=' or '&' or '#' or '\\' || char.IsAsciiDigit(before)
            || after is '@' or '/' or '_' or '=' or '\\' or ':' || char.IsAsciiDigit(after)
            || (after is '.' or '-' && end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1]));
    }
}
