using Syndication.V1;

namespace Syndication.Findings;

/// <summary>What was found in an article.</summary>
/// <param name="Findings">In the order of the rules, within one in the order of the text.</param>
/// <param name="Omitted">How many more there are, beyond the limits.</param>
public sealed record ArticleFindings(IReadOnlyList<Finding> Findings, int Omitted)
{
    /// <summary>Nothing.</summary>
    public static ArticleFindings None { get; } = new([], 0);
}
