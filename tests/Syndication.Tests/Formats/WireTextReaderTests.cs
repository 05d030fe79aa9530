using System.Security.Cryptography;
using System.Text;
using Syndication.Articles;
using Syndication.Formats;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Tests.Formats;

public sealed class WireTextReaderTests
{
    private const string Canonical =
        """
        Le port rouvre après la tempête

        Le port de la ville a rouvert dans la matinée, selon les autorités qui ont levé l’alerte.

        Des dégâts limités

        Les quais sont intacts.

        Une grue est tombée.

        © TOUS DROITS RÉSERVÉS

        PREV Le vent faiblit – Toute l’actualité
        NEXT des digues pour 40 millions
        """;

    [Fact]
    public void A_wire_text_is_taken_apart()
    {
        var article = Read(Canonical);

        Assert.Equal("Le port rouvre après la tempête", article.Headline);
        Assert.Equal("fr", article.Language);
        Assert.Equal(["Paragraph", "Heading 1", "Paragraph", "Paragraph"], Shape(article));
        Assert.Equal("© TOUS DROITS RÉSERVÉS", article.Rights.CopyrightNotice);
        Assert.Empty(article.Rights.CopyrightHolder);
        Assert.Equal(
            [
                new Link { Relation = LinkRelation.Previous, Headline = "Le vent faiblit", RawText = "PREV Le vent faiblit – Toute l’actualité" },
                new Link { Relation = LinkRelation.Next, Headline = "des digues pour 40 millions", RawText = "NEXT des digues pour 40 millions" },
            ],
            article.Links);
        Assert.Equal([Inferred.Namespace], article.Extensions.Select(extension => extension.Namespace));
        Assert.Empty(ArticleValidator.Validate(article));
    }

    [Fact]
    public void The_source_is_described_without_its_folders()
    {
        var source = "Titre\n"u8.ToArray();

        var document = WireTextReader.Read(source, @"C:\in\2024/a.txt").SourceDocument;

        Assert.Equal("a.txt", document.Name);
        Assert.Equal("text/plain; charset=utf-8", document.MediaType);
        Assert.Equal(source.Length, document.SizeBytes);
        Assert.Equal(SHA256.HashData(source), document.Sha256.ToByteArray());
    }

    [Fact]
    public void The_real_wire_text_is_read_and_rebuilt_byte_for_byte()
    {
        var source = File.ReadAllBytes(SharedInput.Find("data/seed/wire-fr-000.txt"));

        var article = WireTextReader.Read(source, "wire-fr-000.txt");

        Assert.Equal("fr", article.Language);
        Assert.Equal(["Paragraph", "Heading 1", "Paragraph", "Paragraph", "Heading 1", "Paragraph"], Shape(article));
        Assert.StartsWith("©", article.Rights.CopyrightNotice, StringComparison.Ordinal);
        Assert.Empty(article.Rights.CopyrightHolder);
        Assert.Equal([LinkRelation.Previous, LinkRelation.Next], article.Links.Select(link => link.Relation));
        Assert.All(article.Links, link => Assert.Empty(link.ArticleId));
        Assert.StartsWith($"PREV {article.Links[0].Headline} – ", article.Links[0].RawText, StringComparison.Ordinal);
        Assert.Equal($"NEXT {article.Links[1].Headline}", article.Links[1].RawText);
        Assert.Equal(SHA256.HashData(source), article.SourceDocument.Sha256.ToByteArray());
        Assert.Equal([Inferred.Namespace], article.Extensions.Select(extension => extension.Namespace));
        Assert.Empty(ArticleValidator.Validate(article));
        Assert.Equal(source, WireTextWriter.WriteBytes(article));
    }

    [Theory]
    [InlineData("Un titre\n\nUne phrase.", "Heading 1")]
    [InlineData("Un titre.\n\nUne phrase.", "Paragraph")]
    [InlineData("Un titre ?\n\nUne phrase.", "Paragraph")]
    [InlineData("« Un titre. »\n\nUne phrase.", "Paragraph")]
    [InlineData("« Un titre »\n\nUne phrase.", "Heading 1")]
    [InlineData("- Un point\n\nUne phrase.", "Paragraph")]
    [InlineData("2024\n\nUne phrase.", "Paragraph")]
    [InlineData("Deux\nlignes\n\nUne phrase.", "Paragraph")]
    [InlineData("Un titre\n\nUn autre", "Paragraph")]
    [InlineData("Un titre\n\n© X", "Paragraph")]
    [InlineData("Un titre", "Paragraph")]
    public void A_heading_is_a_short_line_without_final_punctuation_before_text(string body, string first) =>
        Assert.Equal(first, Shape(Read($"H\n\n{body}"))[0]);

    [Theory]
    [InlineData(100, "Heading 1")]
    [InlineData(101, "Paragraph")]
    public void A_heading_has_at_most_100_units(int length, string first) =>
        Assert.Equal(first, Shape(Read($"H\n\nA{new string('a', length - 1)}\n\nText."))[0]);

    [Theory]
    [InlineData("© 2024 Agence X", "Agence X")]
    [InlineData("© Agence X, 2019-2024. Tous droits réservés.", "Agence X")]
    [InlineData("Copyright (c) 2024 by The Example Company. All rights reserved.", "The Example Company")]
    [InlineData("Tous droits reserves, Agence X", "Agence X")]
    [InlineData("ALL RIGHTS RESERVED", "")]
    [InlineData("Alle Rechte vorbehalten.", "")]
    [InlineData("(c) 2024", "")]
    public void A_rights_line_names_its_holder_or_nobody(string line, string holder)
    {
        var article = Read($"H\n\nText.\n\n{line}");

        Assert.Equal(line, article.Rights.CopyrightNotice);
        Assert.Equal(holder, article.Rights.CopyrightHolder);
    }

    [Fact]
    public void Text_about_rights_is_text()
    {
        var article = Read("H\n\nCopyright in the age of machines\n\nThe law changes.\n\nNEXTDOOR opens.");

        Assert.Null(article.Rights);
        Assert.Empty(article.Links);
        Assert.Equal(["Heading 1", "Paragraph", "Paragraph"], Shape(article));
    }

    [Fact]
    public void The_last_rights_notice_counts_and_the_others_stay_in_the_text()
    {
        var article = Read("H\n\n© One\n\nText.\n\n© Two\nAll rights reserved");

        Assert.Equal("© Two\nAll rights reserved", article.Rights.CopyrightNotice);
        Assert.Equal("Two", article.Rights.CopyrightHolder);
        Assert.Equal("© One", article.Body[0].Paragraph.Content.Text);
    }

    [Theory]
    [InlineData("PREV A – Dernières nouvelles", "A")]
    [InlineData("PREV: A | Site", "A")]
    [InlineData("NEXT\tA - B - Le Site", "A - B")]
    [InlineData("NEXT Guerre – la suite", "Guerre – la suite")]
    [InlineData("NEXT Après-demain", "Après-demain")]
    [InlineData("NEXT A – One two three four five six", "A – One two three four five six")]
    [InlineData("NEXT – Site", "– Site")]
    public void A_neighbour_loses_the_name_of_the_site_but_for_its_raw_text(string line, string headline)
    {
        var link = Assert.Single(Read($"H\n\nText.\n\n{line}").Links);

        Assert.Equal(headline, link.Headline);
        Assert.Equal(line, link.RawText);
    }

    [Theory]
    [InlineData("en", "The minister said that the talks would be held in the capital after the vote, and it was not clear who will attend.")]
    [InlineData("fr", "Le ministre a dit que les discussions auront lieu dans la capitale après le vote, et on ne sait pas qui sera là.")]
    [InlineData("de", "Der Minister sagte, dass die Gespräche nach der Wahl in der Hauptstadt stattfinden werden und nicht auf dem Land.")]
    [InlineData("es", "El ministro dijo que las conversaciones se celebrarán en la capital después de la votación y no se sabe quién va.")]
    [InlineData("it", "Il ministro ha detto che i colloqui si terranno nella capitale dopo il voto e non è chiaro chi sarà presente.")]
    [InlineData("nl", "De minister zei dat de gesprekken na de verkiezingen in de hoofdstad worden gehouden en dat het niet zeker is.")]
    [InlineData("pt", "O ministro disse que as conversações serão realizadas na capital depois da votação e não se sabe quem vai.")]
    [InlineData("und", "Lorem ipsum dolor sit amet consectetur adipiscing elit")]
    [InlineData("und", "北朝鮮")]
    public void The_language_is_told_by_its_function_words(string language, string text) =>
        Assert.Equal(language, Read($"X\n\n{text}").Language);

    [Fact]
    public void A_given_language_is_taken()
    {
        var article = WireTextReader.Read(Encoding.UTF8.GetBytes(Canonical), "a", new WireTextOptions { Language = "ht" });

        Assert.Equal("ht", article.Language);
        Assert.Null(Inferred.FindLanguage(article));
    }

    [Fact]
    public void A_detected_language_is_marked_as_inferred()
    {
        var article = Read(Canonical);

        Assert.Equal(Inferred.StopWords, Inferred.FindLanguage(article));
        var extension = Assert.Single(article.Extensions);
        Assert.Equal("urn:syndication:inferred:1", extension.Namespace);
        Assert.Equal("application/json", extension.MediaType);
        Assert.Equal("""{"language":"stop-words"}""", extension.Content.ToStringUtf8());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\n")]
    [InlineData("\uFEFF")]
    public void A_source_without_text_is_refused(string source) =>
        Assert.Equal(1, Assert.Throws<WireTextException>(() => Read(source)).Line);

    private static Article Read(string text) => WireTextReader.Read(Encoding.UTF8.GetBytes(text), "a.txt");

    private static string[] Shape(Article article) =>
        [.. article.Body.Select(block => block.Heading is { } heading ? $"Heading {heading.Level}" : block.KindCase.ToString())];
}
