using Syndication.Tests.Server;
using Syndication.Tests.Vocabularies;
using Syndication.V1;

namespace Syndication.Tests.Cli;

/// <summary>Vocabularies over the command line.</summary>
public sealed class VocabularyTests : WireTests
{
    [Fact]
    public async Task A_file_is_loaded_listed_used_and_deleted()
    {
        var article = TestArticles.Make("Prices", "a");
        article.Subjects.Add(new Concept { Scheme = "medtop", Code = "20000346" });
        await Server.PublishAsync(article);
        await RunAsync("streams", "create", "economy", "--subject", "medtop:04000000");

        var loaded = await RunAsync("vocabularies", "load", Samples.PathOf("medtop-sample.json"), "--language", "en");
        var listed = await RunAsync("vocabularies", "list", "--json");
        var shown = await RunAsync("vocabularies", "get", "medtop");
        var preview = await RunAsync("streams", "preview", "--subject", "medtop:04000000");
        var stream = await RunAsync("streams", "get", "economy");
        var info = await Server.Server.GetServerInfoAsync(new(), cancellationToken: Token);
        var deleted = await RunAsync("vocabularies", "delete", "medtop");

        Assert.Equal("Loaded medtop: 5 concepts, revision 1.\nStreams that hold something else now: economy.\n", loaded.Out);
        Assert.Equal(("medtop", 5), (VocabularyInfo.Parser.ParseJson(listed.Lines.Single()).Scheme, VocabularyInfo.Parser.ParseJson(listed.Lines[0]).ConceptCount));
        Assert.Matches(@"20000345 +economic policy \(retired\) +retired: 20000346", shown.Out);
        Assert.Matches(@"1 of 1 articles match\.\n(?s).*all_of\[0\] +1 .* economy, business and finance", preview.Out);
        Assert.DoesNotContain("20000344", stream.Out, StringComparison.Ordinal);
        Assert.Equal("medtop", Assert.Single(info.Vocabularies).Scheme);
        Assert.Equal("Deleted medtop.\nStreams that hold something else now: economy.\n", deleted.Out);
    }

    [Fact]
    public async Task A_bad_file_is_refused_with_its_line()
    {
        await WriteAsync("bad.json", "{ \"conceptSet\": [\n{ \"qcode\": \"a:b\", \"broader\": [\"a:c\"] }] }");
        var run = await RunAsync("vocabularies", "load", "bad.json");

        Assert.Equal((Syndication.Cli.ExitCode.Usage, "wire: bad.json:2: \"b\" names \"c\", which is not in the file\n"), (run.ExitCode, run.Error));
    }
}
