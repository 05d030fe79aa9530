using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>One thing that can be wrong with an article.</summary>
/// <param name="code">As findings carry it; never changed.</param>
/// <param name="severity">How bad it is.</param>
/// <param name="summary">What it finds, and where it looks away.</param>
/// <param name="example">What it finds and what would be right; a test checks both.</param>
public abstract class Rule(string code, FindingSeverity severity, string summary, RuleExample example)
{
    /// <summary>As findings carry it.</summary>
    public string Code { get; } = code;

    /// <summary>How bad it is.</summary>
    public FindingSeverity Severity { get; } = severity;

    /// <summary>What it finds, and where it looks away.</summary>
    public string Summary { get; } = summary;

    /// <summary>What it finds and what would be right.</summary>
    public RuleExample Example { get; } = example;

    /// <summary>Its place in <see cref="RuleCatalog.Rules"/>.</summary>
    internal int Index { get; set; }

    internal abstract void Check(ArticleScan scan);
}

/// <summary>A text that a rule finds fault with.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Wrong">The text.</param>
/// <param name="Right">The same without the fault.</param>
/// <param name="Field">Where it stands: <c>body</c>, a paragraph; or the field of the article.</param>
public sealed record RuleExample(string Language, string Wrong, string Right, string Field = "body");
