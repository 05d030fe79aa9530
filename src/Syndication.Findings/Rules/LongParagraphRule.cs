using System.Globalization;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A paragraph that nobody reads to its end.</summary>
internal sealed class LongParagraphRule() : TextRule(
    "long-paragraph",
    FindingSeverity.Info,
    "A paragraph of more than 1,800 UTF-16 units, some 300 words.",
    new RuleExample("en", "301 words without a break", "…"))
{
    /// <summary>Some 300 words: three times what newsrooms' style books advise.</summary>
    internal const int MaxLength = 1_800;

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        if (part.Kind == TextKind.Paragraph && part.Text.Length > MaxLength)
        {
            scan.Report(
                this, part, 0, 0, string.Create(CultureInfo.InvariantCulture, $"The paragraph has {scan.WordsOf(part).Length} words: part it."));
        }
    }
}
