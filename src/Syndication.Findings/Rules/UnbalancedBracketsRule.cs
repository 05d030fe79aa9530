using System.Buffers;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A bracket without its partner.</summary>
internal sealed class UnbalancedBracketsRule() : TextRule(
    "unbalanced-brackets",
    FindingSeverity.Warning,
    "A round or square bracket without its partner in the same paragraph. Numbers of lists, as in a) or 1), and faces made of punctuation are none.",
    new RuleExample("en", "The mayor (of Valmere resigned.", "The mayor (of Valmere) resigned."))
{
    private const int MaxDepth = 16;

    private static readonly SearchValues<char> Brackets = SearchValues.Create("()[]");

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        var at = text.AsSpan().IndexOfAny(Brackets);
        if (at < 0)
        {
            return;
        }

        Span<int> open = stackalloc int[MaxDepth];
        var depth = 0;
        while (at < text.Length)
        {
            if (text[at] is '(' or '[')
            {
                if (depth == MaxDepth)
                {
                    return;
                }

                open[depth] = at;
                depth += IsFace(text, at) ? 0 : 1;
            }
            else if (depth > 0 && text[open[depth - 1]] == (text[at] == ')' ? '(' : '['))
            {
                depth--;
            }
            else if (!IsFace(text, at) && !EndsNumber(text, at))
            {
                scan.Report(this, part, at, at + 1, "This bracket closes what none has opened.");
            }

            var next = text.AsSpan(at + 1).IndexOfAny(Brackets);
            at = next < 0 ? text.Length : at + 1 + next;
        }

        for (var i = 0; i < depth; i++)
        {
            scan.Report(this, part, open[i], open[i] + 1, "This bracket is not closed.");
        }
    }

    private static bool IsFace(string text, int at) => at > 0 && (text[at - 1] is ':' or ';' || (at > 1 && text[at - 1] == '-' && text[at - 2] is ':' or ';'));

    /// <summary>Whether one or two letters or digits stand before it, with nothing or a space before them.</summary>
    private static bool EndsNumber(string text, int at)
    {
        var start = at;
        while (start > 0 && at - start < 3 && char.IsLetterOrDigit(text[start - 1]))
        {
            start--;
        }

        return at - start is 1 or 2 && (start == 0 || char.IsWhiteSpace(text[start - 1]));
    }
}
