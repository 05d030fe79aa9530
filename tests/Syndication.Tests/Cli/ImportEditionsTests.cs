namespace Syndication.Tests.Cli;

/// <summary>What comes again: another edition of a document, an older one, or the same in other bytes.</summary>
public sealed class ImportEditionsTests : WireTests
{
    [Fact]
    public async Task Another_item_in_a_feed_makes_no_versions_of_those_that_were_there()
    {
        await WriteAsync("feed.rss", SourceDocuments.Feed);
        await RunAsync("import", "feed.rss");
        await WriteAsync("feed.rss", SourceDocuments.Feed.Replace("</channel>", "<item><title>Neuf</title><guid isPermaLink=\"false\">n-1</guid></item></channel>", StringComparison.Ordinal).Replace("Il s'arrête.", "Il repart.", StringComparison.Ordinal));

        var run = await RunAsync("import", "feed.rss", "--json");

        Assert.Equal([("pont-1", "unchanged", 1), ("bac-1", "imported", 2), ("n-1", "imported", 1)], run.Lines.Select(line => (Text(line, "articleId")!, Text(line, "outcome")!, Parse(line).GetProperty("version").GetInt32())));
        Assert.Equal([1, 2, 3], run.Lines.Select(line => Parse(line).GetProperty("item").GetInt32()));
    }

    [Fact]
    public async Task An_older_edition_that_arrives_late_is_passed_over()
    {
        await WriteAsync("v7.xml", SourceDocuments.NewsMl("late-1", "Septième"));
        await WriteAsync("v6.xml", SourceDocuments.NewsMl("late-1", "Sixième").Replace("version=\"7\"", "version=\"6\"", StringComparison.Ordinal));
        await WriteAsync("v8.xml", SourceDocuments.NewsMl("late-1", "Huitième").Replace("version=\"7\"", "version=\"8\"", StringComparison.Ordinal));
        await WriteAsync("noon.ninjs.json", Ninjs("Midi", "2030-01-01T12:00:00Z"));
        await WriteAsync("ten.ninjs.json", Ninjs("Dix heures", "2030-01-01T10:00:00Z"));

        var run = await RunAsync("import", "v7.xml", "v6.xml", "noon.ninjs.json", "ten.ninjs.json", "v8.xml", "v7.xml", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["imported", "skipped", "imported", "skipped", "imported", "imported"], run.Lines.Select(line => Text(line, "outcome")));
        Assert.Contains("is later (number 7 of 2030-01-01 00:00:00Z) than this one (number 6", Text(run.Lines[1], "reason"), StringComparison.Ordinal);
        Assert.Equal("Huitième", (await Server.Articles.GetArticleAsync(new() { ArticleId = "late-1" }, cancellationToken: Token)).Article.Headline);
        Assert.Equal("Midi", (await Server.Articles.GetArticleAsync(new() { ArticleId = "late-2" }, cancellationToken: Token)).Article.Headline);
        var source = (await Server.Articles.GetArticleAsync(new() { ArticleId = "late-1", Version = 1 }, cancellationToken: Token)).Article.SourceDocument;
        Assert.Equal((7, 2030), (source.Version, source.VersionTime.ToDateTime().Year));

        static string Ninjs(string headline, string time) =>
            $$"""{"uri":"late-2","versionCreated":"{{time}}","headlines":[{"value":"{{headline}}"}],"language":"fr"}""";
    }

    [Fact]
    public async Task An_older_item_of_RSS_is_known_by_its_one_time_and_a_number_may_be_longer_than_ours()
    {
        await WriteAsync("r2.xml", Rss("R two", "Wed, 02 Jan 2030 11:00:00 GMT"));
        await WriteAsync("r1.xml", Rss("R one", "Wed, 02 Jan 2030 10:00:00 GMT"));
        await WriteAsync("v2.xml", SourceDocuments.NewsMl("long-1", "Deux").Replace("version=\"7\"", "version=\"20300102110000\"", StringComparison.Ordinal));
        await WriteAsync("v1.xml", SourceDocuments.NewsMl("long-1", "Un").Replace("version=\"7\"", "version=\"20300102100000\"", StringComparison.Ordinal));
        await WriteAsync("vx.xml", SourceDocuments.NewsMl("long-2", "Sans").Replace("version=\"7\"", "version=\"final\"", StringComparison.Ordinal));

        var run = await RunAsync("import", "r2.xml", "r1.xml", "v2.xml", "v1.xml", "vx.xml", "--json");

        Assert.Equal(["imported", "skipped", "imported", "skipped", "imported"], run.Lines.Select(line => Text(line, "outcome")));
        Assert.StartsWith("SOURCE_OUTDATED: the edition that long-1 is at, version 1, is later (number 20300102110000 of ", Text(run.Lines[3], "reason"), StringComparison.Ordinal);
        Assert.Contains("not a number that can be compared: final", run.Lines[4], StringComparison.Ordinal);

        static string Rss(string title, string time) =>
            $"<rss version=\"2.0\"><channel><title>A</title><language>en</language><item><title>{title}</title><guid isPermaLink=\"false\">rss-1</guid><pubDate>{time}</pubDate></item></channel></rss>";
    }

    [Fact]
    public async Task The_same_edition_in_other_bytes_changes_nothing_and_undoes_no_correction()
    {
        const string Item = "<item><title>Pont rouvert</title><guid isPermaLink=\"false\">poll-1</guid><description>Le pont a rouvert.</description></item>";
        var news = SourceDocuments.NewsMl("same-1", "Faux");
        await WriteAsync("poll1.xml", $"<rss version=\"2.0\"><channel><title>A</title><language>fr</language><lastBuildDate>Wed, 02 Jan 2030 10:00:00 GMT</lastBuildDate>{Item}</channel></rss>");
        await WriteAsync("poll2.xml", $"<rss version=\"2.0\"><channel><title>A</title><language>fr</language><lastBuildDate>Wed, 02 Jan 2030 11:00:00 GMT</lastBuildDate>{Item}<item><title>Neuf</title><guid isPermaLink=\"false\">poll-2</guid></item></channel></rss>");
        await WriteAsync("news.xml", news);
        await WriteAsync("crlf.xml", news.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n");
        await WriteAsync("lines.ndjson", """{"uri":"same-2","headlines":[{"value":"Deux"}],"language":"fr"}""" + "\n");
        await WriteAsync("crlf.ndjson", """{"uri":"same-2","headlines":[{"value":"Deux"}],"language":"fr"}""" + "\r\n\r\n");
        await RunAsync("import", "poll1.xml", "news.xml", "lines.ndjson");
        foreach (var id in new[] { "poll-1", "same-1" })
        {
            Assert.Equal(0, (await RunAsync("correct", id, "--note", "Vrai, et non faux.", "--headline", "Vrai")).ExitCode);
        }

        var run = await RunAsync("import", "poll2.xml", "crlf.xml", "crlf.ndjson", "--json");

        Assert.Equal(["unchanged", "imported", "unchanged", "unchanged"], run.Lines.Select(line => Text(line, "outcome")));
        foreach (var id in new[] { "poll-1", "same-1" })
        {
            Assert.Equal("Vrai", (await Server.Articles.GetArticleAsync(new() { ArticleId = id }, cancellationToken: Token)).Article.Headline);
        }
    }

    [Fact]
    public async Task A_document_that_others_have_come_after_stays_what_it_was_and_that_is_told()
    {
        await WriteAsync("a.xml", SourceDocuments.Nitf);
        await WriteAsync("b.xml", SourceDocuments.Nitf.Replace("est haute", "est basse", StringComparison.Ordinal));
        await RunAsync("import", "a.xml", "b.xml");

        var run = await RunAsync("import", "a.xml");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 unchanged.", run.Out, StringComparison.Ordinal);
        Assert.Contains("wire: a.xml: version: it was imported before, as version 1; maree-1 is at version 2 since, and stays so", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edition_that_names_no_embargo_stays_under_that_of_the_one_before_and_that_is_told()
    {
        await WriteAsync("v7.xml", SourceDocuments.NewsMl("emb-1", "Sous embargo", "<embargoed>2091-10-23T12:00:00Z</embargoed>"));
        await WriteAsync("v8.xml", SourceDocuments.NewsMl("emb-1", "Sans").Replace("version=\"7\"", "version=\"8\"", StringComparison.Ordinal));

        var run = await RunAsync("import", "v7.xml", "v8.xml");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("wire: v8.xml: embargoTime: it names no embargo: that of the version before goes on", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("v7.xml: embargoTime", run.Error, StringComparison.Ordinal);
    }
}
