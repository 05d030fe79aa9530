using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings;

/// <summary>Reads an article as an editor would, and names what looks wrong.</summary>
public static class ArticleChecker
{
    /// <summary>Ten: an answer grows by some 100 KB at most.</summary>
    public const int DefaultPerRule = 10;

    /// <summary>All of them, for tools that mend a text.</summary>
    public const int Unlimited = int.MaxValue;

    /// <summary>Runs all rules over an article, in time linear in its length. Without findings it allocates nothing.</summary>
    /// <param name="article">Any article, also one that the validator refuses.</param>
    /// <param name="perRule">How many findings of each rule are worked out in full; those beyond are only counted.</param>
    public static ArticleFindings Check(Article article, int perRule = DefaultPerRule) => ArticleScan.Run(article, perRule);
}
