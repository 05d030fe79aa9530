using Syndication.Streams;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Tests.Vocabularies;

/// <summary>What a clause matches, with vocabularies and without.</summary>
public sealed class ConceptGraphTests
{
    private static readonly ConceptGraph Graph = ConceptGraph.Of([Samples.MediaTopics, Samples.SubjectCodes]);

    [Theory]
    [InlineData("medtop:04000000", "medtop:04000000", true, true)]
    [InlineData("medtop:04000000", "medtop:20000344", true, false)] // narrower
    [InlineData("medtop:04000000", "medtop:20000346", true, false)] // two levels below
    [InlineData("medtop:04000000", "medtop:20000345", true, false)] // retired: counts as the one in its place
    [InlineData("medtop:04000000", "medtop:15000000", false, false)]
    [InlineData("medtop:20000346", "medtop:04000000", false, false)] // not upwards
    [InlineData("medtop:20000346", "medtop:20000345", true, false)]
    [InlineData("medtop:20000345", "medtop:20000346", true, false)] // who asks for the retired one means the new one
    [InlineData("medtop:04000000", "subj:04000000", true, false)] // the same elsewhere
    [InlineData("medtop:04000000", "subj:04001000", true, false)] // and what is below it there
    [InlineData("subj:04000000", "medtop:20000346", true, false)]
    [InlineData("subj:04001000", "medtop:20000344", false, false)]
    [InlineData("medtop:20000344", "http://cv.iptc.org/newscodes/mediatopic/|20000346", true, false)] // the URI in place of the scheme
    [InlineData("http://cv.iptc.org/newscodes/mediatopic/|20000344", "medtop:20000346", true, false)]
    [InlineData(":20000344", "medtop:20000346", true, false)] // in any scheme
    [InlineData(":20000344", "other:20000346", true, false)]
    [InlineData("medtop:20000344", "other:20000346", false, false)]
    [InlineData("other:04000000", "medtop:20000344", false, false)]
    [InlineData("medtop:99999999", "medtop:99999999", true, true)] // unknown codes match literally
    [InlineData("medtop:99999999", "medtop:04000000", false, false)]
    [InlineData("medtop:2000*", "medtop:20000344", true, true)]
    [InlineData("medtop:2000*", "medtop:04000000", false, false)]
    [InlineData("sport", "sport", true, true)]
    public void A_code_matches_what_is_below_it(string asked, string has, bool withVocabularies, bool without)
    {
        var article = new Article { Subjects = { ToConcept(has) } };
        var filter = FilterOf(asked);

        Assert.Equal(without, StreamFilter.Compile(filter).Matches(article));
        Assert.Equal(without, StreamFilter.Compile(ConceptGraph.Of([]).Resolve(filter)).Matches(article));
        Assert.Equal(withVocabularies, StreamFilter.Compile(Graph.Resolve(filter)).Matches(article));
    }

    [Fact]
    public void An_exact_code_matches_itself_alone()
    {
        var filter = FilterOf("medtop:04000000");
        filter.AllOf[0].Subject.Exact = true;

        Assert.Equal(filter, Graph.Resolve(filter));
        Assert.True(StreamFilter.Compile(filter).Matches(new Article { Subjects = { ToConcept("medtop:04000000") } }));
        Assert.False(StreamFilter.Compile(filter).Matches(new Article { Subjects = { ToConcept("medtop:20000344") } }));
        filter.AllOf[0].Subject.Code = "0400*";
        Assert.Equal("filter.all_of[0].subject.exact", Assert.Single(StreamFilter.Validate(filter, "filter")).Field);
    }

    [Fact]
    public void What_a_filter_stands_for_is_sorted_replaced_and_taken_off_again()
    {
        var filter = FilterOf("medtop:04000000");
        var resolved = Graph.Resolve(filter);

        Assert.Equal(
            ["medtop http://cv.iptc.org/newscodes/mediatopic/: 04000000 20000344 20000345 20000346", "subj http://cv.iptc.org/newscodes/subjectcode/: 04000000 04001000"],
            resolved.AllOf[0].Subject.Narrower.Select(group => $"{string.Join(' ', group.Schemes)}: {string.Join(' ', group.Codes)}"));
        Assert.Equal(resolved, Graph.Resolve(resolved));
        Assert.Equal(filter, ConceptGraph.Strip(resolved));
        Assert.Equal(filter, ConceptGraph.Of([]).Resolve(resolved));
    }

    [Fact]
    public void A_clause_that_forbids_forbids_what_is_below()
    {
        var filter = new ArticleFilter { NoneOf = { FilterOf("medtop:04000000").AllOf } };

        Assert.False(StreamFilter.Compile(Graph.Resolve(filter)).Matches(new Article { Subjects = { ToConcept("medtop:20000346") } }));
        Assert.True(StreamFilter.Compile(Graph.Resolve(filter)).Matches(new Article { Subjects = { ToConcept("medtop:15000000") } }));
    }

    private static ArticleFilter FilterOf(string concept)
    {
        var (scheme, code) = Parts(concept);
        return new ArticleFilter { AllOf = { new ArticleClause { Subject = code.Length > 0 ? new ConceptMatch { Scheme = scheme, Code = code } : new ConceptMatch { Name = scheme } } } };
    }

    private static Concept ToConcept(string concept)
    {
        var (scheme, code) = Parts(concept);
        return code.Length > 0 ? new Concept { Scheme = scheme, Code = code } : new Concept { Name = scheme };
    }

    private static (string Scheme, string Code) Parts(string concept)
    {
        var parts = concept.Contains('|', StringComparison.Ordinal) ? concept.Split('|') : concept.Split(':');
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
