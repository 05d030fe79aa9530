using System.Buffers;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Spaces at which a line of French must not break.</summary>
internal sealed class FrenchSpacingRule() : TextRule(
    "french-spacing",
    FindingSeverity.Info,
    "In French: an ordinary space inside guillemets or before : ; ! ? where one that does not break belongs (U+00A0 inside guillemets and before the colon, U+202F before the others; in fr-CA U+00A0 throughout).",
    new RuleExample("fr", "Elle a dit : « Oui » ; et lui ?", "Elle a dit\u00A0: «\u00A0Oui\u00A0»\u202F; et lui\u202F?"))
{
    private static readonly SearchValues<char> Marks = SearchValues.Create("«»:;!?");

    internal override bool AppliesTo(ArticleScan scan) => scan.Language.Code == "fr";

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        for (var at = 0; text.AsSpan(at).IndexOfAny(Marks) is >= 0 and var next; at++)
        {
            at += next;
            if (text[at] == '«')
            {
                var end = at + 1;
                while (end < text.Length && text[end] == ' ')
                {
                    end++;
                }

                if (end > at + 1 && end < text.Length)
                {
                    scan.Report(this, part, at, end, "An ordinary space after «: the line may break there.", [new Edit(at + 1, end, "\u00A0")], isSafe: true);
                }

                continue;
            }

            var start = at;
            while (start > 0 && text[start - 1] == ' ')
            {
                start--;
            }

            if (start < at && start > 0 && !IsFace(text, at) && text[start - 1] != '«')
            {
                scan.Report(
                    this, part, start, at + 1, $"An ordinary space before {text[at]}: the line may break there.", [new Edit(start, at, Space(scan, text[at]))], isSafe: true);
            }
        }
    }

    private static string Space(ArticleScan scan, char mark) =>
        mark is '»' or ':' || scan.Article.Language.EndsWith("-CA", StringComparison.OrdinalIgnoreCase) ? "\u00A0" : "\u202F";

    private static bool IsFace(string text, int at) => text[at] is ':' or ';' && at + 1 < text.Length && text[at + 1] is ')' or '(' or '-' or 'D';
}
