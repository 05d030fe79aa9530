using System.Diagnostics;
using CsCheck;
using Syndication.Findings.Fixes;
using Syndication.V1;

namespace Syndication.Findings.Tests;

/// <summary>What holds for any text, damaged or not.</summary>
public sealed class FindingProperties(ITestOutputHelper output)
{
    private static readonly string[] Pieces =
    [
        "«", "»", "“", "”", "„", "\"", "‘", "’", "(", ")", "[", "]", " ", " ", " ", "\u00A0", "\n", ".", ",", ":", ";", "!", "?", "-", "…", "\u00AD", "\u200B", "\u0007", "\u2028", "\uFFFD",
        "<b>", "</p>", "&nbsp;", "&amp;amp;", "&lt;", "[[x]]", "{{y}}", "**z**", "Ã©", "Â ", "â€™", "2000lorsqu", "énergie.portant", "le le", "en visite en visite", "18 juin", "demain", "17 juin 2024",
        "Kim Jong Un", "Kim Jong-un", "Etat", "État", "Lire aussi", "© 2024", "le", "the", "la", "Paris", "x", "😀", "\uD83D", "\uDE00", "e\u0301", "東京", "שלום", "20e", "A", "l’", "June", "March 3",
    ];

    private static readonly char[] Marks = [.. "«»“”„\"‘’"];

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.OneOf(Pieces).Array[0, 40].Select(string.Concat),
        Gen.OneOf(Pieces).Array[0, 40].Select(pieces => string.Join(' ', pieces)),
        Gen.String[0, 60]);

    private static readonly Gen<Article> AnyArticle =
        Gen.Select(AnyText, AnyText.Array[0, 6], Gen.Int[0, 4].Array[6], Gen.OneOf("fr", "fr-CA", "en", "de", "es", "ru", "th", "und", "", "xx"), AnyText)
            .Select((headline, texts, kinds, language, rights) =>
            {
                var article = new Article { Language = language, Headline = headline, Rights = new Rights { CopyrightNotice = rights } };
                for (var i = 0; i < texts.Length; i++)
                {
                    article.Body.Add(BlockOf(kinds[i], texts[i]));
                }

                return article;
            });

    [Fact]
    public void Any_article_is_checked_and_every_span_lies_in_its_text() =>
        AnyArticle.Sample(
            article =>
            {
                var findings = ArticleChecker.Check(article, ArticleChecker.Unlimited);

                Assert.Equal(0, findings.Omitted);
                Assert.All(findings.Findings, finding => AssertInside(article, finding));
            },
            iter: 3_000,
            print: Show);

    [Fact]
    public void Nothing_is_found_in_what_somebody_says() =>
        Gen.Select(AnyText.Where(text => text.IndexOfAny(Marks) < 0 && text.Trim().Length > 0), Gen.OneOf("fr", "en", "de")).Sample(
            (text, language) =>
            {
                var said = $"Il a dit ceci, « {text} » !";
                var (start, end) = (CodePoints("Il a dit ceci, « " + text[..^text.TrimStart().Length]), CodePoints("Il a dit ceci, « " + text.TrimEnd()));
                var article = Sample.Of(language, said);
                article.Body.Add(new Block { Quote = new Quote { Content = new RichText { Text = text } } });

                Assert.All(
                    ArticleChecker.Check(article, ArticleChecker.Unlimited).Findings.Where(finding => finding.HasBlock),
                    finding => Assert.True(finding.Block == 0 && (finding.End <= start || finding.Start >= end), $"{finding.Code} {finding.Start}-{finding.End} of {start}-{end} in {Show(said)}"));
            },
            iter: 3_000);

    [Fact]
    public void A_fix_removes_its_finding_and_applying_it_again_changes_nothing() =>
        AnyArticle.Sample(
            article =>
            {
                foreach (var finding in ArticleChecker.Check(article, ArticleChecker.Unlimited).Findings.Where(finding => finding.Fix is not null))
                {
                    var (mended, applied) = ArticleFixes.Apply(article, [finding]);

                    Assert.Single(applied);
                    Assert.DoesNotContain(ArticleChecker.Check(mended, ArticleChecker.Unlimited).Findings, left => IsSame(left, finding));
                }
            },
            iter: 1_000,
            print: Show);

    [Fact]
    public void Mending_what_is_safe_twice_is_mending_it_once() =>
        AnyArticle.Sample(
            article =>
            {
                var (once, _) = ArticleFixes.ApplySafe(article);
                var (twice, applied) = ArticleFixes.ApplySafe(once);

                Assert.Empty(applied);
                Assert.Equal(once, twice);
            },
            iter: 1_000,
            print: Show);

    [Fact]
    public void Marks_keep_their_text_when_an_article_is_mended()
    {
        var article = Sample.Of("fr", "Le pre\u00ADmier étage du lan\u00ADceur");
        article.Body[0].Paragraph.Content.Marks.Add(new Mark { Start = 3, End = 11, Type = MarkType.Strong });
        article.Body[0].Paragraph.Content.Marks.Add(new Mark { Start = 21, End = 29, Type = MarkType.Emphasis });

        var (mended, applied) = ArticleFixes.ApplySafe(article);

        Assert.Equal(2, applied.Count);
        var content = mended.Body[0].Paragraph.Content;
        Assert.Equal(["premier", "lanceur"], content.Marks.Select(mark => content.Text[mark.Start..mark.End]));
    }

    [Theory]
    [InlineData("«")]
    [InlineData("« ")]
    [InlineData("»x")]
    [InlineData("« a » ")]
    [InlineData("(")]
    [InlineData("<b")]
    [InlineData("&amp;")]
    [InlineData("{{")]
    [InlineData("[x")]
    [InlineData("mai ")]
    [InlineData("lundi ")]
    [InlineData("Kim Jong-un Kim Jong Un ")]
    [InlineData("État Etat ")]
    [InlineData("le le ")]
    [InlineData("le la le la ")]
    [InlineData("2000lorsqu ")]
    [InlineData("mot.mot ")]
    [InlineData("😀\u00AD")]
    [InlineData("a\u00ADb")]
    [InlineData("Ã©")]
    [InlineData(" :")]
    public void Time_grows_with_the_length_and_not_with_its_square(string piece)
    {
        // What took the square of its length would take minutes. The bound leaves a slow machine twenty times what it needs.
        var article = Sample.Of("fr", string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)));
        var watch = Stopwatch.StartNew();

        ArticleChecker.Check(article, ArticleChecker.Unlimited);

        output.WriteLine($"{watch.Elapsed.TotalMilliseconds:N0} ms");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void An_article_in_order_costs_no_allocation()
    {
        var article = Sample.Of("fr", [.. Enumerable.Repeat("Le conseil de Valmère a voté le budget de la flotte par douze voix contre trois, le 17 juin 2024, après un long débat «\u00A0très utile\u00A0».", 20)]);
        Assert.Empty(ArticleChecker.Check(article).Findings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ArticleChecker.Check(article);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void More_findings_than_the_limit_are_counted()
    {
        var article = Sample.Of("en", [.. Enumerable.Repeat("He went to the the harbour (again", 50)]);

        var findings = ArticleChecker.Check(article, 10);

        Assert.Equal((20, 80), (findings.Findings.Count, findings.Omitted));
    }

    // Protobuf prints no surrogate without its partner.
    private static string Show(Article article) =>
        string.Join(" | ", article.Body.Select(block => $"{block.KindCase}: {Show(TextOf(block))}").Prepend($"{article.Language}: {Show(article.Headline)}"));

    private static string Show(string text) => string.Concat(text.Select(c => c is >= ' ' and < (char)127 ? c.ToString() : $"\\u{(int)c:X4}"));

    private static Block BlockOf(int kind, string text) => kind switch
    {
        0 => new Block { Heading = new Heading { Content = new RichText { Text = text } } },
        1 => new Block { Quote = new Quote { Content = new RichText { Text = text } } },
        2 => new Block { List = new List { Items = { new RichText { Text = text } } } },
        3 => new Block { Table = new Table { Rows = { new TableRow { Cells = { new RichText { Text = text } } } } } },
        _ => Sample.Paragraph(text),
    };

    private static void AssertInside(Article article, Finding finding)
    {
        var length = CodePoints(TextOf(article, finding));
        Assert.NotEqual(Block.KindOneofCase.Quote, finding.HasBlock ? article.Body[finding.Block].KindCase : Block.KindOneofCase.None);
        Assert.InRange(finding.Start, 0, finding.End);
        Assert.InRange(finding.End, finding.Start, length);
        Assert.InRange(CodePoints(finding.Snippet), 0, 160);
        Assert.All(finding.Fix?.Replacements ?? [], edit => Assert.True(edit.Start >= 0 && edit.Start <= edit.End && edit.End <= length));
    }

    private static string TextOf(Article article, Finding finding) => finding switch
    {
        { HasBlock: true } => TextOf(article.Body[finding.Block]),
        { Field: "headline" } => article.Headline,
        { Field: "rights.copyright_notice" } => article.Rights.CopyrightNotice,
        { Field: "language" } => article.Language,
        _ => "",
    };

    private static string TextOf(Block block) => block switch
    {
        { Paragraph: { } paragraph } => paragraph.Content.Text,
        { Heading: { } heading } => heading.Content.Text,
        { Quote: { } quote } => quote.Content.Text,
        { List: { } list } => list.Items[0].Text,
        _ => block.Table.Rows[0].Cells[0].Text,
    };

    // Another of the kind may move to the place; the same text there may not be found again.
    private static bool IsSame(Finding one, Finding other) =>
        (one.Code, one.Field, one.Start, one.Message, one.Snippet) == (other.Code, other.Field, other.Start, other.Message, other.Snippet);

    private static int CodePoints(string text) => text.EnumerateRunes().Count();
}
