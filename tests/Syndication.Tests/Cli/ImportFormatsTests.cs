using System.Text;
using Grpc.Core;
using Syndication.Tests.Access;
using Syndication.V1;

namespace Syndication.Tests.Cli;

/// <summary>What partners send: every format, by itself and in folders.</summary>
public sealed class ImportFormatsTests : WireTests
{
    [Fact]
    public async Task Every_format_is_told_by_its_content_and_importing_again_changes_nothing()
    {
        await WriteAsync("in/feed.xml", SourceDocuments.Feed);
        await WriteAsync("in/deep/story.xml", SourceDocuments.Nitf);
        await WriteAsync("in/news.xml", SourceDocuments.NewsMl("urn:x-valmere:1", "Quai fermé"));
        await WriteAsync("in/page.html", SourceDocuments.Html);
        await WriteAsync("in/item.json", """{"uri":"urn:x-valmere:2","headlines":[{"value":"Grue neuve"}],"language":"fr"}""");
        await WriteAsync("in/feed.json", """{"version":"https://jsonfeed.org/version/1.1","title":"Agence","language":"fr","items":[{"id":"jf-1","title":"Un titre","content_text":"Un texte."}]}""");
        await WriteAsync("in/text.txt", "Un autre titre\n\nUn autre texte.\n");

        var first = await RunAsync("import", "in", "--json");
        var again = await RunAsync("import", "in", "--json");

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Equal(
            ["Grue neuve", "Le bac", "Le phare", "Marée haute", "Pont rouvert", "Quai fermé", "Un autre titre", "Un titre"],
            first.Lines.Select(line => Text(line, "headline")).Order(StringComparer.Ordinal));
        Assert.All(first.Lines, line => Assert.Equal("imported", Text(line, "outcome")));
        Assert.All(again.Lines, line => Assert.Equal("unchanged", Text(line, "outcome")));
        Assert.Equal("pont-1", (await Server.Articles.GetArticleAsync(new() { ArticleId = "pont-1" }, cancellationToken: Token)).Article.ArticleId);
    }

    [Fact]
    public async Task An_embargo_is_kept_by_its_date_whatever_the_status_says()
    {
        await Server.CreateStreamAsync("fr", "fr");
        var secret = await Server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        await WriteAsync("usable.g2.xml", SourceDocuments.NewsMl("embargoed-1", "Pas encore", "<embargoed>2091-10-23T12:00:00Z</embargoed><pubStatus qcode=\"stat:usable\"/>"));
        await WriteAsync("usable.ninjs.json", """{"uri":"embargoed-2","pubStatus":"usable","embargoedUntil":"2091-05-01T12:00:00+02:00","headlines":[{"value":"Pas encore"}],"language":"fr"}""");
        await WriteAsync("usable.nitf.xml", SourceDocuments.Nitf.Replace("""<doc-id id-string="maree-1"/>""", """<doc-id id-string="embargoed-3"/><date.release norm="20911023T120000Z"/>""", StringComparison.Ordinal));

        var run = await RunAsync("import", "usable.g2.xml", "usable.ninjs.json", "usable.nitf.xml");

        Assert.Equal(0, run.ExitCode);
        using var outlet = Server.As(secret);
        foreach (var id in new[] { "embargoed-1", "embargoed-2", "embargoed-3" })
        {
            var held = (await Server.Articles.GetArticleAsync(new() { ArticleId = id, IncludeHeld = true }, cancellationToken: Token)).Article;
            Assert.Equal((ArticleStatus.Embargoed, 2091), (held.Status, held.EmbargoTime.ToDateTime().Year));
            var refusal = await Assert.ThrowsAsync<RpcException>(async () => await outlet.Articles.GetArticleAsync(new() { ArticleId = id }, cancellationToken: Token));
            Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        }
    }

    [Theory]
    [InlineData("<pubStatus qcode=\"stat:withheld\"/>", "SOURCE_WITHHELD")]
    [InlineData("<pubStatus qcode=\"stat:canceled\"/>", "SOURCE_WITHDRAWN")]
    [InlineData("<pubStatus qcode=\"stat:whatever\"/>", "SOURCE_WITHHELD")]
    [InlineData("<embargoed/><pubStatus qcode=\"stat:usable\"/>", "SOURCE_WITHHELD")]
    public async Task What_its_source_does_not_let_be_used_is_not_published(string meta, string reason)
    {
        await WriteAsync("held.xml", SourceDocuments.NewsMl("held-1", "Retenu", meta));

        var run = await RunAsync("import", "held.xml", "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(reason, Parse(Assert.Single(run.Lines)).GetProperty("error").GetProperty("reason").GetString());
        await Assert.ThrowsAsync<RpcException>(async () => await Server.Articles.GetArticleAsync(new() { ArticleId = "held-1", IncludeHeld = true }, cancellationToken: Token));
    }

    [Fact]
    public async Task A_correction_comes_as_one()
    {
        await WriteAsync("v1.xml", SourceDocuments.Nitf);
        await WriteAsync("v2.xml", SourceDocuments.Nitf.Replace("<doc-id", "<correction info=\"Basse, et non haute.\"/><doc-id", StringComparison.Ordinal).Replace("est haute", "est basse", StringComparison.Ordinal));

        var run = await RunAsync("import", "v1.xml", "v2.xml");

        Assert.Equal(0, run.ExitCode);
        var article = (await Server.Articles.GetArticleAsync(new() { ArticleId = "maree-1" }, cancellationToken: Token)).Article;
        Assert.Equal((2, ChangeType.Correction, "Basse, et non haute."), (article.Version, article.Change, article.Correction.Note));
    }

    [Fact]
    public async Task What_no_field_models_and_what_is_left_out_is_told()
    {
        await WriteAsync("page.html", SourceDocuments.Html.Replace("<p>Il éclaire.</p>", "<p>Il éclaire.</p><script>alert(1)</script>", StringComparison.Ordinal));
        await WriteAsync("story.xml", SourceDocuments.Nitf.Replace("<doc-id", "<series series.name=\"Mers\"/><doc-id", StringComparison.Ordinal));

        var run = await RunAsync("import", "page.html", "story.xml");
        var json = await RunAsync("import", "story.xml", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("wire: page.html: script: left out of the text", run.Error, StringComparison.Ordinal);
        Assert.Contains("kept in the extensions", run.Error, StringComparison.Ordinal);
        Assert.Equal("head/docdata/series", Parse(json.Lines[0]).GetProperty("notes")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task Lines_of_objects_are_known_by_their_content_whatever_the_file_is_called()
    {
        var lines = """{"articleId":"l-1","headline":"L","language":"en"}""" + "\n" + """{"articleId":"l-2","headline":"M","language":"en"}""" + "\n";
        await WriteAsync("export.nd", lines);
        await WriteAsync("export.json", lines.Replace("l-", "k-", StringComparison.Ordinal));
        Zip("lines.zip", [("export.txt", Encoding.UTF8.GetBytes(lines.Replace("l-", "z-", StringComparison.Ordinal)))]);
        await WriteAsync("feed.json", """{"version":"https://jsonfeed.org/version/1.1","title":"A","language":"fr","items":[{"id":"j-1","title":"Un","content_text":"Un."},{"id":"j-2","title":"Deux","content_text":"Deux."}]}""");

        var run = await RunAsync("import", "export.nd", "export.json", "lines.zip", "feed.json", "--json");
        var piped = await RunAsync(Server, await File.ReadAllTextAsync(PathOf("feed.json"), Token), Token, "import", "-", "--json");

        Assert.Equal(["l-1", "l-2", "k-1", "k-2", "z-1", "z-2", "j-1", "j-2"], run.Lines.Select(line => Text(line, "articleId")));
        Assert.Equal(["j-1", "j-2"], piped.Lines.Select(line => Text(line, "articleId")));
    }

    [Fact]
    public async Task A_format_may_be_forced()
    {
        await WriteAsync("markup.html", "Un titre\n\n<p>Un texte.");

        var run = await RunAsync("import", "markup.html", "--format", "text", "--json");
        var wrong = await RunAsync("import", "markup.html", "--format", "nitf", "--json");

        Assert.Equal("Un titre", Text(run.Lines[0], "headline"));
        Assert.Equal("NOT_WELL_FORMED", Parse(wrong.Lines[0]).GetProperty("error").GetProperty("reason").GetString());
    }
}
