using System.Globalization;
using Syndication.Findings.Rules;
using Syndication.V1;

namespace Syndication.Cli.Check;

/// <summary>Control characters of a wire text, which its reader keeps out of the article.</summary>
internal static class ControlCharacters
{
    /// <summary>The field of such a finding.</summary>
    public const string Field = "source";

    /// <summary>Finds those of a stretch of a file, and notes where they stand.</summary>
    public static IReadOnlyList<Finding> Find(string text, int start, int end, Dictionary<string, int[]> places)
    {
        var rule = RuleCatalog.Find("control-character")!;
        var found = new List<Finding>();
        for (var at = start; at < end; at++)
        {
            if (char.IsControl(text[at]) && !char.IsWhiteSpace(text[at]))
            {
                // Each is a field of its own: it has no text that the article would know.
                var field = string.Create(CultureInfo.InvariantCulture, $"{Field}[{at}]");
                places.Add(field, [at, at + 1]);
                found.Add(new Finding
                {
                    Code = rule.Code,
                    Severity = rule.Severity,
                    Field = field,
                    End = 1,
                    Message = string.Create(CultureInfo.InvariantCulture, $"U+{(int)text[at]:X4} is not to be seen, and does not belong into a text."),
                    Fix = new FindingFix { Safe = true, Replacements = { new TextReplacement { End = 1 } } },
                });
            }
        }

        return found;
    }
}
