using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Fixes;

/// <summary>Applies the fixes of findings to an article.</summary>
public static class ArticleFixes
{
    /// <summary>Mends what is safe to mend unseen, and what then shows, until nothing is left or nothing changes.</summary>
    /// <param name="article">Not changed.</param>
    /// <returns>The mended article, and what was applied, each finding as it was when its turn came.</returns>
    public static (Article Article, IReadOnlyList<Finding> Applied) ApplySafe(Article article)
    {
        // A fix may uncover another, as "&amp;nbsp;" does: each pass makes the text shorter or freer of damage. Bounded all the same.
        var applied = new List<Finding>();
        for (var pass = 0; pass < 5; pass++)
        {
            var findings = ArticleChecker.Check(article, ArticleChecker.Unlimited).Findings;
            var (mended, done) = Apply(article, findings.Where(finding => finding.Fix is { Safe: true }));
            if (done.Count == 0)
            {
                break;
            }

            applied.AddRange(done);
            article = mended;
        }

        return (article, applied);
    }

    /// <summary>Applies fixes. Marks keep their text; where two fixes touch the same place, the first is applied.</summary>
    /// <param name="article">The article that the findings are of; not changed.</param>
    /// <param name="findings">Those without a fix are left out.</param>
    /// <returns>The mended article, and the findings whose fixes were applied.</returns>
    public static (Article Article, IReadOnlyList<Finding> Applied) Apply(Article article, IEnumerable<Finding> findings)
    {
        var byField = findings.Where(finding => finding.Fix is not null).GroupBy(finding => finding.Field).ToDictionary(group => group.Key, group => group.ToList());
        if (byField.Count == 0)
        {
            return (article, []);
        }

        var mended = article.Clone();
        var applied = new List<Finding>();
        var parts = new PooledList<TextPart>();
        TextPart.Collect(mended, parts);
        foreach (var part in parts.Items)
        {
            if (byField.TryGetValue(part.Path, out var fixes))
            {
                var edits = TextEdits.Choose(fixes, applied);
                var (text, marks) = TextEdits.Apply(part.Text, edits, part.RichTextOf(mended)?.Marks ?? []);
                part.Replace(mended, text, marks);
            }
        }

        return (mended, applied);
    }
}
