using Syndication.Formats.WireText;
using Syndication.Tests.Formats;
using Syndication.V1;

namespace Syndication.Findings.Tests;

/// <summary>The scraped wire article that this project began with: every fault that its editors know of is found.</summary>
public sealed class SeedArticleTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("missing-space-after-number", "2000lorsqu")]
    [InlineData("missing-space-after-stop", "énergie.portant")]
    [InlineData("mixed-quotes", "“visite")]
    [InlineData("french-spacing", "Poutine :")]
    [InlineData("french-spacing", "« partenariat")]
    [InlineData("french-spacing", "profondes »")]
    [InlineData("unaccented-capital", "\"État\" here, \"Etat\" in what somebody says")]
    [InlineData("name-spelled-two-ways", "\"Kim Jong Un\" here, \"Kim Jong-un\" elsewhere")]
    [InlineData("headline-cut", "les nouveaux")]
    [InlineData("rights-without-holder", "© TOUS DROITS RÉSERVÉS")]
    [InlineData("date-without-year", "19 juin")]
    [InlineData("missing-byline", "Nobody signs")]
    [InlineData("missing-provider", "does not say who supplies")]
    public void Every_known_fault_of_the_seed_is_found(string code, string shown)
    {
        var findings = ArticleChecker.Check(Read(), ArticleChecker.Unlimited).Findings;

        Assert.Contains(findings, finding => finding.Code == code && (finding.Snippet.Contains(shown, StringComparison.Ordinal) || finding.Message.Contains(shown, StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_else_is_found_in_the_seed()
    {
        var findings = ArticleChecker.Check(Read(), ArticleChecker.Unlimited).Findings;
        foreach (var finding in findings)
        {
            output.WriteLine($"{finding.Field} {finding.Start}-{finding.End} {finding.Code}: {finding.Message} [{finding.Snippet}] {finding.Fix}");
        }

        Assert.Equal(
            [
                ("date-without-year", 1), ("french-spacing", 5), ("headline-cut", 1), ("missing-byline", 1), ("missing-provider", 1), ("missing-space-after-number", 1),
                ("missing-space-after-stop", 1), ("mixed-quotes", 1), ("name-spelled-two-ways", 1), ("rights-without-holder", 1), ("unaccented-capital", 1),
            ],
            findings.GroupBy(finding => finding.Code).Select(group => (group.Key, group.Count())).OrderBy(count => count.Key, StringComparer.Ordinal));
    }

    private static Article Read() => WireTextReader.Read(File.ReadAllBytes(SharedInput.Find("data/seed/wire-fr-000.txt")), "wire-fr-000.txt");
}
