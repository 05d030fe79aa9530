using Syndication.Cli.Commands;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Findings of an article, for people.</summary>
internal static class FindingLines
{
    /// <summary>A line for each finding, and one for those that the server left out.</summary>
    public static void Write(TextWriter output, IEnumerable<Finding> findings, int omitted)
    {
        foreach (var finding in findings)
        {
            var place = finding.End > finding.Start ? $"{finding.Field}:{finding.Start}" : finding.Field;
            var snippet = finding.Snippet.Length > 0 ? $" [{finding.Snippet}]" : "";
            output.WriteLine(Terminal.Clean($"  {place}: {CheckCommand.Name(finding.Severity)} {finding.Code}: {finding.Message}{snippet}"));
        }

        if (omitted > 0)
        {
            output.WriteLine($"  and {omitted} more");
        }
    }
}
