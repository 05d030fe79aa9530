using Syndication.V1;

namespace Syndication.Findings.Tests;

/// <summary>What the rules find, and what looks like it and is right.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("fr", "Né en 1998il est mort", "missing-space-after-number")]
    [InlineData("fr", "Le 15août 2024Paris fut", "missing-space-after-number,missing-space-after-number")]
    [InlineData("en", "He left.Then he came", "missing-space-after-stop")]
    [InlineData("en", "He left,then he came", "missing-space-after-stop")]
    [InlineData("fr", "Pourquoi?Parce que", "missing-space-after-stop")]
    [InlineData("en", "the harbour of the harbour of Valmere", "doubled-word")]
    [InlineData("de", "Er sagte „ja, und ging.", "unbalanced-quotes")]
    [InlineData("en", "He said “yes and left.", "unbalanced-quotes")]
    [InlineData("en", "as he said [in May", "unbalanced-brackets")]
    [InlineData("de", "Er sah „Faust“ und \"Hamlet\".", "mixed-quotes")]
    [InlineData("en", "a <strong>bold</strong> word", "stray-markup,stray-markup")]
    [InlineData("en", "see [the page](https://example.org) here", "stray-markup")]
    [InlineData("fr", "Câ€™est lâ€™heure", "mojibake,mojibake")]
    [InlineData("en", "Sao Paulo won. São Paulo lost. São Paulo went.", "name-spelled-two-ways")]
    [InlineData("fr", "Saint Denis gagne. Saint-Denis perd.", "name-spelled-two-ways")]
    [InlineData("fr", "Les Etats du Sud et l’État du Nord", "unaccented-capital")]
    [InlineData("en", "© 2024 Valmere Herald", "boilerplate")]
    [InlineData("fr", "PREV Le budget de la flotte", "boilerplate")]
    [InlineData("en", "He comes on Monday.", "date-without-year")]
    [InlineData("en", "He came on June 17.", "date-without-year")]
    public void A_fault_is_found(string language, string text, string codes) => Assert.Equal(codes.Split(','), Sample.Codes(language, text));

    [Theory]
    [InlineData("fr", "Le 42e régiment, le 1er mai 2024, la 2ème fois, 20Minutes et Stade2Foot")]
    [InlineData("en", "the 21st, 1990s and 100ths; COVID19, 4chan.org, 3com and @2021conference")]
    [InlineData("de", "In den 1990er Jahren, der 18te")]
    [InlineData("fr", "Voir lemonde.fr, www.example.com, agence.presse@example.org, Node.js, ASP.NET")]
    [InlineData("fr", "Les acteur.rice.s et les acteur.rice, élu.e.s, p.ex., c.à.d.")]
    [InlineData("en", "The U.S.A. and J.R.R. Tolkien, e.g. this, i.e. that")]
    [InlineData("fr", "Nous nous levons et vous vous asseyez")]
    [InlineData("en", "I know that that had had an effect in Bora Bora and 20 20")]
    [InlineData("en", "a) one, b) two, 1) three :) and :( (all)")]
    [InlineData("en", "a 5\" pipe and a 7\" one")]
    [InlineData("en", "He said, “the so-called ‘deal’ is dead”.")]
    [InlineData("de", "Er sagte: „Das war ‚nett‘ von dir“.")]
    [InlineData("fr", "AT&T, a < b, x > y, [sic], [...] et R&D;")]
    [InlineData("pt", "Disse «AMANHÃ» e «É»")]
    [InlineData("fr", "Le Monde et LE MONDE, Le Mans")]
    [InlineData("fr", "Le 17 juin 2024, puis le 18 juin et demain")]
    [InlineData("en", "In June, May and March we may march")]
    [InlineData("en", "He read more books, and subscribe to this he did not. Next to it stood a chair.")]
    [InlineData("ja", "彼は2024年に東京へ行った。「はい」と言った。")]
    [InlineData("ar", "قال الرئيس إن الحكومة ستعلن القرار")]
    public void What_is_right_is_left_alone(string language, string text) =>
        Assert.Empty(Sample.Codes(language, text));

    [Theory]
    [InlineData("fr", "Le maire a quitté la")]
    [InlineData("en", "Mayor resigns after…")]
    [InlineData("en", ", mayor says")]
    [InlineData("en", "mayor resigns")]
    [InlineData("en", "Mayor resigns -")]
    public void A_headline_that_looks_cut_is_found(string language, string headline) => Assert.Contains("headline-cut", Headline(language, headline));

    [Theory]
    [InlineData("en", "iPhone sales fall")]
    [InlineData("en", "al-Qaida claims attack")]
    [InlineData("fr", "d’Artagnan revient")]
    [InlineData("de", "von der Leyen reist nach Valmere")]
    [InlineData("en", "“We are done”")]
    [InlineData("ja", "東京で地震")]
    public void A_headline_that_begins_with_such_a_name_is_whole(string language, string headline) => Assert.DoesNotContain("headline-cut", Headline(language, headline));

    [Fact]
    public void A_quotation_over_several_paragraphs_is_whole_when_each_begins_with_a_mark() =>
        Assert.Empty(Sample.Codes("en", "He said: “We came.", "“We saw.", "“We left.”"));

    [Fact]
    public void What_is_said_after_an_opening_mark_that_is_not_closed_is_left_alone() =>
        Assert.Equal(["unbalanced-quotes"], Sample.Codes("en", "He said “we we went to the the harbour"));

    [Fact]
    public void A_day_is_known_where_the_dateline_or_the_clock_of_the_desk_tells_it()
    {
        var article = Sample.Of("fr", "Il viendra demain, le 18 juin.");
        Assert.Contains(ArticleChecker.Check(article).Findings, finding => finding.Code == "date-without-year");

        article.Dateline = new Dateline { Text = "SÉOUL, 17 juin 2024" };
        Assert.Empty(ArticleChecker.Check(article).Findings);
    }

    [Fact]
    public void A_notice_with_a_holder_in_words_or_in_its_field_is_complete()
    {
        var article = Sample.Of("fr");
        article.Rights = new Rights { CopyrightNotice = "© 2024 Agence des Deux-Rives" };
        Assert.Empty(ArticleChecker.Check(article).Findings);

        article.Rights = new Rights { CopyrightNotice = "All rights reserved", CopyrightHolder = "Agence des Deux-Rives" };
        Assert.Empty(ArticleChecker.Check(article).Findings);
    }

    [Theory]
    [InlineData("ca", "El govern ha presentat la reforma als diputats, que han votat el text aquesta nit amb una gran majoria per les mesures de la ministra del país")]
    [InlineData("fr", "Yes")]
    [InlineData("fr-CA", "Le gouvernement a présenté la réforme devant les députés, qui ont voté le texte dans la nuit avec une large majorité pour les mesures")]
    public void A_language_that_is_not_known_or_a_text_too_short_contradicts_no_tag(string language, string text) => Assert.Empty(Sample.Codes(language, text));

    [Fact]
    public void A_text_in_another_script_contradicts_its_tag() =>
        Assert.Contains("language-mismatch", Sample.Codes("ru", string.Join(' ', Enumerable.Repeat("the mayor of Valmere has left", 5))));

    private static IEnumerable<string> Headline(string language, string headline)
    {
        var article = Sample.Of(language);
        article.Headline = headline;
        return ArticleChecker.Check(article).Findings.Select(finding => finding.Code);
    }
}
