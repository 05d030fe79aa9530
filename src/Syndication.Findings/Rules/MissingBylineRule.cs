using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Nobody signs the article.</summary>
internal sealed class MissingBylineRule() : Rule(
    "missing-byline",
    FindingSeverity.Info,
    "A text without byline; pictures, sound and the like need none.",
    new RuleExample("en", "", "Ada Dupont", "byline"))
{
    internal override void Check(ArticleScan scan)
    {
        if (scan.Article.ItemType is ItemType.Unspecified or ItemType.Text && scan.Article.Byline is not ({ Text.Length: > 0 } or { Contributors.Count: > 0 }))
        {
            scan.Report(this, "byline", "Nobody signs the article.");
        }
    }
}
