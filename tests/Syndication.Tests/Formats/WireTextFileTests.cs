using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Syndication.Articles;
using Syndication.Formats.WireText;

namespace Syndication.Tests.Formats;

public sealed class WireTextFileTests
{
    private static readonly Gen<string> Files = Gen.OneOf(
        "\n", "\n", "\n\n", "\r\n", "\r", "\f", "\f\n", "\u2029", " ", "\0", "\uFEFF", "Titre", "Une phrase.", "😀", "é",
        "---", "\n---\n", "\n=====\n", "NNNN\n", "\nNNNN\n", "--8<--\n", "- - 8< - -\n", "PREV a\n", "© X\n", "PARIS (AFP) - ", "* * *\n")
        .Array[0, 40].Select(string.Concat);

    [Theory]
    [InlineData("---")]
    [InlineData("==========")]
    [InlineData("***")]
    [InlineData("___")]
    [InlineData("###")]
    [InlineData("~~~")]
    [InlineData("  NNNN  ")]
    [InlineData("---8<---")]
    [InlineData("- - - >8 - - -")]
    [InlineData("--✂-")]
    [InlineData("\f")]
    public void A_separator_parts_articles(string separator)
    {
        var items = ReadAll($"A first headline\n\nOne.\n{separator}\nA second headline\n\nTwo.\n{separator}\n");

        Assert.Equal(["A first headline", "A second headline"], items.Select(item => item.Article?.Headline));
        Assert.Equal([1, 5], items.Select(item => item.Line));
        Assert.All(items, item => Assert.Single(item.Article!.Body));
    }

    [Theory]
    [InlineData("--")]
    [InlineData("* * *")]
    [InlineData("-=-")]
    [InlineData("nnnn")]
    [InlineData("NNNN suite")]
    [InlineData("--- 8")]
    public void Another_line_does_not(string line) => Assert.Single(ReadAll($"A first headline\n\nOne.\n{line}\nTwo.\n"));

    [Fact]
    public void An_underlined_headline_is_not_parted_from_its_text() =>
        Assert.Equal(["Titre", "Un autre titre"], ReadAll("Titre\n=====\n\nUn.\n\n-----\nUn autre titre\n--------------\nDeux.").Select(item => item.Article?.Headline));

    [Fact]
    public void Each_article_is_described_by_its_own_bytes()
    {
        var source = Encoding.UTF8.GetBytes("\uFEFFÀ un\n\nUn.\n---\n\nÀ deux\n\nDeux.\n");

        var items = WireTextReader.ReadAll(source, "in/a.txt");

        Assert.Equal(["a.txt#1", "a.txt#2"], items.Select(item => item.Article!.SourceDocument.Name));
        Assert.Equal([1, 2], items.Select(item => item.Number));
        Assert.All(items, item =>
        {
            var bytes = source.AsSpan(item.Offset, item.Length).ToArray();
            Assert.Equal(bytes.Length, item.Article!.SourceDocument.SizeBytes);
            Assert.Equal(SHA256.HashData(bytes), item.Article.SourceDocument.Sha256.ToByteArray());
            Assert.Equal(bytes, WireTextWriter.WriteBytes(item.Article));
        });
    }

    [Fact]
    public void An_only_article_keeps_the_name_of_the_file() =>
        Assert.Equal("a.txt", Assert.Single(ReadAll("---\nH\n\nText.\n---\n\n")).Article!.SourceDocument.Name);

    [Theory]
    [InlineData("")]
    [InlineData("---\n\n---\n")]
    public void A_file_without_text_is_an_error_of_one_item(string text)
    {
        var item = Assert.Single(ReadAll(text));

        Assert.Null(item.Article);
        Assert.Equal(1, item.Error!.Line);
        Assert.Equal(text.Length, item.Length);
    }

    [Fact]
    public void A_file_that_cannot_be_decoded_is_an_error_of_one_item()
    {
        var item = Assert.Single(WireTextReader.ReadAll([.. "Été\nà"u8, 0xE9, (byte)'b'], "a"));

        Assert.Equal(2, item.Error!.Line);
        Assert.Equal(10, item.Length);
    }

    [Fact]
    public void Any_file_is_rebuilt_from_its_items() => Files.Select(Gen.Int[0, 4]).Sample((text, encoding) => IsRebuilt(encoding switch
    {
        0 => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
        1 => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)],
        2 => Encoding.Latin1.GetBytes(text),
        _ => Encoding.UTF8.GetBytes(text),
    }));

    [Fact]
    public void Any_bytes_are_rebuilt_from_their_items() => Gen.Byte.Array.Sample(IsRebuilt);

    private static bool IsRebuilt(byte[] source)
    {
        using var rebuilt = new MemoryStream();
        foreach (var item in WireTextReader.ReadAll(source, "a"))
        {
            Assert.True(item.Article is null != item.Error is null);
            Assert.Equal(rebuilt.Length, item.Offset);
            Assert.Empty(item.Article is { } article ? ArticleValidator.Validate(article) : []);
            rebuilt.Write(item.Article is null ? source.AsSpan(item.Offset, item.Length) : WireTextWriter.WriteBytes(item.Article));
        }

        return rebuilt.ToArray().AsSpan().SequenceEqual(source);
    }

    private static IReadOnlyList<WireTextItem> ReadAll(string text)
    {
        var source = Encoding.UTF8.GetBytes(text);
        Assert.True(IsRebuilt(source));
        return WireTextReader.ReadAll(source, "a.txt");
    }
}
