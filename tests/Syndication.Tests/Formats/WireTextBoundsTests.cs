using System.Diagnostics;
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

    // Four times the text may take eight times the time, never sixteen; the best of several, as others use the processor too.
    [Theory]
    [MemberData(nameof(Units))]
    public void Time_is_linear_in_the_length(string unit)
    {
        byte[] Text(int length) => Encoding.UTF8.GetBytes("H\n\n" + string.Concat(Enumerable.Repeat(unit, length / unit.Length)));
        var (small, large) = (Text(40_000), Text(160_000));
        Measure(small);
        for (var attempt = 0; ; attempt++)
        {
            var (once, fourTimes) = (Enumerable.Range(0, 3).Min(_ => Measure(small)), Enumerable.Range(0, 3).Min(_ => Measure(large)));
            if (fourTimes <= 8 * once)
            {
                return;
            }

            Assert.True(attempt < 5, $"{once} for {small.Length} bytes, {fourTimes} for {large.Length}.");
        }
    }

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

    private static TimeSpan Measure(byte[] source)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var item in WireTextReader.ReadAll(source, "a"))
        {
            if (item.Article is { } article)
            {
                WireTextWriter.WriteBytes(article);
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
