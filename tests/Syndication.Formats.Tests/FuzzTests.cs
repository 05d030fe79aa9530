using System.Diagnostics;
using System.Text;
using CsCheck;

namespace Syndication.Formats.Tests;

/// <summary>Whatever the bytes are: an answer, not an exception, soon and within bounded memory. The bytes are those of real files, damaged.</summary>
public sealed class FuzzTests
{
    private const long MaxAllocated = 256 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly byte[][] Seeds = [.. Documents.Samples.Concat(Documents.SharedIfThere()).Select(File.ReadAllBytes)];

    private static readonly string[] Splinters =
    [
        "<", ">", "&", "\"", "'", "{", "}", "[", "]", ",", ":", "\0", "\uFEFF", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE x [", "<?xml version=\"1.0\" encoding=\"utf-16\"?>", "&#x0;", "&nbsp;", "\\ud800", "1e999",
        "null", "true", "-1", "\"\"", "<p>", "</p>", "<br/>", "xmlns=\"http://iptc.org/std/nar/2006-10-01/\"", "<table><tr>", "9999-12-31T23:59:60Z", "0001-01-01", "\u0000\u0001\u007f", "javascript:alert(1)", "://", "\n\n\n", "🙂", "\u202e",
    ];

    // A real document with parts cut out, doubled, or replaced by what readers stumble over.
    private static readonly Gen<byte[]> Damaged = Gen.Select(
        Gen.Int[0, int.MaxValue],
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 100_000], Gen.Int[0, 200], Gen.Int[0, Splinters.Length - 1]).Array[1, 12],
        (seed, edits) => edits.Aggregate(Seeds[seed % Seeds.Length], Damage));

    private static readonly Gen<byte[]> Noise = Gen.Byte.Array[0, 400];

    private static readonly Gen<byte[]> Heap = Gen.Int[0, Splinters.Length - 1].Array[1, 60].Select(picks => Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => Splinters[pick]))));

    public static TheoryData<string> Formats => [.. ArticleFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_reader_never_throws_and_never_hangs(string name)
    {
        var format = Documents.Format(name);
        Gen.OneOf(Damaged, Noise, Heap).Sample(bytes => Check(bytes, format), iter: 1_000, threads: 2);
    }

    [Fact]
    public void Recognition_never_throws_and_never_hangs() => Gen.OneOf(Damaged, Noise, Heap).Sample(bytes => Check(bytes, null), iter: 3_000, threads: 2);

    private static void Check(byte[] bytes, IArticleFormat? format)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        var reading = ArticleFormats.Read(new(bytes, "fuzz"), format);
        Assert.NotEmpty(reading.Items);
        foreach (var item in reading.Items)
        {
            Assert.True(item.Article is null != item.Refusal is null);

            // What was read can be written in every format, and be read again.
            if (item.Article is { } article)
            {
                Assert.NotEmpty(ArticleFormats.Write(reading.Format, article).Bytes);
            }
        }

        Assert.True(clock.Elapsed < Patience, $"It took {clock.Elapsed}.");
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < MaxAllocated, $"{bytes.Length} bytes took {allocated} bytes of memory.");
    }

    private static byte[] Damage(byte[] bytes, (int Kind, int Place, int Length, int Splinter) edit)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var from = edit.Place % bytes.Length;
        var to = Math.Min(bytes.Length, from + edit.Length);
        return edit.Kind switch
        {
            0 => [.. bytes[..from], .. bytes[to..]],
            1 => [.. bytes[..to], .. bytes[from..]],
            2 => [.. bytes[..from], .. Encoding.UTF8.GetBytes(Splinters[edit.Splinter]), .. bytes[to..]],
            _ => [.. bytes[..from], (byte)edit.Length, .. bytes[from..]],
        };
    }
}
