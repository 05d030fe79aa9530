using Syndication.Findings.Fixes;
using Syndication.Findings.Rules;

namespace Syndication.Findings.Tests;

/// <summary>What each rule says of itself.</summary>
public sealed class RuleExampleTests
{
    public static TheoryData<string> Codes => [.. RuleCatalog.Rules.Select(rule => rule.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_rule_finds_its_example_and_not_what_would_be_right(string code)
    {
        var rule = RuleCatalog.Find(code)!;
        var wrong = ArticleChecker.Check(Sample.Of(rule.Example, Text(rule, rule.Example.Wrong))).Findings;
        var right = ArticleChecker.Check(Sample.Of(rule.Example, Text(rule, rule.Example.Right))).Findings;

        Assert.Contains(wrong, finding => finding.Code == code && finding.Severity == rule.Severity);
        Assert.DoesNotContain(right, finding => finding.Code == code);
    }

    [Theory]
    [InlineData("mojibake")]
    [InlineData("control-character")]
    [InlineData("stray-markup")]
    [InlineData("soft-hyphen")]
    [InlineData("missing-space-after-number")]
    [InlineData("unaccented-capital")]
    [InlineData("french-spacing")]
    public void A_safe_fix_makes_of_the_example_what_would_be_right(string code)
    {
        var rule = RuleCatalog.Find(code)!;
        var article = Sample.Of(rule.Example, Text(rule, rule.Example.Wrong));
        var findings = ArticleChecker.Check(article).Findings.Where(finding => finding.Code == code && finding.Fix is { Safe: true });

        var (mended, _) = ArticleFixes.Apply(article, findings);

        Assert.Equal(Sample.Of(rule.Example, rule.Example.Right), mended);
    }

    [Fact]
    public void Codes_are_unique_and_spelt_alike()
    {
        Assert.Distinct(RuleCatalog.Rules.Select(rule => rule.Code));
        Assert.All(RuleCatalog.Rules, rule => Assert.Matches("^[a-z]+(-[a-z]+)*$", rule.Code));
    }

    // A paragraph that is too long is no example to be read.
    private static string Text(Rule rule, string text) =>
        rule.Code == "long-paragraph" && text == rule.Example.Wrong ? string.Concat(Enumerable.Repeat("Go on and on, over and out. ", 80)) : text;
}
