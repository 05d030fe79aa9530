namespace Syndication.Findings;

/// <summary>How many findings are worked out in full; the others are only counted.</summary>
/// <param name="PerRule">Of each rule.</param>
/// <param name="Total">Of an article.</param>
public sealed record FindingLimits(int PerRule, int Total)
{
    /// <summary>10 of a rule, 100 of an article: an answer grows by 60 KB at most.</summary>
    public static FindingLimits Default { get; } = new(10, 100);

    /// <summary>All of them, for tools that mend a file.</summary>
    public static FindingLimits None { get; } = new(int.MaxValue, int.MaxValue);
}
