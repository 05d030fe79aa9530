using Syndication.Articles;
using Syndication.Server.Demo;
using Syndication.V1;

namespace Syndication.Tests.Demo;

/// <summary>The bundled articles show what the contract can say.</summary>
public sealed class DemoWireTests
{
    private static readonly Article[] Wire = [.. DemoWire.Names.Select(DemoWire.Read)];

    public static TheoryData<string> Names => [.. DemoWire.Names];

    [Theory, MemberData(nameof(Names))]
    public void Every_bundled_version_is_a_good_article_named_like_its_file(string name)
    {
        var article = DemoWire.Read(name);

        Assert.Empty(ArticleValidator.Validate(article));
        Assert.Equal(article.ArticleId, $"demo-{name[..name.LastIndexOf('.')]}");
        Assert.NotEmpty(article.Kicker);
        Assert.NotEmpty(article.Standfirst);
        Assert.NotEmpty(article.Byline.Contributors);
        Assert.NotEmpty(article.Dateline.Text);
        Assert.NotEmpty(article.Rights.CopyrightNotice);
        Assert.All(article.Subjects, subject => Assert.Equal("medtop", subject.Scheme));
    }

    [Fact]
    public void The_wire_is_mostly_french_and_speaks_five_more_languages()
    {
        var languages = Wire.DistinctBy(article => article.ArticleId).CountBy(article => article.Language).ToDictionary();

        Assert.Equal(["ar", "de", "en", "es", "fr", "ja"], languages.Keys.Order());
        Assert.True(languages["fr"] > languages.Values.Sum() / 2, $"{languages["fr"]} of {languages.Values.Sum()} are French");
    }

    [Fact]
    public void The_wire_uses_every_kind_of_block_that_a_wire_has_and_every_mark()
    {
        var blocks = Wire.SelectMany(article => article.Body).ToList();
        Block.KindOneofCase[] expected =
        [
            Block.KindOneofCase.Paragraph, Block.KindOneofCase.Heading, Block.KindOneofCase.Quote,
            Block.KindOneofCase.List, Block.KindOneofCase.Table, Block.KindOneofCase.Media,
        ];
        var marks = blocks.SelectMany(block => block.Paragraph?.Content.Marks ?? []).Concat(blocks.SelectMany(block => block.List?.Items.SelectMany(item => item.Marks) ?? []));

        Assert.Equal(expected.Order(), blocks.Select(block => block.KindCase).Distinct().Order());
        Assert.All(blocks.Where(block => block.KindCase == Block.KindOneofCase.Quote), block => Assert.NotEmpty(block.Quote.Attribution));
        Assert.Equal([MarkType.Strong, MarkType.Emphasis, MarkType.Link], marks.Select(mark => mark.Type).Distinct().Order());
    }

    [Fact]
    public void Links_name_articles_of_the_wire_and_media_lie_on_a_reserved_domain()
    {
        var links = Wire.SelectMany(article => article.Links).ToList();
        var ids = Wire.Select(article => article.ArticleId).ToHashSet();

        Assert.All(links.Where(link => link.ArticleId.Length > 0), link => Assert.Contains(link.ArticleId, ids));
        Assert.Superset(
            new HashSet<LinkRelation> { LinkRelation.Previous, LinkRelation.Next, LinkRelation.TranslationOf },
            links.Select(link => link.Relation).ToHashSet());
        Assert.All(
            Wire.SelectMany(article => article.Media).SelectMany(medium => medium.Renditions),
            rendition => Assert.EndsWith("example.org", new Uri(rendition.Uri).Host));
    }

    [Fact]
    public void A_story_going_on_for_ever_writes_good_articles_of_constant_length()
    {
        var now = new DateTimeOffset(2030, 5, 1, 9, 0, 0, TimeSpan.Zero);
        var random = new Random(1);
        foreach (var story in NowAndThen.Stories)
        {
            var takes = Enumerable.Range(0, 50).Select(i => story.Write(random, now.AddMinutes(i))).ToList();

            Assert.All(takes, take => Assert.Empty(ArticleValidator.Validate(take)));
            Assert.Single(takes.Select(take => take.ArticleId).Distinct());
            Assert.True(takes.Max(take => take.CalculateSize()) - takes.Min(take => take.CalculateSize()) < 16);
        }
    }
}
