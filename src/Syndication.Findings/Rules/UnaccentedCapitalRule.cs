using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A capital without the accent that the same word has elsewhere.</summary>
internal sealed class UnaccentedCapitalRule() : Rule(
    "unaccented-capital",
    FindingSeverity.Warning,
    "A word that begins with a capital without an accent where the article elsewhere accents the capital of the same word; also singular against plural. Reported once for each word. Where the one without is said by somebody, the other is named.",
    new RuleExample("fr", "Une visite d’Etat. Le secrétaire d’État est venu.", "Une visite d’État. Le secrétaire d’État est venu."))
{
    private const int MinLength = 3;
    private const int MaxAccented = 64;

    internal override void Check(ArticleScan scan)
    {
        // Few words begin with an accented capital: each of them looks through all words, and not the other way round.
        Span<Place> seen = stackalloc Place[MaxAccented];
        var count = 0;
        for (var part = 0; part < scan.Parts.Length; part++)
        {
            var text = scan.Parts[part].Text;
            foreach (var word in scan.WordsOf(scan.Parts[part]))
            {
                if (word.IsCapitalised && word.Length >= MinLength && text[word.Start] >= 0xC0 && FoldedName.Fold(text[word.Start]) < 0x80
                    && count < MaxAccented && !IsSeen(scan, seen[..count], text.AsSpan(word.Start, word.Length)))
                {
                    seen[count++] = new Place(part, word.Start, word.End);
                    Compare(scan, seen[count - 1]);
                }
            }
        }
    }

    private static bool IsSeen(ArticleScan scan, ReadOnlySpan<Place> seen, ReadOnlySpan<char> word)
    {
        foreach (var place in seen)
        {
            if (Stem(place.TextIn(scan)).SequenceEqual(Stem(word)))
            {
                return true;
            }
        }

        return false;
    }

    private void Compare(ArticleScan scan, Place accented)
    {
        var right = accented.TextIn(scan);
        Place? spoken = null;
        for (var part = 0; part < scan.Parts.Length; part++)
        {
            var text = scan.Parts[part].Text;
            foreach (var word in scan.WordsOf(scan.Parts[part]))
            {
                if (!word.IsCapitalised || text[word.Start] >= 0x80 || !IsWithout(text.AsSpan(word.Start, word.Length), right))
                {
                    continue;
                }

                if (!scan.IsSpoken(scan.Parts[part], word.Start, word.End))
                {
                    scan.Report(
                        this,
                        scan.Parts[part],
                        word.Start,
                        word.End,
                        $"\"{text.AsSpan(word.Start, word.Length)}\" here, \"{right}\" elsewhere.",
                        [new Edit(word.Start, word.Start + 1, right[..1].ToString())],
                        isSafe: true);
                    return;
                }

                spoken ??= new Place(part, word.Start, word.End);
            }
        }

        if (spoken is { } said)
        {
            scan.Report(this, scan.Parts[accented.Part], accented.Start, accented.End, $"\"{right}\" here, \"{said.TextIn(scan)}\" in what somebody says.");
        }
    }

    private static bool IsWithout(ReadOnlySpan<char> word, ReadOnlySpan<char> accented) =>
        FoldedName.Fold(word[0]) == FoldedName.Fold(accented[0]) && Stem(word)[1..].SequenceEqual(Stem(accented)[1..]);

    private static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word) => word.Length > MinLength && word[^1] == 's' ? word[..^1] : word;
}
