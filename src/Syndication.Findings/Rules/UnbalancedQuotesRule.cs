using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A quotation without its beginning or its end.</summary>
internal sealed class UnbalancedQuotesRule() : Rule(
    "unbalanced-quotes",
    FindingSeverity.Warning,
    "An opening quotation mark without a closing one in the same paragraph, or the reverse. A quotation that goes on in the next paragraph, which then begins with a mark too, is whole.",
    new RuleExample("fr", "Il a dit « oui, et s’est assis.", "Il a dit « oui », et s’est assis."))
{
    internal override void Check(ArticleScan scan)
    {
        var parts = scan.Parts;
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var quotation in scan.QuotationsOf(parts[i]))
            {
                if (!quotation.IsBroken || (quotation.Close < 0 && i + 1 < parts.Length && BeginsQuoted(parts[i + 1].Text)))
                {
                    continue;
                }

                scan.Report(
                    this,
                    parts[i],
                    quotation.First,
                    quotation.First + 1,
                    quotation.Open < 0 ? "This quotation mark closes what none has opened." : "This quotation mark is not closed.");
            }
        }
    }

    private static bool BeginsQuoted(string text) => text.AsSpan().TrimStart() is [var first, ..] && first is '«' or '»' or '“' or '”' or '„' or '"';
}
