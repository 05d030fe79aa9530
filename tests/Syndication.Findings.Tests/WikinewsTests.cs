using Syndication.Findings.Fixes;
using Syndication.Formats;
using Syndication.Tests.Formats;
using Syndication.V1;

namespace Syndication.Findings.Tests;

/// <summary>Sixty real articles by many hands: every finding in them was looked at and judged, and none was false.</summary>
/// <remarks>
/// <para>How it was judged. <c>french-spacing</c>: each is U+0020 beside a guillemet or before a mark that ends a clause or opens
/// a quotation or list; none is a time, a ratio or an address. <c>missing-byline</c>, <c>missing-provider</c>: the pages name neither.
/// <c>long-paragraph</c>: 306, 320 and 403 words. <c>soft-hyphen</c>: "pre-mier" and "lan-ceur". <c>doubled-word</c>: "C’est est un
/// moment". <c>name-spelled-two-ways</c>: "Space X Dragon" and "SpaceX-Dragon"; "Jacques Greg-Belobo" and "Jacques Greg
/// Belobo". <c>unbalanced-quotes</c>: "»»" after a quotation that was opened once.</para>
/// <para>Whoever changes a rule looks at what is new, and writes it down here.</para>
/// </remarks>
public sealed class WikinewsTests(ITestOutputHelper output)
{
    /// <summary>Code, how often it is found, how often wrongly.</summary>
    private static readonly (string Code, int Found, int False)[] Judged =
    [
        ("doubled-word", 1, 0),
        ("french-spacing", 411, 0),
        ("long-paragraph", 3, 0),
        ("missing-byline", 60, 0),
        ("missing-provider", 60, 0),
        ("name-spelled-two-ways", 2, 0),
        ("soft-hyphen", 2, 0),
        ("unbalanced-quotes", 1, 0),
    ];

    /// <summary>Those of the table that are few enough to be named: file, code, the text.</summary>
    private static readonly (string File, string Code, string Text)[] Named =
    [
        ("43971", "name-spelled-two-ways", "Space X Dragon"),
        ("43971", "soft-hyphen", "lan\u00ADceur"),
        ("43971", "soft-hyphen", "pre\u00ADmier"),
        ("44499", "doubled-word", "est est"),
        ("44536", "name-spelled-two-ways", "Greg-Belobo"),
        ("44655", "unbalanced-quotes", "»"),
    ];

    [Fact]
    public void Findings_in_the_wikinews_articles_are_those_that_were_judged()
    {
        var found = Check();
        foreach (var (file, finding, _) in found.OrderBy(item => item.Finding.Code, StringComparer.Ordinal))
        {
            output.WriteLine($"{file} {finding.Field} {finding.Start}-{finding.End} {finding.Code}: {finding.Message} [{finding.Snippet}]");
        }

        Assert.Equal(
            Judged.Select(row => (row.Code, row.Found)),
            found.GroupBy(item => item.Finding.Code).Select(group => (group.Key, group.Count())).OrderBy(row => row.Key, StringComparer.Ordinal));
        Assert.Equal(
            Named,
            found.Where(item => Named.Any(named => named.Code == item.Finding.Code)).Select(item => (item.File, item.Finding.Code, item.Text)).Order());
    }

    [Fact]
    public void Every_space_that_is_found_is_an_ordinary_one_beside_a_french_mark() =>
        Assert.All(
            Check().Where(item => item.Finding.Code == "french-spacing"),
            item => Assert.Matches("^(« +| +[»:;?!])$", item.Text));

    [Fact]
    public void Mending_what_is_safe_leaves_only_what_needs_an_editor()
    {
        foreach (var file in Files())
        {
            var (mended, _) = ArticleFixes.ApplySafe(Read(file));

            Assert.DoesNotContain(ArticleChecker.Check(mended, ArticleChecker.Unlimited).Findings, finding => finding.Fix is { Safe: true });
        }
    }

    private static string[] Files() => [.. Directory.GetFiles(SharedInput.Find("data/wikinews-fr"), "*.html").Order(StringComparer.Ordinal)];

    private static List<(string File, Finding Finding, string Text)> Check()
    {
        var found = new List<(string, Finding, string)>();
        foreach (var file in Files())
        {
            var article = Read(file);
            found.AddRange(ArticleChecker.Check(article, ArticleChecker.Unlimited).Findings.Select(finding =>
                (Path.GetFileNameWithoutExtension(file), finding, finding.HasBlock ? TextOf(article.Body[finding.Block])[finding.Start..finding.End]
                    : finding.Field == "headline" ? article.Headline[finding.Start..finding.End] : "")));
        }

        return found;
    }

    // None of these texts has a character beyond the basic plane: code points are UTF-16 units.
    private static string TextOf(Block block) => (block.Paragraph?.Content ?? block.Heading.Content).Text;

    private static Article Read(string file) => ArticleFormats.Read(new FormatSource(File.ReadAllBytes(file), file) { Language = "fr" }).Items[0].Article!;
}
