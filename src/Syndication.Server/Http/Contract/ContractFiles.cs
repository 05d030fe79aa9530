using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Syndication.Server.Http.OpenApi;

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

    private static readonly MessageParser<FileDescriptorSet> Parser =
        FileDescriptorSet.Parser.WithExtensionRegistry([AnnotationsExtensions.Http]);

    private readonly Lazy<Download> _archive;
    private readonly Lazy<Download> _openApi;

    /// <summary>Reads what was built in.</summary>
    public ContractFiles()
    {
        var bytes = Read(DescriptorsName);
        Descriptors = Download.Of(bytes);
        Files = Parser.ParseFrom(bytes);
        _archive = new(Pack);
        _openApi = new(Describe);
    }

    /// <summary>A <c>google.protobuf.FileDescriptorSet</c>: every file after those that it imports, with comments.</summary>
    public Download Descriptors { get; }

    /// <summary>The same, decoded.</summary>
    public FileDescriptorSet Files { get; }

    /// <summary>A zip of the proto files, on which a compiler can work alone.</summary>
    public Download Archive => _archive.Value;

    /// <summary>What the server offers over HTTP, as OpenAPI 3.1.</summary>
    public Download OpenApi => _openApi.Value;

    private Download Describe()
    {
        using var text = new StringWriter { NewLine = "\n" };
        new OpenApiBuilder(Files).Build().SerializeAsV31(new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        return Download.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

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

        return Download.Of(buffer.ToArray());
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} was not built into the server.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="Bytes">What is sent.</param>
    /// <param name="Tag">Names the bytes: other bytes have another.</param>
    public sealed record Download(byte[] Bytes, EntityTagHeaderValue Tag)
    {
        /// <summary>Bytes with their tag.</summary>
        public static Download Of(byte[] bytes) => new(bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\""));
    }
}
