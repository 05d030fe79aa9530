using System.Text;
using Syndication.Formats.Vocabularies;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Tests.Vocabularies;

/// <summary>NewsCodes files are read in both forms in which they are published; what is wrong is refused with its place.</summary>
public sealed class VocabularyFileTests
{
    [Fact]
    public void Both_forms_give_the_same_vocabulary()
    {
        var fromRdf = VocabularyFile.Read(Samples.Read("medtop-sample.rdf"));
        var fromJson = VocabularyFile.Read(Samples.Read("medtop-sample.json"));

        Assert.Equal(fromRdf, fromJson);
        Assert.Equal(("medtop", "http://cv.iptc.org/newscodes/mediatopic/"), (fromRdf.Scheme, fromRdf.Uri));
        Assert.Equal(
            ["04000000 ", "20000344 04000000", "20000346 20000344", "20000345  retired 20000346", "15000000 "],
            fromRdf.Concepts.Select(concept => $"{concept.Code} {string.Join(',', concept.Broader)}{(concept.Retired ? $" retired {concept.ReplacedBy}" : "")}"));
        Assert.Equal("économie et finances", fromRdf.Concepts[0].Labels["fr"]);
        Assert.Equal(["http://cv.iptc.org/newscodes/subjectcode/04000000"], fromRdf.Concepts[0].ExactMatches);
        Assert.Empty(VocabularyCheck.Validate(fromRdf, "vocabulary"));
    }

    [Fact]
    public void Labels_are_kept_in_the_languages_that_are_asked_for()
    {
        var vocabulary = VocabularyFile.Read(Samples.Read("medtop-sample.rdf"), languages: ["en"]);

        Assert.Equal(["en-GB"], vocabulary.Concepts.SelectMany(concept => concept.Labels.Keys).Distinct());
    }

    [Fact]
    public void A_scheme_is_named_where_the_file_does_not_say()
    {
        const string Json = """[{ "uri": "https://example.org/desk/a" }, { "uri": "https://example.org/desk/b", "broader": ["https://example.org/desk/a"] }]""";

        Assert.Equal("desk", VocabularyFile.Read(Encoding.UTF8.GetBytes(Json), "desk").Scheme);
        Assert.Contains("name its scheme", Refusal(Json).Reason, StringComparison.Ordinal);
    }

    private const string Rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:skos=\"http://www.w3.org/2004/02/skos/core#\">\n";

    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("hello", 1, "neither RDF/XML nor JSON")]
    [InlineData("{ \"a\": 1 }", 1, "no list \"conceptSet\"")]
    [InlineData("{ \"conceptSet\": [] }", 0, "no concepts")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\" },\n{ \"qcode\": }", 3, "is not JSON")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\" }", 2, "is not JSON")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\" },\n\n{ \"prefLabel\": \"x\" }] }", 4, "neither \"uri\" nor \"qcode\"")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\" },\n{ \"qcode\": \"a:b\" }] }", 3, "more than once")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\" },\n{ \"qcode\": \"c:d\" }] }", 3, "no QCode of the scheme \"a\"")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\", \"broader\": [\"a:c\"] }] }", 2, "names \"c\", which is not in the file")]
    [InlineData("{ \"conceptSet\": [\n{ \"qcode\": \"a:b\", \"broader\": 7 }] }", 2, "\"broader\" is neither")]
    [InlineData("<html/>", 1, "not <rdf:RDF>")]
    [InlineData(Rdf + "<skos:Concept/></rdf:RDF>", 2, "no rdf:about")]
    [InlineData(Rdf + "<skos:Concept rdf:about=\"http://x/a\">\n</rdf:RDF>", 3, "does not match")]
    [InlineData(Rdf + "<skos:Concept rdf:about=\"http://x/a\"/>\n<skos:Concept rdf:about=\"http://y/b\"/></rdf:RDF>", 3, "not of the same vocabulary")]
    [InlineData(Rdf + "<skos:Concept rdf:about=\"http://x/a\"><skos:broader>a</skos:broader></skos:Concept></rdf:RDF>", 2, "names no resource")]
    [InlineData("<?xml version=\"1.0\"?>\n<!DOCTYPE rdf:RDF [<!ENTITY a \"b\">]>\n<rdf:RDF/>", 2, "DTD")]
    [InlineData("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", 1, "DTD")]
    public void A_bad_file_is_refused_with_line_and_reason(string content, int line, string reason)
    {
        var refusal = Refusal(content, content.StartsWith("<rdf", StringComparison.Ordinal) ? "x" : null);

        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(line, refusal.Line);
    }

    [Fact]
    public void A_large_file_and_a_deep_one_are_refused_or_read_in_bounded_time()
    {
        Assert.Contains("at most", Refusal(new string(' ', VocabularyFile.MaxBytes + 1)).Reason, StringComparison.Ordinal);
        Assert.Contains("is not JSON", Refusal("{ \"conceptSet\": [ { \"a\": " + new string('[', 100_000)).Reason, StringComparison.Ordinal);
        var deep = string.Concat(Enumerable.Repeat("<a>", 20_000)) + string.Concat(Enumerable.Repeat("</a>", 20_000));
        Assert.Contains("no concepts", Refusal(Rdf + deep + "</rdf:RDF>").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_in_a_circle_is_refused()
    {
        var vocabulary = new Vocabulary
        {
            Scheme = "s",
            Concepts =
            {
                new VocabularyConcept { Code = "a", Broader = { "b" } },
                new VocabularyConcept { Code = "b", Broader = { "c" } },
                new VocabularyConcept { Code = "c", Broader = { "a" } },
                new VocabularyConcept { Code = "d", Broader = { "a", "b" } },
            },
        };

        Assert.Contains("circle: a is below b is below c is below a", Assert.Single(VocabularyCheck.Validate(vocabulary, "vocabulary")).Description, StringComparison.Ordinal);
        vocabulary.Concepts[2].Broader.Clear();
        Assert.Empty(VocabularyCheck.Validate(vocabulary, "vocabulary"));
    }

    private static VocabularyFileException Refusal(string content, string? scheme = null) =>
        Assert.Throws<VocabularyFileException>(() => VocabularyFile.Read(Encoding.UTF8.GetBytes(content), scheme));
}
