using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Tests.Articles;

public sealed class ArticleValidatorTests
{
    [Fact]
    public void An_article_with_everything_in_it_is_good() => Assert.Empty(ArticleValidator.Validate(Full()));

    [Fact]
    public void A_headline_and_a_language_are_enough() => Assert.Empty(ArticleValidator.Validate(Minimal()));

    [Fact]
    public void Headline_and_language_are_required() =>
        Assert.Equal(["article.headline", "article.language"], Fields(new Article()));

    [Fact]
    public void The_path_starts_where_the_caller_says() =>
        Assert.Equal("items[7].article.headline", ArticleValidator.Validate(new Article(), "items[7].article")[0].Field);

    [Fact]
    public void Fields_that_the_server_sets_are_ignored() => Assert.Empty(Fields(article =>
    {
        article.Version = -1;
        article.Status = (ArticleStatus)77;
        article.VersionTime = new Timestamp { Nanos = -1 };
        article.Advisory = new Advisory { Text = "\u0000" };
    }));

    [Theory]
    [InlineData("a", true)]
    [InlineData("urn:x~1.2_3-4", true)]
    [InlineData("a/b", false)]
    [InlineData("é", false)]
    [InlineData("a b", false)]
    public void An_article_id_is_made_of_unreserved_characters(string id, bool isGood) =>
        Assert.Equal(isGood ? [] : ["article.article_id"], Fields(article => article.ArticleId = id));

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void An_article_id_has_at_most_200_characters(int length, bool isGood) =>
        Assert.Equal(isGood, Fields(article => article.ArticleId = new string('a', length)).Length == 0);

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("a\ttab")]
    [InlineData("separator\u2028inside")]
    [InlineData("   ")]
    [InlineData("next\u0085line")]
    public void A_headline_is_one_line_of_text(string headline) =>
        Assert.Equal(["article.headline"], Fields(article => article.Headline = headline));

    [Fact]
    public void Lengths_are_counted_in_code_points()
    {
        var emoji = string.Concat(Enumerable.Repeat("😀", 1_000));

        Assert.Empty(Fields(article => article.Headline = emoji));
        Assert.Equal(["article.headline"], Fields(article => article.Headline = emoji + "x"));
    }

    [Fact]
    public void Texts_of_several_lines_may_have_line_feeds_and_tabs() => Assert.Empty(Fields(article =>
    {
        article.Standfirst = "a\n\tb";
        article.Body.Add(Paragraph("a\n\tb"));
    }));

    [Theory]
    [InlineData("\0")]
    [InlineData("\r")]
    [InlineData("\u007f")]
    [InlineData("\u0092")]
    [InlineData("\ufffe")]
    [InlineData("\uffff")]
    public void Control_characters_are_refused(string text) =>
        Assert.Equal(["article.body[0].paragraph.content.text"], Fields(article => article.Body.Add(Paragraph(text))));

    [Theory]
    [InlineData(0, 5, true)]
    [InlineData(4, 5, true)]
    [InlineData(0, 6, false)]
    [InlineData(-1, 2, false)]
    [InlineData(3, 3, false)]
    [InlineData(3, 2, false)]
    public void A_mark_is_a_span_of_code_points(int start, int end, bool isGood)
    {
        var block = Paragraph("a😀b😀c");
        block.Paragraph.Content.Marks.Add(new Mark { Start = start, End = end, Type = MarkType.Strong });

        Assert.Equal(isGood, Fields(article => article.Body.Add(block)).Length == 0);
    }

    [Fact]
    public void The_path_of_a_mark_names_every_index()
    {
        var block = Paragraph("short");
        block.Paragraph.Content.Marks.Add(new Mark { Start = 0, End = 9, Type = MarkType.Strong });

        Assert.Equal(
            ["article.body[3].paragraph.content.marks[0].end"],
            Fields(article => article.Body.Add([Paragraph("1"), Paragraph("2"), Paragraph("3"), block])));
    }

    [Theory]
    [InlineData(MarkType.Unspecified, "", "type")]
    [InlineData((MarkType)9, "", "type")]
    [InlineData(MarkType.Link, "", "uri")]
    [InlineData(MarkType.Link, "javascript:alert(1)", "uri")]
    [InlineData(MarkType.Link, "/relative", "uri")]
    [InlineData(MarkType.Link, "https://", "uri")]
    [InlineData(MarkType.Link, "https://a.example/ b", "uri")]
    [InlineData(MarkType.Link, "mailto:", "uri")]
    [InlineData(MarkType.Strong, "https://a.example", "uri")]
    [InlineData(MarkType.Link, "https://a.example/é?q=1#f", null)]
    [InlineData(MarkType.Link, "HTTP://a.example", null)]
    [InlineData(MarkType.Link, "mailto:desk@a.example", null)]
    public void A_mark_has_a_type_and_only_a_link_an_address(MarkType type, string uri, string? wrong)
    {
        var block = Paragraph("text");
        block.Paragraph.Content.Marks.Add(new Mark { Start = 0, End = 4, Type = type, Uri = uri });

        Assert.Equal(
            wrong is null ? [] : [$"article.body[0].paragraph.content.marks[0].{wrong}"],
            Fields(article => article.Body.Add(block)));
    }

    [Fact]
    public void A_block_is_of_some_kind_and_says_something()
    {
        Block[] blocks =
        [
            new Block(),
            new Block { Paragraph = new Paragraph() },
            Paragraph(""),
            new Block { Heading = new Heading { Level = 7, Content = new RichText { Text = "x" } } },
            new Block { List = new List() },
            new Block { Table = new Table() },
            new Block { Embed = new Embed() },
            new Block { Media = new MediaBlock() },
        ];

        Assert.Equal(
            [
                "article.body[0].kind",
                "article.body[1].paragraph.content",
                "article.body[2].paragraph.content",
                "article.body[3].heading.level",
                "article.body[4].list.items",
                "article.body[5].table.rows",
                "article.body[6].embed.uri",
                "article.body[7].media.media_id",
            ],
            Fields(article => article.Body.Add(blocks)));
    }

    [Fact]
    public void A_media_block_names_one_of_the_articles_media() =>
        Assert.Equal(["article.body[0].media.media_id"], Fields(article =>
        {
            article.Media.Add(new Media { MediaId = "m1", ItemType = ItemType.Picture });
            article.Body.Add(new Block { Media = new MediaBlock { MediaId = "m2" } });
            article.Body.Add(new Block { Media = new MediaBlock { MediaId = "m1" } });
        }));

    [Fact]
    public void Code_to_embed_is_not_checked() => Assert.Empty(Fields(article =>
        article.Body.Add(new Block { Embed = new Embed { Html = "<script>\r\0</script>" } })));

    [Fact]
    public void What_must_be_there_once_is_refused_twice()
    {
        Assert.Equal(
            [
                "article.alternate_ids[1].value",
                "article.headline_variants[1].purpose",
                "article.subjects[1].code",
                "article.media[1].media_id",
                "article.media[1].renditions[1].name",
            ],
            Fields(article =>
            {
                article.AlternateIds.Add([new() { Scheme = "guid", Value = "1" }, new() { Scheme = "guid", Value = "1" }]);
                article.HeadlineVariants.Add([new() { Purpose = "web", Text = "a" }, new() { Purpose = "web", Text = "b", Language = "FR" }]);
                article.Subjects.Add([new() { Scheme = "medtop", Code = "1" }, new() { Scheme = "medtop", Code = "1" }]);
                article.Genres.Add(new Concept { Scheme = "medtop", Code = "1" });
                article.Media.Add(new Media { MediaId = "m", ItemType = ItemType.Picture });
                article.Media.Add(new Media { MediaId = "m", ItemType = ItemType.Picture });
                article.Media[1].Renditions.Add([new() { Name = "web", Uri = "https://a.example/1" }, new() { Name = "web", Uri = "https://a.example/2" }]);
            }));
    }

    [Fact]
    public void Concepts_by_name_alone_are_not_told_apart() => Assert.Empty(Fields(article =>
        article.People.Add([new() { Name = "A" }, new() { Name = "A" }])));

    [Fact]
    public void A_concept_has_a_code_or_a_name() => Assert.Equal(
        ["article.places[0].name", "article.places[1].scheme", "article.places[2].relevance", "article.places[3].relevance"],
        Fields(article => article.Places.Add(
        [
            new(),
            new() { Scheme = "s", Name = "n" },
            new() { Name = "n", Relevance = 101 },
            new() { Name = "n", Relevance = -1 },
            new() { Name = "n", Relevance = 0 },
        ])));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Urgency_is_0_to_9(int urgency, bool isGood) =>
        Assert.Equal(isGood ? [] : ["article.urgency"], Fields(article => article.Urgency = urgency));

    [Theory]
    [InlineData("FR", true)]
    [InlineData("fr", false)]
    [InlineData("UK", false)]
    [InlineData("EU", false)]
    [InlineData("FRA", false)]
    [InlineData("", false)]
    public void A_territory_is_a_current_code_of_ISO_3166(string code, bool isGood) =>
        Assert.Equal(isGood ? [] : ["article.rights.territories[1]"], Fields(article =>
            article.Rights = new Rights { Territories = { "DE", code } }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_hash_has_32_bytes_or_none(int length, bool isGood) =>
        Assert.Equal(isGood ? [] : ["article.source_document.sha256"], Fields(article =>
            article.SourceDocument = new SourceDocument { Sha256 = ByteString.CopyFrom(new byte[length]) }));

    [Theory]
    [InlineData("ftp://a.example/x")]
    [InlineData("a.jpg")]
    [InlineData("")]
    public void A_rendition_is_fetched_by_http(string uri)
    {
        var medium = new Media { MediaId = "m", ItemType = ItemType.Picture, Renditions = { new Rendition { Uri = uri } } };

        Assert.Equal(["article.media[0].renditions[0].uri"], Fields(article => article.Media.Add(medium)));
    }

    [Theory]
    [InlineData(-62_135_596_800, 0, true)]
    [InlineData(-62_135_596_801, 0, false)]
    [InlineData(253_402_300_799, 999_999_999, true)]
    [InlineData(253_402_300_800, 0, false)]
    [InlineData(0, -1, false)]
    [InlineData(0, 1_000_000_000, false)]
    public void A_time_is_in_the_range_of_protobuf(long seconds, int nanos, bool isGood) =>
        Assert.Equal(isGood ? [] : ["article.created_time"], Fields(article =>
            article.CreatedTime = new Timestamp { Seconds = seconds, Nanos = nanos }));

    [Theory]
    [InlineData(100, 0, false)]
    [InlineData(99, 9, false)]
    [InlineData(100, 1, true)]
    public void An_article_expires_after_its_embargo(long seconds, int nanos, bool isGood) =>
        Assert.Equal(isGood ? [] : ["article.expire_time"], Fields(article =>
        {
            article.EmbargoTime = new Timestamp { Seconds = 100 };
            article.ExpireTime = new Timestamp { Seconds = seconds, Nanos = nanos };
        }));

    [Fact]
    public void Links_corrections_and_extensions_say_what_they_are() => Assert.Equal(
        [
            "article.links[0].relation",
            "article.links[1].article_id",
            "article.correction.note",
            "article.extensions[0].namespace",
            "article.extensions[0].media_type",
            "article.extensions[1].namespace",
            "article.extensions[1].media_type",
        ],
        Fields(article =>
        {
            article.Links.Add([new(), new() { Relation = LinkRelation.Next, ArticleId = "a/b" }]);
            article.Correction = new Correction();
            article.Extensions.Add([new(), new() { Namespace = "not a uri", MediaType = "text" }]);
        }));

    [Theory]
    [InlineData("alternate_ids", 50)]
    [InlineData("headline_variants", 20)]
    [InlineData("byline.contributors", 50)]
    [InlineData("body", 5_000)]
    [InlineData("info_sources", 100)]
    [InlineData("links", 200)]
    [InlineData("media", 200)]
    [InlineData("media[0].renditions", 50)]
    [InlineData("extensions", 100)]
    public void Lists_are_bounded(string field, int max)
    {
        Assert.Empty(Fields(article => Fill(article, field, max)));
        Assert.Equal([$"article.{field}"], Fields(article => Fill(article, field, max + 1)));
    }

    [Fact]
    public void At_most_100_violations_are_reported()
    {
        var article = Minimal();
        article.Body.Add(Enumerable.Repeat(new Block(), 5_000));

        Assert.Equal(100, ArticleValidator.Validate(article).Count);
    }

    [Fact]
    public void An_offending_value_is_shown_cut_and_without_its_control_characters()
    {
        var violation = Assert.Single(ArticleValidator.Validate(new Article { Headline = "h", Language = "fr", ArticleId = "\0" + new string('a', 100_000) }));

        Assert.StartsWith("must be [A-Za-z0-9._~:-]{1,200}, is '\uFFFDaaa", violation.Description, StringComparison.Ordinal);
        Assert.InRange(violation.Description.Length, 50, 150);
    }

    internal static Article Minimal() => new() { Headline = "A headline", Language = "fr" };

    private static Article Full()
    {
        var time = new Timestamp { Seconds = 1_700_000_000 };
        var text = new RichText { Text = "a 😀", Marks = { new Mark { Start = 2, End = 3, Type = MarkType.Link, Uri = "https://a.example" } } };
        var concept = new Concept { Scheme = "medtop", Code = "20000587", Name = "Diplomacy", Relevance = 80, Origin = ConceptOrigin.Editor };
        return new Article
        {
            ArticleId = "a-1",
            AlternateIds = { new AlternateId { Scheme = "urn:newsml", Value = "x" } },
            StoryId = "story",
            ItemType = ItemType.Text,
            Headline = "Headline",
            HeadlineVariants = { new HeadlineVariant { Purpose = "web", Text = "t", Language = "en" }, new HeadlineVariant { Purpose = "web", Text = "t" } },
            Byline = new Byline { Text = "By A", Contributors = { new Contributor { Name = "A", Role = "writer" } } },
            Dateline = new Dateline { Text = "SÉOUL, 17 juin", Place = "Séoul", Time = time },
            Language = "zh-Hant-TW",
            Body =
            {
                new Block { Paragraph = new Paragraph { Content = text } },
                new Block { Heading = new Heading { Level = 6, Content = text } },
                new Block { Quote = new Quote { Content = text, Attribution = "B" } },
                new Block { List = new List { Items = { text, new RichText() } } },
                new Block { Table = new Table { Caption = "c", Rows = { new TableRow { Cells = { text, new RichText() } }, new TableRow() } } },
                new Block { Embed = new Embed { Uri = "https://a.example/e" } },
                new Block { Media = new MediaBlock { MediaId = "m1" } },
            },
            Subjects = { concept },
            Places = { new Concept { Name = "Séoul" }, concept },
            Urgency = 4,
            Provider = new Party { Name = "AFP", Code = "nprov:AFP" },
            InfoSources = { new InfoSource { Name = "KCNA" } },
            DigitalSourceType = "trainedAlgorithmicMedia",
            SourceDocument = new SourceDocument { Name = "a.txt", MediaType = "text/plain; charset=utf-8", SizeBytes = 1, Sha256 = ByteString.CopyFrom(new byte[32]) },
            Rights = new Rights { CopyrightNotice = "© A", Territories = { "FR", "CA" }, Channels = { "web" } },
            CreatedTime = time,
            EmbargoTime = time,
            ExpireTime = new Timestamp { Seconds = time.Seconds + 1 },
            Links = { new Link { Relation = LinkRelation.Previous, Headline = "h", RawText = "PREV\th" } },
            Media = { new Media { MediaId = "m1", ItemType = ItemType.Picture, Caption = "c\nd", Renditions = { new Rendition { Name = "web", Uri = "https://a.example/p.jpg", MediaType = "image/jpeg" } } } },
            Correction = new Correction { Note = "n" },
            Extensions = { new Syndication.V1.Extension { Namespace = "urn:x:y", MediaType = "application/xml" } },
        };
    }

    private static Block Paragraph(string text) => new() { Paragraph = new Paragraph { Content = new RichText { Text = text } } };

    private static string[] Fields(Action<Article> change)
    {
        var article = Minimal();
        change(article);
        return Fields(article);
    }

    private static string[] Fields(Article article) => [.. ArticleValidator.Validate(article).Select(violation => violation.Field)];

    private static void Fill(Article article, string field, int count)
    {
        var medium = new Media { MediaId = "m", ItemType = ItemType.Picture };
        for (var i = 0; i < count; i++)
        {
            switch (field)
            {
                case "alternate_ids": article.AlternateIds.Add(new AlternateId { Scheme = "s", Value = $"{i}" }); break;
                case "headline_variants": article.HeadlineVariants.Add(new HeadlineVariant { Purpose = $"{i}", Text = "t" }); break;
                case "byline.contributors": (article.Byline ??= new Byline()).Contributors.Add(new Contributor { Name = "n" }); break;
                case "body": article.Body.Add(Paragraph("p")); break;
                case "info_sources": article.InfoSources.Add(new InfoSource { Name = "n" }); break;
                case "links": article.Links.Add(new Link { Relation = LinkRelation.Related }); break;
                case "media": article.Media.Add(new Media { MediaId = $"{i}", ItemType = ItemType.Picture }); break;
                case "media[0].renditions": medium.Renditions.Add(new Rendition { Name = $"{i}", Uri = "https://a.example" }); break;
                case "extensions": article.Extensions.Add(new Syndication.V1.Extension { Namespace = "urn:x", MediaType = "text/plain" }); break;
            }
        }

        if (medium.Renditions.Count > 0)
        {
            article.Media.Add(medium);
        }
    }
}
