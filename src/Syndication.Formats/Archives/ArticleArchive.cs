using System.Buffers.Binary;
using System.IO.Compression;

namespace Syndication.Formats.Archives;

/// <summary>
/// Reads the files of a zip archive, one after the other, and writes none: nothing is unpacked to a disk. An archive that lies about its sizes is
/// found out while it is read. At most one file is in memory.
/// </summary>
public static class ArticleArchive
{
    private const int MaxName = 300;

    // The end of the directory, the comment of at most 64 KiB after it, and their 64-bit forms: APPNOTE 6.3.10, 4.3.14 to 4.3.16.
    private const int EndBytes = 22;
    private const int MaxCommentBytes = ushort.MaxValue;
    private const int LocatorBytes = 20;
    private const int LongEndBytes = 56;

    // What an entry of the directory needs is some hundred bytes; names and comments may be longer.
    private const long MaxDirectoryBytesPerEntry = 1_000;

    /// <summary>From this size on, what is packed too tightly is refused: short texts that repeat themselves are honest.</summary>
    private const int RatioFromBytes = 1024 * 1024;

    /// <summary>Whether bytes begin as a zip archive does.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8);

    /// <summary>The files in the order of the archive's directory. Folders, hidden files and what systems leave behind (<c>__MACOSX</c>) are passed over.</summary>
    /// <param name="archive">Can be sought in.</param>
    /// <param name="isRead">Whether a file is of interest, by its name.</param>
    /// <param name="limits">What is beyond them is refused: the file, or what is left of the archive.</param>
    public static IEnumerable<ArchiveEntry> Read(Stream archive, Func<string, bool> isRead, FormatLimits limits)
    {
        using var zip = Open(archive, limits, out var refusal);
        if (zip is null)
        {
            yield return new("") { Refusal = refusal };
            yield break;
        }

        var left = limits.MaxArchiveBytes;
        foreach (var entry in zip.Entries.Where(entry => !IsPassedOver(entry.FullName)))
        {
            var name = SourceText.Cut(entry.FullName, MaxName);
            if (IsUnsafe(entry.FullName))
            {
                yield return new(name) { Refusal = new(FormatRefusalReason.UnsafePath, "its name leads out of the archive.") };
            }
            else if (IsArchiveName(entry.FullName))
            {
                yield return new(name) { Refusal = Nested() };
            }
            else if (isRead(entry.FullName))
            {
                yield return Read(entry, name, limits, ref left);
            }

            if (left <= 0)
            {
                yield return new("") { Refusal = new(FormatRefusalReason.TooLarge, $"its files have more than {limits.MaxArchiveBytes} bytes together: the rest is not read.") };
                yield break;
            }
        }
    }

    private static ArchiveEntry Read(ZipArchiveEntry entry, string name, FormatLimits limits, ref long left)
    {
        var read = new ArchiveEntry(name);
        if (entry.IsEncrypted)
        {
            return read with { Refusal = new(FormatRefusalReason.BadEncoding, "it is encrypted.") };
        }

        try
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            var block = new byte[64 * 1024];

            // The size that the directory names may be a lie: what counts is what comes out.
            for (int count; (count = content.Read(block)) > 0;)
            {
                bytes.Write(block, 0, count);
                left -= count;
                if (bytes.Length > RatioFromBytes && bytes.Length > entry.CompressedLength * limits.MaxArchiveRatio)
                {
                    return read with { Refusal = new(FormatRefusalReason.CompressionRatio, $"it is packed too tightly: {entry.CompressedLength} bytes became {bytes.Length} and more, {limits.MaxArchiveRatio} times are the most.") };
                }

                if (bytes.Length > limits.MaxBytes || left <= 0)
                {
                    return read with { Refusal = new(FormatRefusalReason.TooLarge, $"it has more than {limits.MaxBytes} bytes, or what may be read of the archive ends in it.") };
                }
            }

            var all = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
            return IsArchive(all.Span) ? read with { Refusal = Nested() } : read with { Bytes = all };
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            return read with { Refusal = Broken(exception.Message) };
        }
    }

    private static ZipArchive? Open(Stream archive, FormatLimits limits, out FormatRefusal? refusal)
    {
        try
        {
            // The directory is held in memory: its length is looked at before.
            refusal = DirectoryStart(archive) is not { } start ? Broken("its directory is missing.")
                : archive.Length - start > limits.MaxArchiveEntries * MaxDirectoryBytesPerEntry ? TooMany(limits) : null;
            archive.Position = 0;
            var zip = refusal is null ? new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true) : null;
            if (zip?.Entries.Count > limits.MaxArchiveEntries)
            {
                zip.Dispose();
                (zip, refusal) = (null, TooMany(limits));
            }

            return zip;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            refusal = Broken(exception.Message);
            return null;
        }
    }

    /// <summary>Where the directory begins; null where there is none.</summary>
    private static long? DirectoryStart(Stream archive)
    {
        var tail = new byte[(int)Math.Min(archive.Length, EndBytes + MaxCommentBytes + LocatorBytes)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndBytes > tail.Length)
        {
            return null;
        }

        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (start != uint.MaxValue)
        {
            return start;
        }

        // A longer archive has its end's place in a locator, and there the directory's.
        if (end < LocatorBytes || !tail.AsSpan(end - LocatorBytes).StartsWith("PK\x06\x07"u8))
        {
            return null;
        }

        var place = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorBytes + 8));
        if (place < 0 || place > archive.Length - LongEndBytes)
        {
            return null;
        }

        var longEnd = new byte[LongEndBytes];
        archive.Position = place;
        archive.ReadExactly(longEnd);
        return longEnd.AsSpan().StartsWith("PK\x06\x06"u8) ? BinaryPrimitives.ReadInt64LittleEndian(longEnd.AsSpan(48)) : null;
    }

    private static FormatRefusal TooMany(FormatLimits limits) => new(FormatRefusalReason.TooLarge, $"the archive has too many files, or too long names: {limits.MaxArchiveEntries} files are the most.");

    private static FormatRefusal Nested() => new(FormatRefusalReason.NestedArchive, "an archive inside an archive is not read: unpack it first.");

    private static FormatRefusal Broken(string message) => new(FormatRefusalReason.NotWellFormed, $"the zip archive is broken: {message}");

    private static bool IsArchiveName(string name) => Path.GetExtension(name).Equals(".zip", StringComparison.OrdinalIgnoreCase);

    private static bool IsPassedOver(string name) => name.Length == 0 || name[^1] is '/' or '\\'
        || name.Split('/', '\\').Any(part => part == "__MACOSX" || (part.Length > 1 && part[0] == '.' && part != ".."));

    private static bool IsUnsafe(string name) => name[0] is '/' or '\\' || name is [_, ':', ..] || name.Any(char.IsControl) || name.Split('/', '\\').Contains("..");
}
