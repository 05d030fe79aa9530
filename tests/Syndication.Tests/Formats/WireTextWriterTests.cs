using System.Text;
using CsCheck;
using Syndication.Articles;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Tests.Formats;

public sealed class WireTextWriterTests
{
    // What texts are made of, with everything that a layout can differ in.
    private static readonly Gen<string> Texts = Gen.OneOf(
        "\n", "\n", "\n\n", "\r\n", "\u2029", "---\n", "NNNN", "======", "\u00AD", "Par Jean Dupont\n", "PARIS (AFP) - ", "SÉOUL, 17 juin (X) —\n",
        "Une ligne assez longue pour être la ligne pleine d’un texte coupé-\n", "Une ligne assez longue pour être la ligne pleine d’un texte coupé \n  ", "\r\n\r\n", "\r", "\f", "\t", " ", "\u00A0", "\u0085", "\u2028", "\0", "\uFEFF", "\uFFFF", "😀",
        "Titre", "Une phrase.", "PREV Avant – Site", "NEXT après", "NEXT ", "© Agence", "Tous droits réservés", "- a", "e\u0301")
        .Array[0, 40].Select(string.Concat);

    [Theory]
    [InlineData("H")]
    [InlineData("H\n")]
    [InlineData("\uFEFFH\r\n\r\nText.\r\n")]
    [InlineData("H\nText.")]
    [InlineData("  H\t\n \n\n\tText.  \nMore. \n\n")]
    [InlineData("H\r\n\nMixed.\n\r\nEnds.\r")]
    [InlineData("A\ttab\n\nA\ttab.")]
    [InlineData("H\n\nPREV a\n\n© X\n\nText.\n\nNEXT b")]
    [InlineData("H\n\n\f\0\0Text.\u2028More.")]
    public void What_was_read_is_written_again(string text)
    {
        var article = Read(text);

        Assert.Equal(Encoding.UTF8.GetBytes(text), WireTextWriter.WriteBytes(article));
        Assert.Empty(ArticleValidator.Validate(article));
    }

    [Fact]
    public void Any_text_survives() => Texts.Sample(Survives);

    [Fact]
    public void Any_string_survives() => Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))).Sample(Survives);

    [Fact]
    public void Any_bytes_are_read_or_refused() => Gen.Byte.Array.Sample(bytes =>
    {
        try
        {
            return WireTextWriter.WriteBytes(WireTextReader.Read(bytes, "a")).AsSpan().SequenceEqual(bytes);
        }
        catch (WireTextException)
        {
            return true;
        }
    });

    // A step that takes quadratic time does not come back from these within minutes.
    [Theory]
    [InlineData("\0")]
    [InlineData("a\r\n\n")]
    [InlineData("a\n\n")]
    [InlineData("© a\n")]
    [InlineData("PREV a – B\n")]
    [InlineData("PREV a – – –")]
    [InlineData("Titre \n\n\nText.\t\n")]
    public void A_megabyte_of_anything_survives(string unit)
    {
        var text = $"H\n\n{string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length))}";

        Assert.True(WireTextWriter.WriteBytes(Read(text)).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void The_usual_layout_needs_no_extension_and_another_a_small_one()
    {
        var paragraphs = string.Join("\n\n", Enumerable.Repeat("Text.", 1_000));

        Assert.Empty(Layouts($"H\n\n{paragraphs}"));
        Assert.InRange(Assert.Single(Layouts($"H\n\n{paragraphs}\n")).Content.Length, 1, 100);
        Assert.InRange(Assert.Single(Layouts($"H\n{paragraphs.Replace("\n\n", "\r\n", StringComparison.Ordinal)}")).Content.Length, 1, 120);
    }

    [Fact]
    public void A_changed_article_is_written_in_the_usual_layout()
    {
        var article = Read("H\r\n\r\n\r\nOne.\r\n\tTwo.\0\r\n\r\nFour.");
        article.Body.Add(new Block { Quote = new Quote { Content = new RichText { Text = "Three." }, Attribution = "X" } });

        Assert.Equal("H\n\nOne.\n\tTwo.\n\nFour.\n\nThree.\n— X", WireTextWriter.Write(article));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"parts":1,"gaps":null,"edits":[1]}""")]
    [InlineData("""{"parts":1,"order":[7],"gaps":{},"edits":[]}""")]
    public void A_foreign_layout_is_ignored(string layout) => Assert.Equal("H", WireTextWriter.Write(new Article
    {
        Headline = "H",
        Extensions =
        {
            new Syndication.V1.Extension
            {
                Namespace = "urn:syndication:wire-text-layout:1",
                Content = Google.Protobuf.ByteString.CopyFromUtf8(layout),
            },
        },
    }));

    private static bool Survives(string text)
    {
        try
        {
            var article = Read(text);
            return WireTextWriter.WriteBytes(article).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)) && ArticleValidator.Validate(article).Count == 0;
        }
        catch (WireTextException)
        {
            // Separators alone are no text.
            return !text.Replace("NNNN", "", StringComparison.Ordinal).Any(char.IsLetterOrDigit);
        }
    }

    private static IEnumerable<Syndication.V1.Extension> Layouts(string text) =>
        Read(text).Extensions.Where(extension => extension.Namespace == "urn:syndication:wire-text-layout:1");

    private static Article Read(string text) => WireTextReader.Read(Encoding.UTF8.GetBytes(text), "a.txt");
}
