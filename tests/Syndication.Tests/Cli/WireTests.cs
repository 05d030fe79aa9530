using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Syndication.Tests.Server;

namespace Syndication.Tests.Cli;

/// <summary>A folder for the files of a run of <c>wire</c>, and runs in it against the real server.</summary>
public abstract class WireTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wire-");

    private protected ServerFixture Server { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Where a server in the caller's folder leaves it.
        await WriteAsync("data/admin.key", TestKeys.Admin);
        Server = await ServerFixture.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<CliRun> RunAsync(params string[] args) => RunAsync(Server, "", Token, args);

    private protected Task<CliRun> RunAsync(ServerFixture server, string input, CancellationToken token, params string[] args) =>
        CliRun.StartAsync(server.GrpcAddress.ToString(), input, _directory.FullName, token, args);

    protected string PathOf(string name) => Path.Combine(_directory.FullName, name);

    protected Task WriteAsync(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        return File.WriteAllTextAsync(PathOf(name), text, Token);
    }

    /// <summary>Writes an archive.</summary>
    protected void Zip(string name, IEnumerable<(string Name, byte[] Bytes)> files)
    {
        using var archive = ZipFile.Open(PathOf(name), ZipArchiveMode.Create);
        foreach (var (path, bytes) in files)
        {
            using var entry = archive.CreateEntry(path, CompressionLevel.Optimal).Open();
            entry.Write(bytes);
        }
    }

    protected static string Json(IMessage message) => JsonFormatter.Default.Format(message);

    protected static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    protected static string? Text(string json, string property) => Parse(json).GetProperty(property).GetString();
}
