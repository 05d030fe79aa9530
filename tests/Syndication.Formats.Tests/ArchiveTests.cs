using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;
using Syndication.Formats.Archives;

namespace Syndication.Formats.Tests;

/// <summary>Archives are read within their bounds, whatever they say of themselves.</summary>
public sealed class ArchiveTests
{
    [Fact]
    public void Files_come_in_order_and_those_of_no_interest_not_at_all() => Assert.Equal(
        ["b.txt: 3", "a/c.txt: 2"],
        Read(Zip(("b.txt", 3), ("notes.md", 5), ("a/", 0), ("a/c.txt", 2), ("a/.hidden.txt", 1), ("__MACOSX/a/c.txt", 1))));

    [Fact]
    public void More_files_than_the_limit_refuse_the_archive() =>
        Assert.Equal([": TooLarge"], Read(Zip(("1.txt", 1), ("2.txt", 1), ("3.txt", 1)), new() { MaxArchiveEntries = 2 }));

    [Fact]
    public void More_bytes_than_the_limit_end_the_reading() =>
        Assert.Equal(["1.txt: 10", "2.txt: TooLarge", ": TooLarge"], Read(Zip(("1.txt", 10), ("2.txt", 10), ("3.txt", 10)), new() { MaxArchiveBytes = 15 }));

    [Fact]
    public void A_file_that_is_longer_than_a_document_may_be_is_refused_and_the_next_is_read() =>
        Assert.Equal(["1.txt: TooLarge", "2.txt: 5"], Read(Zip(("1.txt", 50), ("2.txt", 5)), new() { MaxBytes = 20 }));

    [Fact]
    public void A_directory_that_lies_about_sizes_does_not_help()
    {
        var bytes = Zip(("bomb.txt", 8 * 1024 * 1024));
        var directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), 10);

        Assert.Contains(Assert.Single(Read(bytes)), (string[])["bomb.txt: CompressionRatio", "bomb.txt: NotWellFormed", "bomb.txt: 10"]);
    }

    [Fact]
    public void Broken_archives_are_answered_and_never_throw()
    {
        var whole = Zip(("a.txt", 100), ("b.txt", 2_000), ("c/d.txt", 5));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample(
            (place, value, length) =>
            {
                var broken = whole[..length];
                if (place < length)
                {
                    broken[place] = value;
                }

                Assert.True(Read(broken).Count < 10);
            },
            iter: 3_000,
            threads: 2);
    }

    private static List<string> Read(byte[] archive, FormatLimits? limits = null) =>
        [.. ArticleArchive.Read(new MemoryStream(archive), name => name.EndsWith(".txt", StringComparison.Ordinal), limits ?? FormatLimits.Default)
            .Select(entry => $"{entry.Name}: {(entry.Refusal is { } refusal ? refusal.Reason : entry.Bytes.Length)}")];

    private static byte[] Zip(params (string Name, int Length)[] files)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, length) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(new byte[length]);
            }
        }

        return stream.ToArray();
    }
}
