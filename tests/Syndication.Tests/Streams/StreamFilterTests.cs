using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Tests.Streams;

public sealed class StreamFilterTests
{
    [Fact]
    public void An_empty_filter_matches_everything() => Assert.True(StreamFilter.Compile(new ArticleFilter()).Matches(new Article()));

    [Fact]
    public void All_of_any_of_and_none_of_are_combined()
    {
        var filter = StreamFilter.Compile(new ArticleFilter
        {
            AllOf = { new ArticleClause { Language = "fr" } },
            AnyOf = { new ArticleClause { StoryId = "a" }, new ArticleClause { StoryId = "b" } },
            NoneOf = { new ArticleClause { Provider = "kcna" } },
        });

        Assert.True(filter.Matches(new Article { Language = "fr-CA", StoryId = "b" }));
        Assert.False(filter.Matches(new Article { Language = "de", StoryId = "b" }));
        Assert.False(filter.Matches(new Article { Language = "fr", StoryId = "c" }));
        Assert.False(filter.Matches(new Article { Language = "fr", StoryId = "b", Provider = new Party { Name = "KCNA" } }));
    }

    [Theory]
    [InlineData("medtop", "20000587", "medtop", "20000587", true)]
    [InlineData("", "20000587", "medtop", "20000587", true)]
    [InlineData("other", "20000587", "medtop", "20000587", false)]
    [InlineData("s", "sport", "s", "sport/football", true)]
    [InlineData("s", "sport", "s", "sport/football/women", true)]
    [InlineData("s", "sport/football", "s", "sport", false)]
    [InlineData("s", "sport", "s", "sports", false)]
    [InlineData("s", "Sport", "s", "sport", false)]
    [InlineData("s", "sp*", "s", "sport", true)]
    [InlineData("s", "sport*", "s", "sport", true)]
    [InlineData("s", "sport/*", "s", "sport", false)]
    [InlineData("s", "*", "s", "sport", true)]
    [InlineData("s", "*", "s", "", false)]
    [InlineData("s", "s*t", "s", "sport", false)]
    public void A_concept_is_matched_by_code_prefix_or_ancestor(string scheme, string code, string ofScheme, string ofCode, bool matches) =>
        Assert.Equal(matches, Matches(
            new ArticleClause { Subject = new ConceptMatch { Scheme = scheme, Code = code } },
            new Article { Subjects = { new Concept { Scheme = "x", Code = "y" }, new Concept { Scheme = ofScheme, Code = ofCode, Name = "n" } } }));

    [Fact]
    public void A_concept_is_matched_by_its_name_without_letter_case()
    {
        var clause = new ArticleClause { Person = new ConceptMatch { Name = "ÉLISE DURAND" } };

        Assert.True(Matches(clause, new Article { People = { new Concept { Name = "Élise Durand" } } }));
        Assert.True(Matches(clause, new Article { People = { new Concept { Scheme = "wd", Code = "Q1", Name = "Élise Durand" } } }));
        Assert.False(Matches(clause, new Article { People = { new Concept { Name = "Elise Durand" } } }));
    }

    [Fact]
    public void Each_kind_of_concept_looks_at_its_own_list()
    {
        var match = new ConceptMatch { Code = "c" };
        var concept = new Concept { Code = "c" };
        (ArticleClause Clause, Article Article)[] pairs =
        [
            (new() { Subject = match }, new() { Subjects = { concept } }),
            (new() { Genre = match }, new() { Genres = { concept } }),
            (new() { Place = match }, new() { Places = { concept } }),
            (new() { Person = match }, new() { People = { concept } }),
            (new() { Organisation = match }, new() { Organisations = { concept } }),
        ];

        foreach (var (clause, _) in pairs)
        {
            foreach (var (owner, article) in pairs)
            {
                Assert.Equal(clause == owner, Matches(clause, article));
            }
        }
    }

    [Theory]
    [InlineData("nprov:afp", true)]
    [InlineData("agence x", true)]
    [InlineData("agence", false)]
    public void A_provider_is_matched_by_code_or_name(string provider, bool matches) => Assert.Equal(matches, Matches(
        new ArticleClause { Provider = provider },
        new Article { Provider = new Party { Code = "nprov:AFP", Name = "Agence X" } }));

    [Theory]
    [InlineData(1, 3, 3, true)]
    [InlineData(1, 3, 4, false)]
    [InlineData(4, 0, 9, true)]
    [InlineData(4, 0, 3, false)]
    [InlineData(1, 9, 0, false)]
    [InlineData(0, 0, 0, false)]
    public void Urgency_lies_in_a_range_unless_it_is_unset(int min, int max, int urgency, bool matches) => Assert.Equal(matches, Matches(
        new ArticleClause { Urgency = new UrgencyRange { Min = min, Max = max } },
        new Article { Urgency = urgency }));

    [Fact]
    public void An_unspecified_item_type_is_text()
    {
        Assert.True(Matches(new ArticleClause { ItemType = ItemType.Text }, new Article()));
        Assert.False(Matches(new ArticleClause { ItemType = ItemType.Picture }, new Article()));
    }

    [Theory]
    [InlineData("corée", "Poutine en COREE du Nord", true)]
    [InlineData("coree du nord", "La Corée-du-Nord", true)]
    [InlineData("coree du nord", "La Core\u0301e du\nNord", true)]
    [InlineData("corée nord", "Corée du Nord", false)]
    [InlineData("cor", "Corée", false)]
    [InlineData("art", "l’art", true)]
    [InlineData("président", "le prési\u00addent russe", true)]
    [InlineData("strasse", "Große STRAẞE", true)]
    [InlineData("οδος", "ΟΔΌΣ", true)]
    [InlineData("İstanbul", "istanbul", true)]
    [InlineData("北朝鮮", "露大統領が北朝鮮を訪問", true)]
    [InlineData("한국", "한국 뉴스", true)]
    [InlineData("한", "한국", false)]
    [InlineData("की", "का", false)]
    [InlineData("𐐨", "𐐀", true)]
    [InlineData("g7", "Le G7.", true)]
    [InlineData("a b", "a😀b", true)]
    public void A_keyword_is_whole_words_without_case_and_accents(string keyword, string headline, bool matches) =>
        Assert.Equal(matches, Matches(Keyword(keyword), new Article { Headline = headline }));

    [Fact]
    public void A_keyword_is_looked_for_in_headline_standfirst_and_every_kind_of_block()
    {
        var content = new RichText { Text = "the needle here" };
        Article[] articles =
        [
            new() { Headline = "needle" },
            new() { Standfirst = "needle" },
            new() { Body = { new Block { Paragraph = new Paragraph { Content = content } } } },
            new() { Body = { new Block { Heading = new Heading { Content = content } } } },
            new() { Body = { new Block { Quote = new Quote { Content = content } } } },
            new() { Body = { new Block { Quote = new Quote { Attribution = "Ms Needle" } } } },
            new() { Body = { new Block { List = new List { Items = { content } } } } },
            new() { Body = { new Block { Table = new Table { Caption = "needle" } } } },
            new() { Body = { new Block { Table = new Table { Rows = { new TableRow { Cells = { content } } } } } } },
            new() { Body = { new Block { Embed = new Embed { FallbackText = "needle" } } } },
        ];

        Assert.All(articles, article => Assert.True(Matches(Keyword("needle"), article)));
        Assert.Equal([articles[0]], articles.Where(article => Matches(Keyword("needle", headlineOnly: true), article)));
        Assert.False(Matches(Keyword("needle"), new Article { Kicker = "needle", EditorialNote = "needle" }));
    }

    [Fact]
    public void A_phrase_does_not_reach_into_the_next_text() =>
        Assert.False(Matches(Keyword("one two"), new Article { Headline = "one", Standfirst = "two" }));

    [Fact]
    public void Only_a_keyword_needs_the_body()
    {
        Assert.False(Compile(new ArticleClause { Language = "fr" }).NeedsBody);
        Assert.False(Compile(Keyword("a", headlineOnly: true)).NeedsBody);
        Assert.True(Compile(Keyword("a")).NeedsBody);
    }

    [Fact]
    public void A_clause_without_condition_is_never_taken_for_an_answer() =>
        Assert.Throws<ArgumentException>(() => Compile(new ArticleClause()));

    [Fact]
    public void A_filter_is_checked_by_path()
    {
        var filter = new ArticleFilter
        {
            AllOf = { new ArticleClause(), new ArticleClause { Language = "fr_FR" }, new ArticleClause { Language = "" } },
            AnyOf =
            {
                new ArticleClause { Subject = new ConceptMatch { Scheme = "medtop" } },
                new ArticleClause { Place = new ConceptMatch { Code = "c", Name = "n" } },
                new ArticleClause { Urgency = new UrgencyRange { Min = 5, Max = 3 } },
                new ArticleClause { Urgency = new UrgencyRange { Min = 10 } },
            },
            NoneOf =
            {
                Keyword(""),
                Keyword("?!"),
                new ArticleClause { StoryId = "" },
                new ArticleClause { Provider = "a\0" },
                new ArticleClause { ItemType = ItemType.Unspecified },
                new ArticleClause { ItemType = (ItemType)99 },
            },
        };

        Assert.Equal(
            [
                "filter.all_of[0].condition",
                "filter.all_of[1].language",
                "filter.all_of[2].language",
                "filter.any_of[0].subject.code",
                "filter.any_of[1].place.name",
                "filter.any_of[2].urgency.max",
                "filter.any_of[3].urgency.min",
                "filter.none_of[0].keyword.text",
                "filter.none_of[1].keyword.text",
                "filter.none_of[2].story_id",
                "filter.none_of[3].provider",
                "filter.none_of[4].item_type",
                "filter.none_of[5].item_type",
            ],
            StreamFilter.Validate(filter, "filter").Select(violation => violation.Field));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_filter_has_at_most_200_clauses(int count, bool isGood)
    {
        var filter = new ArticleFilter { AllOf = { Enumerable.Repeat(Keyword("a"), 100) }, NoneOf = { Enumerable.Repeat(Keyword("b"), count - 100) } };

        Assert.Equal(isGood ? [] : ["stream.filter"], StreamFilter.Validate(filter, "stream.filter").Select(violation => violation.Field));
    }

    private static ArticleClause Keyword(string text, bool headlineOnly = false) =>
        new() { Keyword = new KeywordMatch { Text = text, HeadlineOnly = headlineOnly } };

    private static StreamFilter Compile(ArticleClause clause) => StreamFilter.Compile(new ArticleFilter { AllOf = { clause } });

    private static bool Matches(ArticleClause clause, Article article) => Compile(clause).Matches(article);
}
