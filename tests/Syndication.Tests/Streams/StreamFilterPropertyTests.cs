using System.Globalization;
using System.Text;
using CsCheck;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Tests.Streams;

/// <summary>A compiled filter answers like the plainest reading of the contract, here over words of Latin script.</summary>
public sealed class StreamFilterPropertyTests
{
    private static readonly Gen<string> Text =
        Gen.OneOf("été", "ETE", "e\u0301te\u0301", "nord", "Nord", "du", "corée", "-", " ", "’", "\n", "ß").Array[0, 8].Select(string.Concat);

    private static readonly Gen<Concept> Concept = Gen.Select(
        Gen.OneOf("", "s", "t"), Gen.OneOf("", "a", "a/b", "ab"), Gen.OneOf("", "N", "n"),
        (scheme, code, name) => new Concept { Scheme = scheme, Code = code, Name = name });

    private static readonly Gen<Article> Articles = Gen.Select(
        Gen.OneOf("fr", "fr-CA", "frr", "de"), Gen.Int[0, 9], Concept.Array[0, 3], Text.Array[4], Gen.OneOf("", "AFP", "afp"),
        (language, urgency, concepts, texts, provider) => new Article
        {
            Language = language,
            Urgency = urgency,
            Subjects = { concepts },
            Headline = texts[0],
            Standfirst = texts[1],
            Provider = new Party { Name = provider },
            Body =
            {
                new Block { Paragraph = new Paragraph { Content = new RichText { Text = texts[2] } } },
                new Block { Quote = new Quote { Content = new RichText { Text = texts[3] } } },
            },
        });

    private static readonly Gen<ArticleClause> Clauses = Gen.OneOf(
        Gen.OneOf("fr", "FR-ca", "de", "*").Select(range => new ArticleClause { Language = range }),
        Gen.Select(Gen.OneOf("", "s"), Gen.OneOf("a", "a*", "a/b", "*"), (scheme, code) =>
            new ArticleClause { Subject = new ConceptMatch { Scheme = scheme, Code = code } }),
        Gen.OneOf("n", "N").Select(name => new ArticleClause { Subject = new ConceptMatch { Name = name } }),
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 9], (min, max) => new ArticleClause { Urgency = new UrgencyRange { Min = min, Max = max } }),
        Gen.Const("AFP").Select(provider => new ArticleClause { Provider = provider }),
        Gen.Select(Gen.OneOf("été", "NORD", "coree du nord", "ss"), Gen.Bool, (text, headlineOnly) =>
            new ArticleClause { Keyword = new KeywordMatch { Text = text, HeadlineOnly = headlineOnly } }));

    private static readonly Gen<ArticleFilter> Filters = Gen.Select(
        Clauses.Array[0, 2], Clauses.Array[0, 3], Clauses.Array[0, 2],
        (allOf, anyOf, noneOf) => new ArticleFilter { AllOf = { allOf }, AnyOf = { anyOf }, NoneOf = { noneOf } });

    [Fact]
    public void A_compiled_filter_is_the_contract() => Gen.Select(Filters, Articles).Sample((filter, article) =>
        StreamFilter.Compile(filter).Matches(article) == Matches(filter, article));

    [Fact]
    public void A_filter_that_needs_no_body_answers_without_it() => Gen.Select(Filters, Articles).Sample((filter, article) =>
    {
        var compiled = StreamFilter.Compile(filter);
        var whole = compiled.Matches(article);
        article.Body.Clear();
        return compiled.NeedsBody || compiled.Matches(article) == whole;
    });

    private static bool Matches(ArticleFilter filter, Article article) =>
        filter.AllOf.All(clause => Matches(clause, article))
        && (filter.AnyOf.Count == 0 || filter.AnyOf.Any(clause => Matches(clause, article)))
        && !filter.NoneOf.Any(clause => Matches(clause, article));

    private static bool Matches(ArticleClause clause, Article article) => clause.ConditionCase switch
    {
        ArticleClause.ConditionOneofCase.Language =>
            clause.Language == "*" || $"{article.Language}-".StartsWith($"{clause.Language}-", StringComparison.OrdinalIgnoreCase),
        ArticleClause.ConditionOneofCase.Subject => article.Subjects.Any(concept => Matches(clause.Subject, concept)),
        ArticleClause.ConditionOneofCase.Urgency =>
            article.Urgency != 0 && article.Urgency >= clause.Urgency.Min && article.Urgency <= (clause.Urgency.Max == 0 ? 9 : clause.Urgency.Max),
        ArticleClause.ConditionOneofCase.Provider => string.Equals(article.Provider.Name, clause.Provider, StringComparison.OrdinalIgnoreCase),
        _ => Texts(article).Take(clause.Keyword.HeadlineOnly ? 1 : 4).Any(text => Words(text).Contains(Words(clause.Keyword.Text), StringComparison.Ordinal)),
    };

    private static bool Matches(ConceptMatch match, Concept concept) =>
        (match.Scheme == "" || match.Scheme == concept.Scheme)
        && (match.Code == "" ? string.Equals(match.Name, concept.Name, StringComparison.OrdinalIgnoreCase)
            : match.Code.EndsWith('*') ? concept.Code != "" && concept.Code.StartsWith(match.Code.TrimEnd('*'), StringComparison.Ordinal)
            : $"{concept.Code}/".StartsWith($"{match.Code}/", StringComparison.Ordinal));

    private static string[] Texts(Article article) =>
        [article.Headline, article.Standfirst, article.Body[0].Paragraph.Content.Text, article.Body[1].Quote.Content.Text];

    private static string Words(string text)
    {
        var letters = text.Normalize(NormalizationForm.FormD)
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            .Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ');
        return $" {string.Join(' ', string.Concat(letters).Replace("ß", "ss", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))} ";
    }
}
