using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A rule that looks at each text of an article by itself.</summary>
public abstract class TextRule(string code, FindingSeverity severity, string summary, RuleExample example) : Rule(code, severity, summary, example)
{
    internal sealed override void Check(ArticleScan scan)
    {
        if (!AppliesTo(scan))
        {
            return;
        }

        foreach (ref readonly var part in scan.Parts)
        {
            if (!part.IsSpoken)
            {
                Check(scan, part);
            }
        }
    }

    internal virtual bool AppliesTo(ArticleScan scan) => true;

    internal abstract void Check(ArticleScan scan, in TextPart part);
}
