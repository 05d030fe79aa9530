using System.Text;
using Syndication.Formats.WireText;

namespace Syndication.Tests.Formats;

public sealed class WireTextBoundsTests
{
    public static TheoryData<string> Units =>
    [
        "a", "\0", "\n", "\r", "\r\n", " ", "\t", "\f", "a\n", "a\f", "---\n", "a\n---\n", "© a\n", "© ", "PREV a – B\n", "PREV ", "NEXT a", "« ", "(c) ", "Par A B\n\n",
        "PARIS (AFP) - ", "A, 1 b, ", "é", "😀", "Un titre\n\nUne phrase.\n\n", "tous droits reserves ",
        "Une ligne assez longue pour être la ligne pleine d’un texte coupé \n", "mot ",
    ];

    [Fact]
    public void A_source_of_more_than_16_mebibytes_is_refused()
    {
        var source = new byte[WireTextReader.MaxBytes + 1];
        source.AsSpan().Fill((byte)'a');

        Assert.Contains("16777216", Assert.Throws<WireTextException>(() => WireTextReader.Read(source, "a")).Message, StringComparison.Ordinal);
        Assert.Equal(source.Length, Assert.Single(WireTextReader.ReadAll(source, "a")).Length);
        Assert.Equal(source.Length - 1, WireTextReader.Read(source.AsSpan(1), "a").Headline.Length);
    }

    [Fact]
    public void A_file_of_more_than_10_000_articles_is_refused()
    {
        var source = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\n---\n", WireTextReader.MaxArticles + 1)));

        Assert.Equal(WireTextReader.MaxArticles, WireTextReader.ReadAll(source.AsSpan(6), "a").Count);
        Assert.Equal((2 * WireTextReader.MaxArticles) + 1, Assert.Single(WireTextReader.ReadAll(source, "a")).Error!.Line);
    }

    // Work is counted in bytes allocated: the clock of a busy machine would lie. A step that takes quadratic time and no
    // memory does not come back from a megabyte, below.
    [Theory]
    [MemberData(nameof(Units))]
    public void Work_is_linear_in_the_length(string unit)
    {
        byte[] Text(int length) => Encoding.UTF8.GetBytes("H\n\n" + string.Concat(Enumerable.Repeat(unit, length / unit.Length)));
        var (once, fourTimes) = (Text(4_000), Text(16_000));
        ReadAndWrite(once);

        Assert.InRange(ReadAndWrite(fourTimes), 0, 8 * ReadAndWrite(once));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void A_megabyte_of_anything_is_read(string unit) =>
        ReadAndWrite(Encoding.UTF8.GetBytes("H\n\n" + string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length))));

    [Theory]
    [InlineData("a")]
    [InlineData("mot ")]
    [InlineData("\n")]
    [InlineData("© ")]
    [InlineData("« a » - ")]
    public void A_line_or_a_gap_of_a_megabyte_survives(string unit)
    {
        var source = Encoding.UTF8.GetBytes($"H\n\nText.\n\n{string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length))}\n\nText.\nText.");

        Assert.True(WireTextWriter.WriteBytes(WireTextReader.Read(source, "a")).AsSpan().SequenceEqual(source));
    }

    private static long ReadAndWrite(byte[] source)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var item in WireTextReader.ReadAll(source, "a"))
        {
            if (item.Article is { } article)
            {
                WireTextWriter.WriteBytes(article);
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
