namespace Syndication.Tests.Cli;

/// <summary>Articles in the formats of others.</summary>
public sealed class ExportFormatsTests : WireTests
{
    [Fact]
    public async Task A_kill_is_written_as_one_with_its_reason_its_time_and_a_number_of_its_own()
    {
        await WriteAsync("story.xml", SourceDocuments.NewsMl("kill-1", "Faux"));
        await RunAsync("import", "story.xml");
        var killed = await Server.Publishing.WithdrawArticleAsync(new() { ArticleId = "kill-1", Advisory = "La personne nommée n'est pas l'accusé." }, cancellationToken: Token);

        foreach (var format in new[] { "newsml-g2", "ninjs", "ninjs-2.1", "nitf", "html" })
        {
            var run = await RunAsync("get", "kill-1", "--format", format);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains("La personne nommée n", run.Out, StringComparison.Ordinal);
            Assert.Contains("canceled", run.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("Faux", run.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("1970", run.Out, StringComparison.Ordinal);
        }

        var news = System.Xml.Linq.XDocument.Parse((await RunAsync("get", "kill-1", "--format", "newsml-g2")).Out).Root!;
        Assert.Equal("2", (string?)news.Attribute("version"));
        Assert.Equal(killed.CommitTime.ToDateTime(), DateTime.Parse(news.Descendants().Single(element => element.Name.LocalName == "versionCreated").Value, null, System.Globalization.DateTimeStyles.RoundtripKind), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task What_is_exported_in_a_format_is_imported_again()
    {
        await WriteAsync("in/story.xml", SourceDocuments.Nitf);
        await WriteAsync("in/feed.rss", SourceDocuments.Feed);
        await RunAsync("import", "in");

        foreach (var format in new[] { "newsml-g2", "ninjs", "ninjs-2.1", "nitf", "html", "json" })
        {
            var export = await RunAsync("export", "all", "--format", format, "--out", format);
            Assert.Equal((0, "3 documents written, 0 removed.\n"), (export.ExitCode, export.Error.Split('\n')[^2] + "\n"));
            await using var other = await Syndication.Tests.Server.ServerFixture.StartAsync();
            var import = await RunAsync(other, "", Token, "import", format, "--json");
            Assert.Equal(["bac-1", "maree-1", "pont-1"], import.Lines.Select(line => Text(line, "articleId")).Order(StringComparer.Ordinal));
            Assert.Equal("La marée est haute.", (await other.Articles.GetArticleAsync(new() { ArticleId = "maree-1" }, cancellationToken: Token)).Article.Body[0].Paragraph.Content.Text);
        }
    }

    [Fact]
    public async Task An_exported_folder_is_brought_up_to_date()
    {
        await WriteAsync("feed.rss", SourceDocuments.Feed);
        await RunAsync("import", "feed.rss");
        await RunAsync("export", "all", "--format", "newsml-g2", "--out", "out");
        await Server.Publishing.WithdrawArticleAsync(new() { ArticleId = "bac-1", Advisory = "Faux." }, cancellationToken: Token);
        await WriteAsync("story.xml", SourceDocuments.Nitf);
        await RunAsync("import", "story.xml");

        var run = await RunAsync("export", "all", "--format", "newsml-g2", "--out", "out");

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("1 documents written, 1 removed.\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(["maree-1.g2.xml", "pont-1.g2.xml"], Directory.EnumerateFiles(PathOf("out"), "*.xml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        var other = await RunAsync("export", "all", "--format", "nitf", "--out", "out");
        Assert.Equal(2, other.ExitCode);
    }

    [Fact]
    public async Task A_stream_is_one_document_where_the_format_holds_many_and_what_must_not_be_used_is_left_out()
    {
        await WriteAsync("feed.rss", SourceDocuments.Feed);
        await WriteAsync("held.xml", SourceDocuments.NewsMl("held-1", "Pas encore", "<embargoed>2091-10-23T12:00:00Z</embargoed>"));
        await RunAsync("import", "feed.rss", "held.xml");

        var feed = await RunAsync("export", "all", "--format", "rss", "--since", "earliest", "--held");
        var message = await RunAsync("export", "all", "--format", "newsml-g2", "--held");
        var alone = await RunAsync("export", "all", "--format", "nitf");

        Assert.Equal(4, feed.ExitCode);
        Assert.Equal(3, feed.Out.Split("<title>").Length - 1);
        Assert.DoesNotContain("Pas encore", feed.Out, StringComparison.Ordinal);
        Assert.Contains("wire: held-1 version 1: not written: it must not be used now (EMBARGOED), and rss cannot say so.", feed.Error, StringComparison.Ordinal);
        Assert.Equal(0, message.ExitCode);
        Assert.Contains("<embargoed>2091-10-23T12:00:00Z</embargoed>", message.Out, StringComparison.Ordinal);
        Assert.Equal(2, alone.ExitCode);
    }

    [Fact]
    public async Task An_article_is_shown_in_a_format_and_what_it_loses_is_named()
    {
        await WriteAsync("news.xml", SourceDocuments.NewsMl("urn:x-valmere:1", "Quai fermé", urgency: 3));
        await RunAsync("import", "news.xml");

        var feed = await RunAsync("get", "urn:x-valmere:1", "--format", "rss");
        var news = await RunAsync("get", "urn:x-valmere:1", "--format", "newsml-g2");

        Assert.Equal((0, 0), (feed.ExitCode, news.ExitCode));
        Assert.Contains("<title>Quai fermé</title>", feed.Out, StringComparison.Ordinal);
        Assert.Contains("rss does not hold: urgency", feed.Error, StringComparison.Ordinal);
        Assert.Contains("guid=\"urn:x-valmere:1\"", news.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("urgency,", news.Error, StringComparison.Ordinal);
    }
}
