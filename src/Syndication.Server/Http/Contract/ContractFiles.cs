using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Google.Protobuf.Reflection;
using Microsoft.Net.Http.Headers;

namespace Syndication.Server.Http.Contract;

/// <summary>
/// The contract as this server speaks it: the proto files with all that they import, and their descriptors with comments. The
/// same bytes from every server of one build.
/// </summary>
public sealed class ContractFiles
{
    private const string DescriptorsName = "Contract.binpb";
    private const string FilePrefix = "Contract/";

    /// <summary>The earliest time that a zip can hold: files have none.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lazy<Download> _archive;

    /// <summary>Reads what was built in.</summary>
    public ContractFiles()
    {
        var bytes = Read(DescriptorsName);
        Descriptors = new Download(bytes, TagOf(bytes));
        Files = FileDescriptorSet.Parser.ParseFrom(bytes);
        _archive = new(Pack);
    }

    /// <summary>A <c>google.protobuf.FileDescriptorSet</c>: every file after those that it imports, with comments.</summary>
    public Download Descriptors { get; }

    /// <summary>The same, decoded.</summary>
    public FileDescriptorSet Files { get; }

    /// <summary>A zip of the proto files, on which a compiler can work alone.</summary>
    public Download Archive => _archive.Value;

    private Download Pack()
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in Files.File.OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                var entry = zip.CreateEntry(file.Name, CompressionLevel.SmallestSize);
                entry.LastWriteTime = NoTime;
                using var content = entry.Open();
                content.Write(Read(FilePrefix + file.Name));
            }
        }

        var bytes = buffer.ToArray();
        return new Download(bytes, TagOf(bytes));
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} was not built into the server.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static EntityTagHeaderValue TagOf(byte[] bytes) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");

    /// <param name="Bytes">What is sent.</param>
    /// <param name="Tag">Names the bytes: other bytes have another.</param>
    public sealed record Download(byte[] Bytes, EntityTagHeaderValue Tag);
}
