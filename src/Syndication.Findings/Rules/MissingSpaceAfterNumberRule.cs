using System.Collections.Frozen;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A number and a word that have grown together.</summary>
internal sealed class MissingSpaceAfterNumberRule() : TextRule(
    "missing-space-after-number",
    FindingSeverity.Warning,
    "A number of two digits or more with a word of four small letters or more on it, or a year with any word. Ordinals, units, addresses and names with digits in them are none.",
    new RuleExample("fr", "en juillet 2000lorsqu’il a rencontré", "en juillet 2000 lorsqu’il a rencontré"))
{
    private const int MinLetters = 4;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Endings = new[]
    {
        "er", "ers", "ère", "ères", "e", "es", "ème", "èmes", "ieme", "ième", "ièmes", "eme", "nd", "nde", "nds", "th", "st", "rd", "s", "ths", "ern", "ste", "sten", "ten", "de",
        "km", "kmh", "mph", "kwh", "mwh", "gwh", "mbps", "gbps", "kbps", "min", "sec", "mhz", "ghz", "fps", "rpm", "ppm", "kcal", "mmhg",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        foreach (var word in scan.WordsOf(part))
        {
            if ((word.Traits & WordTraits.LetterAfterDigit) != 0 && Digits(part.Text, word) is > 0 and var digits)
            {
                scan.Report(
                    this, part, word.Start, word.End, "There is no space after the number.", [new Edit(word.Start + digits, word.Start + digits, " ")], isSafe: true);
            }
        }
    }

    /// <summary>How many digits the word begins with; 0 where it may be as it is.</summary>
    private static int Digits(string text, Word word)
    {
        var characters = text.AsSpan(word.Start, word.Length);
        var letters = characters.TrimStart("0123456789");
        var digits = characters.Length - letters.Length;
        var isYear = digits == 4 && characters[0] is '1' or '2' && characters[1] is '9' or '0';
        if (digits < 2
            || (!isYear && letters.Length < MinLetters)
            || (isYear && letters.Length < 2)
            || letters.ContainsAnyInRange('0', '9')
            || Endings.Contains(letters)
            || (word.Start > 0 && text[word.Start - 1] is '@' or '#' or '_' or '/' or '-' or '.' or '&' or '=' or '$' or ':')
            || (word.End < text.Length && text[word.End] is '@' or '_' or '/' or '=')
            || (word.End + 1 < text.Length && text[word.End] is '.' && char.IsLetterOrDigit(text[word.End + 1])))
        {
            return 0;
        }

        // Scripts that part words by spaces. Behind a year a name may follow, otherwise small letters only: 20Minutes is a name.
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] >= 0x0530 || !(char.IsLower(letters[i]) || (isYear && i == 0)))
            {
                return 0;
            }
        }

        return digits;
    }
}
