using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings;

/// <summary>Reads an article as an editor would, and names what looks wrong.</summary>
public static class ArticleChecker
{
    /// <summary>Runs all rules over an article, in time linear in its length. Without findings it allocates nothing.</summary>
    /// <param name="article">Any article, also one that the validator refuses.</param>
    /// <param name="limits">How many findings are wanted; null: <see cref="FindingLimits.Default"/>.</param>
    public static ArticleFindings Check(Article article, FindingLimits? limits = null) =>
        ArticleScan.Run(article, limits ?? FindingLimits.Default);
}
