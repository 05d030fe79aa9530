using System.Globalization;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A word or phrase that was written twice.</summary>
internal sealed class DoubledWordRule() : TextRule(
    "doubled-word",
    FindingSeverity.Warning,
    "A word, or a phrase of two to four words, twice in a row with nothing but a space between. Names, numbers, and words that a language doubles (nous nous, had had) are none.",
    new RuleExample("en", "He went to the the harbour", "He went to the harbour"))
{
    private const int MaxPhrase = 4;
    private const int MinPhraseLength = 6;

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var words = scan.WordsOf(part);
        for (var i = 0; i < words.Length; i++)
        {
            for (var count = 1; count <= MaxPhrase && i + (2 * count) <= words.Length; count++)
            {
                if (words[i].Length == words[i + count].Length && BeginAlike(part.Text, words[i], words[i + count]) && IsRepeated(scan, part.Text, words, i, count))
                {
                    var (first, last, again) = (words[i], words[i + (2 * count) - 1], words[i + count - 1].End);
                    scan.Report(
                        this, part, first.Start, last.End, $"\"{part.Text[first.Start..again]}\" stands here twice.", [new Edit(again, last.End, "")]);
                    i += (2 * count) - 1;
                    break;
                }
            }
        }
    }

    // What most pairs of words do not. The bit is the letter case of Latin, Greek and Cyrillic letters, or nothing that matters here.
    private static bool BeginAlike(string text, Word one, Word other) => (text[one.Start] | 0x20) == (text[other.Start] | 0x20);

    private static bool IsRepeated(ArticleScan scan, string text, ReadOnlySpan<Word> words, int at, int count)
    {
        var (isName, isNumber) = (true, false);
        for (var i = 0; i < count; i++)
        {
            var (one, other) = (words[at + i], words[at + count + i]);
            if (!text.AsSpan(one.Start, one.Length).Equals(text.AsSpan(other.Start, other.Length), StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            isName &= other.IsCapitalised;
            isNumber |= (one.Traits & WordTraits.HasDigit) != 0;
        }

        for (var i = 1; i < 2 * count; i++)
        {
            if (!text.AsSpan(words[at + i - 1].End, words[at + i].Start - words[at + i - 1].End).IsWhiteSpace())
            {
                return false;
            }
        }

        var length = words[at + count - 1].End - words[at].Start;
        return !isName && !isNumber && (count == 1 ? !IsRepeatable(scan, text.AsSpan(words[at].Start, length)) : length >= MinPhraseLength)
            && IsOfWords(text[words[at].Start]);
    }

    // Scripts that part words by spaces, and double none of them for grammar.
    private static bool IsOfWords(char c) => c < 0x0590 && char.GetUnicodeCategory(c) != UnicodeCategory.OtherLetter;

    private static bool IsRepeatable(ArticleScan scan, ReadOnlySpan<char> word)
    {
        foreach (var repeatable in scan.Language.Repeatable)
        {
            if (word.Equals(repeatable, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
