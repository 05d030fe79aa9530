using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Syndication.Articles;
using Syndication.Formats.WireText;

namespace Syndication.Tests.Formats;

public sealed class WireTextCharsetTests
{
    private const string Text = "L’été à Séoul\r\n\r\nLa réunion a coûté 5 € à l’État.\r\n";

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public static TheoryData<string, byte[], string> Sources => new()
    {
        { "utf-8", Encoding.UTF8.GetBytes(Text), Text },
        { "utf-8", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)], Text },
        { "utf-16le", Encoding.Unicode.GetBytes(Text), Text },
        { "utf-16le", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Text)], Text },
        { "utf-16be", Encoding.BigEndianUnicode.GetBytes(Text), Text },
        { "utf-16be", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Text)], Text },
        { "utf-16le", Encoding.Unicode.GetBytes("北朝鮮\n\n大統領は首都を訪問した。\n"), "北朝鮮\n\n大統領は首都を訪問した。\n" },
        { "utf-16be", Encoding.BigEndianUnicode.GetBytes("Plain title\n\nPlain text."), "Plain title\n\nPlain text." },
        { "windows-1252", Windows1252.GetBytes(Text), Text },
        { "iso-8859-1", Encoding.Latin1.GetBytes("Été\n\nÇa a été."), "Été\n\nÇa a été." },
        { "utf-8", Encoding.ASCII.GetBytes("Plain title\n\nPlain text.\n"), "Plain title\n\nPlain text.\n" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_charset_is_detected_named_and_written_again(string charset, byte[] source, string text)
    {
        var article = WireTextReader.Read(source, "a.txt");

        Assert.Equal($"text/plain; charset={charset}", article.SourceDocument.MediaType);
        Assert.Equal(text.Split('\r', '\n')[0], article.Headline);
        Assert.Equal(source.Length, article.SourceDocument.SizeBytes);
        Assert.Equal(SHA256.HashData(source), article.SourceDocument.Sha256.ToByteArray());
        Assert.Equal(source, WireTextWriter.WriteBytes(article));
        Assert.Equal(text, WireTextWriter.Write(article).TrimStart('\uFEFF'));
        Assert.Empty(ArticleValidator.Validate(article));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    [InlineData("windows-1252")]
    [InlineData("iso-8859-1")]
    public void Any_text_that_a_given_charset_holds_survives(string charset)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        var options = new WireTextOptions { Charset = charset.ToUpperInvariant() };
        Gen.OneOf(Gen.String, Gen.String[Gen.Char['\0', '\u00FF'], 0, 50]).Select(text => encoding.GetBytes("H\n" + text)).Sample(source =>
            WireTextWriter.WriteBytes(WireTextReader.Read(source, "a", options)).AsSpan().SequenceEqual(source));
    }

    [Fact]
    public void Any_bytes_are_read_in_a_given_charset_of_bytes() => Gen.Byte.Array.Sample(bytes =>
    {
        byte[] source = [(byte)'H', (byte)'\n', .. bytes];
        return new[] { "windows-1252", "iso-8859-1" }.All(charset =>
            WireTextWriter.WriteBytes(WireTextReader.Read(source, "a", new WireTextOptions { Charset = charset })).AsSpan().SequenceEqual(source));
    });

    [Fact]
    public void The_next_line_of_latin_1_is_an_ellipsis_unless_the_charset_is_given()
    {
        byte[] source = [.. "Titre"u8, 0x85, .. "Texte."u8];

        Assert.Equal("Titre…Texte.", WireTextReader.Read(source, "a").Headline);
        Assert.Equal("Titre", WireTextReader.Read(source, "a", new WireTextOptions { Charset = "latin1" }).Headline);
    }

    [Fact]
    public void A_damaged_utf_8_text_is_refused_by_line_rather_than_read_as_another() =>
        Assert.Equal(3, Assert.Throws<WireTextException>(() => WireTextReader.Read([.. "Été à Séoul\r\n\r\nLa r"u8, 0xE9, .. "union"u8], "a")).Line);

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xE9, 0x81 })]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xE9, 0x01 })]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xE9, 0x00, (byte)'b' })]
    public void Bytes_that_are_no_text_are_refused_by_line(byte[] source) =>
        Assert.Equal(2, Assert.Throws<WireTextException>(() => WireTextReader.Read(source, "a")).Line);

    [Fact]
    public void A_broken_utf_16_text_is_refused_by_line() =>
        Assert.Equal(2, Assert.Throws<WireTextException>(() => WireTextReader.Read([0xFF, 0xFE, (byte)'a', 0, (byte)'\n', 0, 0x00, 0xD8, (byte)'b', 0], "a")).Line);

    [Fact]
    public void A_text_that_is_not_of_the_given_charset_is_refused() =>
        Assert.Throws<WireTextException>(() => WireTextReader.Read(Windows1252.GetBytes(Text), "a", new WireTextOptions { Charset = "utf-8" }));

    [Fact]
    public void An_unknown_charset_is_an_error_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => WireTextReader.Read("a"u8, "a", new WireTextOptions { Charset = "ebcdic" }));

    [Fact]
    public void A_character_that_the_charset_lacks_makes_the_text_utf_8()
    {
        var article = WireTextReader.Read(Encoding.Latin1.GetBytes("Été\n\nÇa a été."), "a");
        article.Headline = "Été 5 €";

        Assert.Equal("Été 5 €\n\nÇa a été."u8.ToArray(), WireTextWriter.WriteBytes(article));
    }
}
