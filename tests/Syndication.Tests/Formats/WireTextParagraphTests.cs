using System.Text;
using Syndication.Articles;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Tests.Formats;

public sealed class WireTextParagraphTests
{
    private const string Wrapped =
        """
        Le port rouvre après la tempête

        Le port de la ville a rouvert dans la matinée, selon les autorités
        qui ont levé l’alerte après une nuit de vents violents et de fortes
        pluies sur toute la côte.

        Les dégâts

        Une grue est tombée sur le quai nord, où plusieurs conteneurs ont été
        emportés. Personne n’a été blessé, a dit le porte-parole de la sous-
        préfecture à la presse.
        """;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    public void Any_line_end_parts_lines_and_a_blank_line_paragraphs(string lineEnd)
    {
        var article = Read($"\n\n  H\n\nOne\ntwo.\n\n\nThree.\n \n".Replace("\n", lineEnd, StringComparison.Ordinal));

        Assert.Equal("H", article.Headline);
        Assert.Equal(["One\ntwo.", "Three."], Texts(article));
    }

    [Fact]
    public void A_paragraph_separator_parts_paragraphs() =>
        Assert.Equal(["One\ntwo.", "Three."], Texts(Read("H\u2029One\u2028two.\u2029Three.")));

    [Fact]
    public void Wrapped_lines_are_joined_and_a_divided_word_too()
    {
        var article = Read(Wrapped);

        Assert.Equal("Heading", article.Body[1].KindCase.ToString());
        Assert.Equal(
            [
                "Le port de la ville a rouvert dans la matinée, selon les autorités qui ont levé l’alerte après une nuit de vents violents et de fortes pluies sur toute la côte.",
                "Les dégâts",
                "Une grue est tombée sur le quai nord, où plusieurs conteneurs ont été emportés. Personne n’a été blessé, a dit le porte-parole de la sous-préfecture à la presse.",
            ],
            Texts(article));
    }

    [Fact]
    public void Where_wrapped_paragraphs_have_no_blank_lines_a_short_line_ends_one() =>
        Assert.Equal(Texts(Read(Wrapped)), Texts(Read(Wrapped.Replace("\n\n", "\n", StringComparison.Ordinal))));

    [Fact]
    public void A_wrapped_paragraph_may_begin_with_an_indent() => Assert.Equal(2, Texts(Read(
        """
        Titre

           Le port de la ville a rouvert dans la matinée, selon les autorités
        qui ont levé l’alerte après une nuit de vents violents et de fortes
           Une grue est tombée sur le quai nord, où plusieurs conteneurs ont été
        emportés. Personne n’a été blessé, a dit un porte-parole du port de la
        ville.
        """)).Length);

    [Fact]
    public void A_wrapped_headline_is_joined() => Assert.Equal(
        "Le port de la capitale rouvre après une nuit de tempête et des dommages sur toute la côte",
        Read(Wrapped.Replace(
            "Le port rouvre après la tempête\n",
            "Le port de la capitale rouvre après une nuit de tempête et des\ndommages sur toute la côte\n",
            StringComparison.Ordinal)).Headline);

    [Fact]
    public void A_short_text_of_two_lines_is_wrapped_when_none_ends_a_sentence()
    {
        const string First = "Le ministre a annoncé jeudi la fermeture du port";

        Assert.Equal([$"{First} de la ville."], Texts(Read($"Flash\n\n{First}\nde la ville.")));
        Assert.Equal([$"{First}.", "Il rouvrira."], Texts(Read($"Flash\n\n{First}.\nIl rouvrira.")));
    }

    [Fact]
    public void Without_blank_lines_each_line_is_a_paragraph()
    {
        var article = Read("H\nUne phrase.\nUn titre\n\tUne autre phrase, plus longue que la première.\n© 2024 Agence X\nPREV a\nNEXT b");

        Assert.Equal(["Une phrase.", "Un titre", "Une autre phrase, plus longue que la première."], Texts(article));
        Assert.Equal(Block.KindOneofCase.Heading, article.Body[1].KindCase);
        Assert.Equal("Agence X", article.Rights.CopyrightHolder);
        Assert.Equal(2, article.Links.Count);
    }

    [Fact]
    public void Long_lines_are_paragraphs_also_beside_blank_lines()
    {
        var line = string.Concat(Enumerable.Repeat("mot ", 30)) + "fin.";

        Assert.Equal([line, "Court.", "Autre."], Texts(Read($"H\n\n{line}\nCourt.\n\nAutre.")));
    }

    [Fact]
    public void Short_lines_between_blank_lines_stay_together() =>
        Assert.Equal(["Un vers\nun autre", "Une strophe\nde plus"], Texts(Read("H\n\nUn vers\nun autre\n\nUne strophe\nde plus")));

    [Fact]
    public void Separators_around_the_text_and_under_the_headline_are_no_text()
    {
        var article = Read("=====\n\nTitre\n-----\n\nUn.\n\n* * *\n\nDeux.\n\n***\nNNNN\n");

        Assert.Equal("Titre", article.Headline);
        Assert.Equal(["Un.", "* * *", "Deux."], Texts(article));
    }

    private static string[] Texts(Article article) => [.. article.Body.Select(block => (block.Heading?.Content ?? block.Paragraph.Content).Text)];

    // Whatever is made of it, it is good and can be written again.
    private static Article Read(string text)
    {
        var source = Encoding.UTF8.GetBytes(text);
        var article = WireTextReader.Read(source, "a.txt");
        Assert.Equal(source, WireTextWriter.WriteBytes(article));
        Assert.Empty(ArticleValidator.Validate(article));
        return article;
    }
}
