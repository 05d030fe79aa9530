using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A headline of which a piece is missing.</summary>
internal sealed class CutHeadlineRule() : TextRule(
    "headline-cut",
    FindingSeverity.Warning,
    "A headline that begins with a small letter or closing punctuation, or ends with a comma, a hyphen, dots, an opening mark, or a word that needs another behind it. Names like iPhone and al-Qaida may come first.",
    new RuleExample("fr", "les nouveaux horizons stratégiques", "Les nouveaux horizons stratégiques", "headline"))
{
    internal override void Check(ArticleScan scan, in TextPart part)
    {
        if (part.Kind != TextKind.Headline)
        {
            return;
        }

        var text = part.Text;
        var words = scan.WordsOf(part);
        var begin = text.AsSpan().IndexOfAnyExcept(" \u00A0\u202F\t");
        var end = text.AsSpan().LastIndexOfAnyExcept(" \u00A0\u202F\t") + 1;
        if (begin < 0 || words.IsEmpty)
        {
            return;
        }

        if (text[begin] is ',' or '.' or ';' or ':' or ')' or '»' or '”' or '!' or '?' && !text.AsSpan(begin).StartsWith("..."))
        {
            scan.Report(this, part, begin, begin + 1, "The headline begins with the end of something: is it cut?");
        }
        else if (words[0].Start == begin && char.IsLower(text[begin]) && !IsName(text, words[0]))
        {
            var first = text[begin];
            Edit[] edits = char.ToUpperInvariant(first) != first ? [new Edit(begin, begin + 1, char.ToUpperInvariant(first).ToString())] : [];
            scan.Report(this, part, words[0].Start, words[0].End, "The headline begins with a small letter: is it cut?", edits);
        }

        if (text[end - 1] is ',' or ';' or ':' or '-' or '–' or '—' or '…' or '(' or '[' or '«' or '“' or '„' || text.AsSpan(0, end).EndsWith("..."))
        {
            scan.Report(this, part, end - 1, end, "The headline ends in the middle: is it cut?");
        }
        else if (words.Length > 2 && words[^1].End == end && IsNeverLast(scan, text.AsSpan(words[^1].Start, words[^1].Length)))
        {
            scan.Report(this, part, words[^1].Start, words[^1].End, $"A headline that ends with \"{text[words[^1].Start..end]}\" looks cut.");
        }
    }

    // iPhone, eBay; al-Qaida, el-Sissi, d'Artagnan, von der Leyen.
    private static bool IsName(string text, Word word)
    {
        foreach (var c in text.AsSpan(word.Start, word.Length))
        {
            if (char.IsUpper(c) || char.IsAsciiDigit(c))
            {
                return true;
            }
        }

        return (word.Length <= 2 && word.End + 1 < text.Length && text[word.End] is '-' or '\'' or '’' && char.IsUpper(text[word.End + 1]))
            || (text.AsSpan(word.Start, word.Length) is "von" or "van" && word.End < text.Length && text[word.End] == ' ');
    }

    // In small letters: Vitamin A and Plan B end with capitals.
    private static bool IsNeverLast(ArticleScan scan, ReadOnlySpan<char> word)
    {
        foreach (var never in scan.Language.NeverLast)
        {
            if (word.SequenceEqual(never))
            {
                return true;
            }
        }

        return false;
    }
}
