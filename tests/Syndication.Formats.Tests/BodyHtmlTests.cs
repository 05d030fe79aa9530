using System.Text;
using System.Xml.Linq;
using CsCheck;
using Syndication.Formats.Html;
using Syndication.V1;

namespace Syndication.Formats.Tests;

/// <summary>A body as HTML: every block has its element, and nothing of a text becomes markup.</summary>
public sealed class BodyHtmlTests
{
    private static readonly string[] Links = ["", "https://example.com/\"><script>", "javascript:x", "mailto:a@b"];

    [Fact]
    public void Every_kind_of_block_has_its_element()
    {
        var article = new Article
        {
            Body =
            {
                new Block { Paragraph = new() { Content = Text("One\ntwo") } },
                new Block { Heading = new() { Level = 1, Content = Text("Part") } },
                new Block { Quote = new() { Content = Text("Said"), Attribution = "A. Nobody" } },
                new Block { List = new() { Ordered = true, Items = { Text("first"), Text("second") } } },
                new Block { Table = new() { Caption = "Votes", Rows = { new TableRow { Header = true, Cells = { Text("List") } }, new TableRow { Cells = { Text("12") } } } } },
                new Block { Embed = new() { Uri = "https://example.com/p?a=1&b=2", Html = "<script>alert(1)</script>", FallbackText = "A post" } },
                new Block { Media = new() { MediaId = "m1" } },
            },
            Media =
            {
                new Media
                {
                    MediaId = "m1", ItemType = ItemType.Picture, Caption = "The ferry", AltText = "A \"ferry\"", Credit = "Photo: A",
                    Renditions = { new Rendition { Name = "original", Uri = "https://example.com/o.jpg" }, new Rendition { Name = "web", Uri = "https://example.com/w.jpg", WidthPixels = 640 } },
                },
            },
        };

        Assert.Equal(
            """
            <p>One<br/>two</p>
            <h2>Part</h2>
            <blockquote><p>Said</p><footer>A. Nobody</footer></blockquote>
            <ol><li>first</li><li>second</li></ol>
            <table><caption>Votes</caption><tbody><tr><th>List</th></tr><tr><td>12</td></tr></tbody></table>
            <p class="embed"><a href="https://example.com/p?a=1&amp;b=2">A post</a></p>
            <figure data-media="m1"><img src="https://example.com/w.jpg" alt="A &quot;ferry&quot;" width="640"/><figcaption>The ferry <small>Photo: A</small></figcaption></figure>

            """,
            BodyHtml.Write(article),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Marks_nest_also_where_they_overlap_and_count_code_points()
    {
        // The first two characters take two UTF-16 units each.
        var text = new RichText
        {
            Text = "😀🚢abcd",
            Marks = { Mark(MarkType.Strong, 0, 4), Mark(MarkType.Emphasis, 2, 6), Mark(MarkType.Link, 1, 2, "mailto:desk@example.com") },
        };

        Assert.Equal(
            "<strong>😀<a href=\"mailto:desk@example.com\">🚢</a><em>ab</em></strong><em>cd</em>",
            new StringBuilder().AppendRichText(text).ToString());
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData(" javascript:alert(1)")]
    [InlineData("java\nscript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("vbscript:x")]
    [InlineData("//example.com/")]
    [InlineData("/relative")]
    [InlineData("http:")]
    [InlineData("file:///etc/passwd")]
    public void A_link_elsewhere_than_to_the_web_or_a_mailbox_is_left_out(string uri)
    {
        var article = new Article
        {
            Body =
            {
                new Block { Paragraph = new() { Content = new() { Text = "here", Marks = { Mark(MarkType.Link, 0, 4, uri) } } } },
                new Block { Embed = new() { Uri = uri, FallbackText = "there" } },
                new Block { Media = new() { MediaId = "m" } },
            },
            Media = { new Media { MediaId = "m", ItemType = ItemType.Picture, Renditions = { new Rendition { Uri = uri } } } },
        };

        Assert.Equal("<p>here</p>\n<p>there</p>\n<figure data-media=\"m\"></figure>\n", BodyHtml.Write(article));
    }

    [Fact]
    public void Whatever_texts_and_marks_hold_the_piece_is_well_formed_and_shows_the_text()
    {
        var chars = Gen.OneOf(Gen.Char["<>&\"'a \t\n\u0001\u2028é"], Gen.Const('\uD83D'), Gen.Const('\uDE00'));
        var marks = Gen.Select(Gen.Int[-1, 12], Gen.Int[-1, 12], Gen.Int[0, 4], Gen.Int[0, 3].Select(i => Links[i]))
            .Select((start, end, type, uri) => Mark((MarkType)type, start, end, uri)).Array[0, 6];
        Gen.Select(Gen.String[chars, 0, 12], marks).Sample((text, spans) =>
        {
            var content = new RichText { Text = text };
            content.Marks.Add(spans);
            var html = BodyHtml.Write(new Article { Body = { new Block { Paragraph = new() { Content = content } } } });

            var parsed = XElement.Parse(html, LoadOptions.PreserveWhitespace);
            foreach (var lineBreak in parsed.Descendants("br").ToList())
            {
                lineBreak.ReplaceWith("\n");
            }

            Assert.Equal(string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 1 ? "\uFFFD" : rune.ToString())), parsed.Value);
            Assert.All(parsed.Descendants(), element => Assert.Contains(element.Name.LocalName, (string[])["a", "strong", "em"]));
            Assert.All(parsed.Descendants("a"), link => Assert.Empty(link.Descendants("a")));
            Assert.All(parsed.Descendants("a"), link => Assert.True(HtmlText.IsSafeLink(link.Attribute("href")!.Value)));
        });
    }

    [Fact]
    public void A_hundred_thousand_marks_are_no_matter()
    {
        const int Count = 100_000;
        var content = new RichText { Text = new string('x', Count) };
        for (var i = 0; i < Count; i++)
        {
            content.Marks.Add(Mark(MarkType.Strong, i, Count));
        }

        Assert.Equal($"<strong>{content.Text}</strong>", new StringBuilder().AppendRichText(content).ToString());
    }

    private static RichText Text(string text) => new() { Text = text };

    private static Mark Mark(MarkType type, int start, int end, string uri = "") => new() { Type = type, Start = start, End = end, Uri = uri };
}
