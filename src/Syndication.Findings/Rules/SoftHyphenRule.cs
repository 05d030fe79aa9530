using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Places to break a word that another layout left behind.</summary>
internal sealed class SoftHyphenRule() : TextRule(
    "soft-hyphen",
    FindingSeverity.Warning,
    "Soft hyphens (U+00AD), one finding for each word that has some: a search for the word does not find it.",
    new RuleExample("fr", "le pre\u00ADmier étage", "le premier étage"))
{
    private const char SoftHyphen = '\u00AD';

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        for (var at = 0; text.AsSpan(at).IndexOf(SoftHyphen) is >= 0 and var next;)
        {
            at += next;
            var start = at;
            while (start > 0 && char.IsLetterOrDigit(text[start - 1]))
            {
                start--;
            }

            var end = at + 1;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == SoftHyphen))
            {
                end++;
            }

            var word = text[start..end].Replace("\u00AD", "", StringComparison.Ordinal);
            scan.Report(this, part, start, end, $"\"{word}\" holds a soft hyphen.", [new Edit(start, end, word)], isSafe: true);
            at = end;
        }
    }
}
