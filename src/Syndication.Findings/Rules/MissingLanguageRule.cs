using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Nobody said in which language the article is.</summary>
internal sealed class MissingLanguageRule() : Rule(
    "missing-language",
    FindingSeverity.Info,
    "An article whose language is not given, or is und. On publish the language is required anyway.",
    new RuleExample("", "", "fr", "language"))
{
    internal override void Check(ArticleScan scan)
    {
        if (scan.Article.Language.Length == 0 || scan.Article.Language.Equals("und", StringComparison.OrdinalIgnoreCase))
        {
            scan.Report(this, "language", "The language is not given.");
        }
    }
}
