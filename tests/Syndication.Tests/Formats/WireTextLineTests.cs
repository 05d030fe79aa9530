using System.Text;
using Syndication.Articles;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Tests.Formats;

public sealed class WireTextLineTests
{
    private const string Long = "Une phrase assez longue pour être un paragraphe entier, avec une virgule et un point à la fin.";

    [Theory]
    [InlineData("Par Jean Dupont", "Jean Dupont")]
    [InlineData("PAR JEAN DUPONT", "JEAN DUPONT")]
    [InlineData("By Jane Q. Public and John Doe", "Jane Q. Public|John Doe")]
    [InlineData("Von Anna Müller, Berlin-Korrespondentin", "Anna Müller")]
    [InlineData("Por María de la Cruz y Juan Pérez", "María de la Cruz|Juan Pérez")]
    [InlineData("Di Marco D’Amico", "Marco D’Amico")]
    [InlineData("Door Jan van den Berg & Piet Smit", "Jan van den Berg|Piet Smit")]
    [InlineData("Par AFP", "AFP")]
    [InlineData("Par Jean Dupont, envoyé spécial à Séoul", "Jean Dupont")]
    public void A_byline_names_its_contributors(string line, string names)
    {
        var article = Read($"H\n\n{line}\n\n{Long}\n\nUn titre\n\n{Long}");

        Assert.Equal(line, article.Byline.Text);
        Assert.Equal(names.Split('|'), article.Byline.Contributors.Select(contributor => contributor.Name));
        Assert.Equal(3, article.Body.Count);
    }

    [Theory]
    [InlineData("Par ailleurs")]
    [InlineData("Par Jean Dupont est venu")]
    [InlineData("Von der Leyen")]
    [InlineData("By Monday")]
    [InlineData("Par Jean Dupont.")]
    [InlineData("Di Maria")]
    [InlineData("Par 3 Voix")]
    public void A_line_that_only_begins_like_a_byline_is_text(string line) => Assert.Null(Read($"H\n\n{line}\n\n{Long}").Byline);

    [Fact]
    public void A_byline_stands_near_the_headline() =>
        Assert.Null(Read($"H\n\n{Long}\n\n{Long}\n\n{Long}\n\nPar Jean Dupont\n\n{Long}").Byline);

    [Theory]
    [InlineData("SÉOUL, 17 juin (Agence) — Le", "SÉOUL, 17 juin (Agence)", "SÉOUL")]
    [InlineData("PARIS (AFP) - Le", "PARIS (AFP)", "PARIS")]
    [InlineData("Paris (AFP) – Le", "Paris (AFP)", "Paris")]
    [InlineData("WASHINGTON, D.C., June 17, 2024 (Reuters) -- Le", "WASHINGTON, D.C., June 17, 2024 (Reuters)", "WASHINGTON, D.C.")]
    [InlineData("Berlin (dpa) - Le", "Berlin (dpa)", "Berlin")]
    [InlineData("SAINT-DENIS (Agence X), 1er août —\nLe", "SAINT-DENIS (Agence X), 1er août", "SAINT-DENIS")]
    [InlineData("NEW YORK, 5 Jun. – Le", "NEW YORK, 5 Jun.", "NEW YORK")]
    [InlineData("PARIS, 17 juin 2024 —\n\nLe", "PARIS, 17 juin 2024", "PARIS")]
    public void A_dateline_is_cut_from_its_paragraph(string start, string text, string place)
    {
        var article = Read($"H\n\nPar Jean Dupont\n\n{start} ministre parle.\n\nPuis il se tait.");

        Assert.Equal(text, article.Dateline.Text);
        Assert.Equal(place, article.Dateline.Place);
        Assert.Equal("Le ministre parle.", article.Body[0].Paragraph.Content.Text);
        Assert.Equal("Jean Dupont", article.Byline.Contributors[0].Name);
    }

    [Theory]
    [InlineData("ANALYSE – Le ministre parle.")]
    [InlineData("Le ministre (à gauche) - parle.")]
    [InlineData("Vladimir Poutine (à gauche) - un ministre.")]
    [InlineData("Le 17 juin, 18 heures - on parle.")]
    [InlineData("PARIS (AFP)-Le ministre parle.")]
    public void A_paragraph_that_only_looks_like_a_dateline_stays_whole(string text)
    {
        var article = Read($"H\n\n{text}\n\n{Long}");

        Assert.Null(article.Dateline);
        Assert.Equal(text, article.Body[0].Paragraph.Content.Text);
    }

    [Theory]
    [InlineData("Les suites", true)]
    [InlineData("« Une situation intenable »", true)]
    [InlineData("« Je ne peux pas vous dire ce que nous ferons demain matin »", false)]
    [InlineData("« Non » au traité", false)]
    [InlineData("« Nous verrons", false)]
    [InlineData("une suite de phrase", false)]
    [InlineData("iPhone et tablettes", true)]
    [InlineData("Les suites :", false)]
    [InlineData("1. Les suites", true)]
    [InlineData("Qui va payer ?", true)]
    [InlineData("Payer ? Qui ?", false)]
    public void A_heading_stands_out_from_the_paragraphs_around(string line, bool isHeading) =>
        Assert.Equal(isHeading, Read($"H\n\n{Long}\n\n{line}\n\n{Long}").Body[1].KindCase == Block.KindOneofCase.Heading);

    [Fact]
    public void A_question_among_short_lines_is_dialogue() =>
        Assert.All(Read("H\n\nIl parle.\n\nQui va payer ?\n\nLui.\n\nPourquoi ?\n\nParce que.").Body, block => Assert.NotNull(block.Paragraph));

    [Fact]
    public void What_goes_on_in_small_letters_has_no_heading() =>
        Assert.NotNull(Read($"H\n\n{Long}\n\nLe ministre\n\na parlé.").Body[1].Paragraph);

    [Theory]
    [InlineData("(c) 2024 Agence X", "Agence X")]
    [InlineData("© Agence X. Toute reproduction interdite.", "Agence X")]
    [InlineData("© 2024 dpa", "dpa")]
    [InlineData("© 2024 Example Inc. All rights reserved.", "Example Inc.")]
    [InlineData("Copyright © Agence X 2024", "Agence X")]
    [InlineData("Agence X – Tous droits réservés", "Agence X")]
    [InlineData("Alle Rechte vorbehalten: Agentur X", "Agentur X")]
    [InlineData("Todos los derechos reservados por Agencia X", "Agencia X")]
    [InlineData("TUTTI I DIRITTI RISERVATI", "")]
    [InlineData("© Tutti i diritti riservati", "")]
    [InlineData("Alle rechten voorbehouden.", "")]
    [InlineData("Todos os direitos reservados © 2024 Agência X", "Agência X")]
    [InlineData("© 2024. Tous droits réservés. Reproduction interdite.", "")]
    [InlineData("© Droits réservés", "")]
    [InlineData("© DR", "")]
    [InlineData("© Agence France-Presse. Tous droits de reproduction et de représentation réservés.", "Agence France-Presse")]
    public void A_rights_line_names_its_holder_or_nobody(string line, string holder)
    {
        var article = Read($"H\n\nText.\n\n{line}");

        Assert.Equal(line, article.Rights.CopyrightNotice);
        Assert.Equal(holder, article.Rights.CopyrightHolder);
    }

    [Theory]
    [InlineData("Le site affiche « tous droits réservés » sur chaque page.")]
    [InlineData("All rights reserved to the states were discussed.")]
    [InlineData("Il vend avec tous droits réservés, dit-il.")]
    [InlineData("Les droits réservés aux femmes")]
    public void A_sentence_about_rights_is_text(string line) => Assert.Null(Read($"H\n\nText.\n\n{line}").Rights);

    [Theory]
    [InlineData("PREVIOUS A title", LinkRelation.Previous, "A title")]
    [InlineData("Previous: A title", LinkRelation.Previous, "A title")]
    [InlineData("Next article: A title", LinkRelation.Next, "A title")]
    [InlineData("PRÉCÉDENT Un titre", LinkRelation.Previous, "Un titre")]
    [InlineData("PRE\u0301CE\u0301DENT : Un titre", LinkRelation.Previous, "Un titre")]
    [InlineData("PRECEDENT : UN TITRE ENTIER", LinkRelation.Previous, "UN TITRE ENTIER")]
    [InlineData("Article suivant : Un titre", LinkRelation.Next, "Un titre")]
    [InlineData("SUIVANT\u00A0: Un titre", LinkRelation.Next, "Un titre")]
    [InlineData("VORHERIGER Ein Titel", LinkRelation.Previous, "Ein Titel")]
    [InlineData("Nächster Artikel: Ein Titel", LinkRelation.Next, "Ein Titel")]
    [InlineData("ANTERIOR Un título", LinkRelation.Previous, "Un título")]
    [InlineData("SIGUIENTE: Un título", LinkRelation.Next, "Un título")]
    [InlineData("PRECEDENTE Un titolo", LinkRelation.Previous, "Un titolo")]
    [InlineData("SUCCESSIVO Un titolo", LinkRelation.Next, "Un titolo")]
    [InlineData("VORIGE Een titel", LinkRelation.Previous, "Een titel")]
    [InlineData("VOLGENDE Een titel", LinkRelation.Next, "Een titel")]
    [InlineData("« Précédent : Un titre", LinkRelation.Previous, "Un titre")]
    [InlineData("SUIVANT Un titre »", LinkRelation.Next, "Un titre")]
    [InlineData("NEXT Il dit « non »", LinkRelation.Next, "Il dit « non »")]
    [InlineData("← Un titre", LinkRelation.Previous, "Un titre")]
    [InlineData("Un titre →", LinkRelation.Next, "Un titre")]
    [InlineData("‹ Un titre", LinkRelation.Previous, "Un titre")]
    [InlineData("Un titre ›", LinkRelation.Next, "Un titre")]
    public void A_neighbour_is_known_in_several_languages(string line, LinkRelation relation, string headline)
    {
        var link = Assert.Single(Read($"H\n\nText.\n\n{line}").Links);

        Assert.Equal(new Link { Relation = relation, Headline = headline, RawText = line }, link);
    }

    [Theory]
    [InlineData("Next week Paris votes")]
    [InlineData("NEXT WEEK PARIS VOTES")]
    [InlineData("Suivant les règles, on vote")]
    [InlineData("SUIVANT les règles, le ministre a démissionné.")]
    [InlineData("suivant : la fin")]
    [InlineData("Next: we go to Paris.")]
    [InlineData("« Nous verrons »")]
    [InlineData("« Nous verrons")]
    [InlineData("et voilà »")]
    [InlineData("→ Lire aussi")]
    [InlineData("‹ Citation ›")]
    [InlineData("NEXTDOOR opens")]
    [InlineData("PREV")]
    public void A_sentence_is_no_neighbour(string line) => Assert.Empty(Read($"H\n\nText.\n\n{line}").Links);

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
