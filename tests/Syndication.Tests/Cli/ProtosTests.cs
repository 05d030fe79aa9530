using System.IO.Compression;
using Syndication.Cli.Http;
using Syndication.Tests.Server;

namespace Syndication.Tests.Cli;

public sealed class ProtosTests : WireTests
{
    [Fact]
    public async Task The_files_are_those_of_the_repository_and_need_no_key()
    {
        File.Delete(PathOf("data/admin.key"));
        string[] command = ["protos", "out", "--http", Server.HttpAddress.ToString()];
        var run = await RunAsync(command);
        var again = await RunAsync([.. command, "--json"]);

        Assert.Equal((0, 0, ""), (run.ExitCode, again.ExitCode, run.Error));
        foreach (var folder in new[] { "syndication/v1", "google/api" })
        {
            foreach (var file in Directory.GetFiles(Repository.PathOf(["protos", .. folder.Split('/')]), "*.proto"))
            {
                Assert.Equal(await File.ReadAllTextAsync(file, Token), await File.ReadAllTextAsync(PathOf($"out/{folder}/{Path.GetFileName(file)}"), Token));
            }
        }

        Assert.Contains("{\"file\":\"syndication/v1/article.proto\"}", again.Lines);
    }

    [Fact]
    public async Task A_server_without_them_is_code_3()
    {
        var run = await RunAsync("protos", "out", "--http", "http://127.0.0.1:9");

        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.False(Directory.Exists(PathOf("out")));
    }

    [Theory]
    [InlineData("../evil.proto")]
    [InlineData("/tmp/evil.proto")]
    [InlineData("a/../../evil.proto")]
    [InlineData("a\\..\\evil.proto")]
    [InlineData("C:evil.proto")]
    [InlineData("a/./b.proto")]
    [InlineData("a//b.proto")]
    [InlineData(".proto")]
    [InlineData("evil.sh")]
    [InlineData("a/b.proto.sh")]
    public async Task What_leads_outside_or_is_no_proto_file_is_refused_before_anything_is_written(string name)
    {
        var directory = PathOf("inside/out");

        await Assert.ThrowsAsync<InvalidDataException>(() => ProtoArchive.ExtractAsync(Zip(("good.proto", 1), (name, 1)), directory, Token));

        Assert.False(Directory.Exists(PathOf("inside")));
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_too_much_is_given_up()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ProtoArchive.ExtractAsync(Zip(("bomb.proto", ProtoArchive.MaxBytes + 1)), PathOf("out"), Token));
        await Assert.ThrowsAsync<InvalidDataException>(() => ProtoArchive.ExtractAsync(Zip(), PathOf("out"), Token));
        await Assert.ThrowsAsync<InvalidDataException>(() => ProtoArchive.ExtractAsync("no zip"u8.ToArray(), PathOf("out"), Token));
    }

    private static byte[] Zip(params (string Name, int Bytes)[] files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var content = zip.CreateEntry(name).Open();
                content.Write(new byte[bytes]);
            }
        }

        return buffer.ToArray();
    }
}
