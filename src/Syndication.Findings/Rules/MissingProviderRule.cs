using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Nobody is named as the supplier.</summary>
internal sealed class MissingProviderRule() : Rule(
    "missing-provider",
    FindingSeverity.Info,
    "An article that does not say who supplies it.",
    new RuleExample("en", "", "Agence des Deux-Rives", "provider"))
{
    internal override void Check(ArticleScan scan)
    {
        if (scan.Article.Provider is not ({ Name.Length: > 0 } or { Code.Length: > 0 }))
        {
            scan.Report(this, "provider", "The article does not say who supplies it.");
        }
    }
}
