using System.IO.Compression;
using System.Text;
using Grpc.Core;
using Syndication.Tests.Access;
using Syndication.V1;

namespace Syndication.Tests.Cli;

/// <summary>What partners send: every format, by itself, in folders and in archives.</summary>
public sealed class ImportFormatsTests : WireTests
{
    private const string Feed = """
        <rss version="2.0"><channel><title>Agence</title><language>fr</language>
          <item><title>Pont rouvert</title><guid isPermaLink="false">pont-1</guid><description>Le pont a rouvert.</description></item>
          <item><title>Le bac</title><guid isPermaLink="false">bac-1</guid><description>Il s'arrête.</description></item>
        </channel></rss>
        """;

    private const string Nitf = """
        <nitf><head><title>Marée haute</title><docdata><doc-id id-string="maree-1"/></docdata></head>
        <body xml:lang="fr"><body.head><hedline><hl1>Marée haute</hl1></hedline></body.head><body.content><p>La marée est haute.</p></body.content></body></nitf>
        """;

    private const string Html = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>x</title><link rel="canonical" href="https://valmere.example/phare"></head><body><article><h1>Le phare</h1><p>Il éclaire.</p></article></body></html>""";

    [Fact]
    public async Task Every_format_is_told_by_its_content_and_importing_again_changes_nothing()
    {
        await WriteAsync("in/feed.xml", Feed);
        await WriteAsync("in/deep/story.xml", Nitf);
        await WriteAsync("in/news.xml", NewsMl("urn:x-valmere:1", "Quai fermé"));
        await WriteAsync("in/page.html", Html);
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
    public async Task Another_item_in_a_feed_makes_no_versions_of_those_that_were_there()
    {
        await WriteAsync("feed.rss", Feed);
        await RunAsync("import", "feed.rss");
        await WriteAsync("feed.rss", Feed.Replace("</channel>", "<item><title>Neuf</title><guid isPermaLink=\"false\">n-1</guid></item></channel>", StringComparison.Ordinal).Replace("Il s'arrête.", "Il repart.", StringComparison.Ordinal));

        var run = await RunAsync("import", "feed.rss", "--json");

        Assert.Equal([("pont-1", "unchanged", 1), ("bac-1", "imported", 2), ("n-1", "imported", 1)], run.Lines.Select(line => (Text(line, "articleId")!, Text(line, "outcome")!, Parse(line).GetProperty("version").GetInt32())));
        Assert.Equal([1, 2, 3], run.Lines.Select(line => Parse(line).GetProperty("item").GetInt32()));
    }

    [Fact]
    public async Task An_embargo_is_kept_by_its_date_whatever_the_status_says()
    {
        await Server.CreateStreamAsync("fr", "fr");
        var secret = await Server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        await WriteAsync("usable.g2.xml", NewsMl("embargoed-1", "Pas encore", "<embargoed>2091-10-23T12:00:00Z</embargoed><pubStatus qcode=\"stat:usable\"/>"));
        await WriteAsync("usable.ninjs.json", """{"uri":"embargoed-2","pubStatus":"usable","embargoedUntil":"2091-05-01T12:00:00+02:00","headlines":[{"value":"Pas encore"}],"language":"fr"}""");
        await WriteAsync("usable.nitf.xml", Nitf.Replace("""<doc-id id-string="maree-1"/>""", """<doc-id id-string="embargoed-3"/><date.release norm="20911023T120000Z"/>""", StringComparison.Ordinal));

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
        await WriteAsync("held.xml", NewsMl("held-1", "Retenu", meta));

        var run = await RunAsync("import", "held.xml", "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(reason, Parse(Assert.Single(run.Lines)).GetProperty("error").GetProperty("reason").GetString());
        await Assert.ThrowsAsync<RpcException>(async () => await Server.Articles.GetArticleAsync(new() { ArticleId = "held-1", IncludeHeld = true }, cancellationToken: Token));
    }

    [Fact]
    public async Task A_correction_comes_as_one()
    {
        await WriteAsync("v1.xml", Nitf);
        await WriteAsync("v2.xml", Nitf.Replace("<doc-id", "<correction info=\"Basse, et non haute.\"/><doc-id", StringComparison.Ordinal).Replace("est haute", "est basse", StringComparison.Ordinal));

        var run = await RunAsync("import", "v1.xml", "v2.xml");

        Assert.Equal(0, run.ExitCode);
        var article = (await Server.Articles.GetArticleAsync(new() { ArticleId = "maree-1" }, cancellationToken: Token)).Article;
        Assert.Equal((2, ChangeType.Correction, "Basse, et non haute."), (article.Version, article.Change, article.Correction.Note));
    }

    [Fact]
    public async Task An_archive_is_read_file_by_file_and_what_is_hostile_in_it_is_refused_with_its_reason()
    {
        Zip("partner.zip", [
            ("a/story.xml", Encoding.UTF8.GetBytes(Nitf)),
            ("lines.ndjson", """{"articleId":"l-1","headline":"L","language":"en"}"""u8.ToArray()),
            ("notes.md", "not for the wire"u8.ToArray()),
            ("__MACOSX/story.xml", "junk"u8.ToArray()),
            ("../outside.txt", "Dehors\n\nTexte."u8.ToArray()),
            ("/etc/absolute.txt", "Dehors\n\nTexte."u8.ToArray()),
            ("bomb.txt", new byte[32 * 1024 * 1024]),
            ("inner.zip", "PK\x03\x04"u8.ToArray()),
            ("hidden.txt", "PK\x03\x04 and more"u8.ToArray()),
            ("laughs.xml", "<!DOCTYPE nitf [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><nitf><head><title>&b;</title></head></nitf>"u8.ToArray()),
            ("concept.xml", Encoding.UTF8.GetBytes("<conceptItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\" guid=\"urn:x\"/>")),
        ]);

        var run = await RunAsync("import", "partner.zip", "--json");
        var piped = await CliRun.StartAsync(Server.GrpcAddress.ToString(), await File.ReadAllBytesAsync(PathOf("partner.zip"), Token), Path.GetDirectoryName(PathOf("x"))!, Token, "import", "-", "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            [
                "a/story.xml imported", "lines.ndjson imported", "../outside.txt UNSAFE_PATH", "/etc/absolute.txt UNSAFE_PATH", "bomb.txt COMPRESSION_RATIO", "inner.zip NESTED_ARCHIVE",
                "hidden.txt NESTED_ARCHIVE", "laughs.xml DOCUMENT_TYPE_DECLARATION", "concept.xml UNSUPPORTED_ITEM",
            ],
            run.Lines.Select(Told));
        Assert.Equal(run.Lines.Select(Told).Select(line => line.Replace("imported", "unchanged", StringComparison.Ordinal)), piped.Lines.Select(Told));
        Assert.False(File.Exists(PathOf("../outside.txt")));

        string Told(string line)
        {
            var outcome = Text(line, "outcome");
            return $"{Text(line, "file")!.Split("!/", 2)[1]} {(outcome == "failed" ? Parse(line).GetProperty("error").GetProperty("reason").GetString() : outcome)}";
        }
    }

    [Fact]
    public async Task A_broken_archive_is_refused()
    {
        await File.WriteAllBytesAsync(PathOf("cut.zip"), [.. "PK\x03\x04"u8, .. new byte[100]], Token);

        var run = await RunAsync("import", "cut.zip");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("wire: cut.zip: the zip archive is broken", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_megabytes_is_refused_and_stops_nothing()
    {
        var run = await RunAsync(Server, $$"""{"headline":"A","language":"en"}{{"\n"}}{"headline":"{{new string('x', 17 * 1024 * 1024)}}"}{{"\n"}}{"headline":"B","language":"en"}""", Token, "import", "-", "--json");
        await WriteAsync("long.txt", "Titre\n\n" + new string('x', 2 * 1024 * 1024));
        var text = await RunAsync("import", "long.txt", "--json");

        Assert.Equal(["imported", "failed", "imported"], run.Lines.Select(line => Text(line, "outcome")));
        Assert.Equal("LINE_TOO_LONG", Parse(run.Lines[1]).GetProperty("error").GetProperty("reason").GetString());
        Assert.Equal("LINE_TOO_LONG", Parse(text.Lines[0]).GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task What_no_field_models_and_what_is_left_out_is_told()
    {
        await WriteAsync("page.html", Html.Replace("<p>Il éclaire.</p>", "<p>Il éclaire.</p><script>alert(1)</script>", StringComparison.Ordinal));
        await WriteAsync("story.xml", Nitf.Replace("<doc-id", "<series series.name=\"Mers\"/><doc-id", StringComparison.Ordinal));

        var run = await RunAsync("import", "page.html", "story.xml");
        var json = await RunAsync("import", "story.xml", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("wire: page.html: script: left out of the text", run.Error, StringComparison.Ordinal);
        Assert.Contains("kept in the extensions", run.Error, StringComparison.Ordinal);
        Assert.Equal("head/docdata/series", Parse(json.Lines[0]).GetProperty("notes")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task An_older_edition_that_arrives_late_is_passed_over()
    {
        await WriteAsync("v7.xml", NewsMl("late-1", "Septième"));
        await WriteAsync("v6.xml", NewsMl("late-1", "Sixième").Replace("version=\"7\"", "version=\"6\"", StringComparison.Ordinal));
        await WriteAsync("v8.xml", NewsMl("late-1", "Huitième").Replace("version=\"7\"", "version=\"8\"", StringComparison.Ordinal));
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
        await WriteAsync("v2.xml", NewsMl("long-1", "Deux").Replace("version=\"7\"", "version=\"20300102110000\"", StringComparison.Ordinal));
        await WriteAsync("v1.xml", NewsMl("long-1", "Un").Replace("version=\"7\"", "version=\"20300102100000\"", StringComparison.Ordinal));
        await WriteAsync("vx.xml", NewsMl("long-2", "Sans").Replace("version=\"7\"", "version=\"final\"", StringComparison.Ordinal));

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
        var news = NewsMl("same-1", "Faux");
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

    public static TheoryData<string, string, string> Disguised => new()
    {
        { "utf16.json", "utf-16", "{0}" },
        { "utf16", "utf-16", "{0}" },
        { "utf16.txt", "utf-16BE", "{0}" },
        { "utf32.xml", "utf-32", "<newsItem><itemMeta><embargoed>2091-01-01T00:00:00Z</embargoed></itemMeta></newsItem>" },
        { "marks.json", "utf-8", "\uFEFF\uFEFF{0}" },
        { "marks", "utf-8", "\u200B{0}" },
        { "comment.json", "utf-8", "// a comment\n{0}" },
        { "tab", "utf-8", "\u000B{0}" },
        { "http.json", "utf-8", "HTTP/1.1 200 OK\r\n\r\n{0}" },
        { "garbage.xml", "utf-8", "garbage <newsItem/>" },
        { "garbage", "utf-8", "garbage <?xml version=\"1.0\"?><newsItem/>" },
        { "http", "utf-8", "HTTP/1.1 200 OK\r\n\r\n{0}" },
        { "words.html", "utf-8", "Only words.\n\nAnd more." },
    };

    [Theory]
    [MemberData(nameof(Disguised))]
    public async Task A_document_that_hides_what_it_is_does_not_become_a_text(string name, string encoding, string content)
    {
        const string Embargoed = """{"uri":"leak-1","embargoed":"2091-01-01T00:00:00Z","headlines":[{"value":"Secret"}],"language":"en"}""";
        var bytes = Encoding.GetEncoding(encoding);
        await File.WriteAllBytesAsync(PathOf(name), [.. bytes.GetPreamble().Take(encoding == "utf-8" ? 0 : 4), .. bytes.GetBytes(content.Replace("{0}", Embargoed, StringComparison.Ordinal))], Token);

        var run = await RunAsync("import", name, "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(
            Parse(Assert.Single(run.Lines)).GetProperty("error").GetProperty("reason").GetString(), new[] { "BAD_ENCODING", "NOT_WELL_FORMED", "NOT_THIS_FORMAT" });
        var check = await RunAsync("check", name);
        Assert.Equal(4, check.ExitCode);
    }

    [Fact]
    public async Task Checking_reads_and_refuses_what_importing_does()
    {
        await WriteAsync("deep.json", new string('[', 100_000));
        await WriteAsync("laughs.xml", "<!DOCTYPE rss [<!ENTITY a \"ha\">]><rss version=\"2.0\"><channel><title>&a;</title></channel></rss>");
        await WriteAsync("lines.nd", """{"articleId":"l-1","headline":"One  two","language":"en"}""" + "\n" + """{"articleId":"l-2","headline":"The the end","language":"en"}""" + "\n");
        await WriteAsync("mixed.jsonl", """{"articleId":"l-1","headline":"The the end","language":"en"}""" + "\n" + """{"uri":"n-1","headlines":[{"value":"A a fault"}],"language":"en"}""" + "\n");

        var deep = await RunAsync("check", "deep.json");
        var laughs = await RunAsync("check", "laughs.xml");
        var lines = await RunAsync("check", "lines.nd");
        var mixed = await RunAsync("check", "mixed.jsonl");

        Assert.Equal((4, 4), (deep.ExitCode, laughs.ExitCode));
        Assert.Contains("nested more than 128 deep", deep.Out + deep.Error, StringComparison.Ordinal);
        Assert.Contains("document type", laughs.Out + laughs.Error, StringComparison.Ordinal);
        Assert.Contains("lines.nd:2:", lines.Out, StringComparison.Ordinal);
        Assert.Contains("mixed.jsonl:2", mixed.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("not JSON", lines.Out + lines.Error + mixed.Out + mixed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_others_have_come_after_stays_what_it_was_and_that_is_told()
    {
        await WriteAsync("a.xml", Nitf);
        await WriteAsync("b.xml", Nitf.Replace("est haute", "est basse", StringComparison.Ordinal));
        await RunAsync("import", "a.xml", "b.xml");

        var run = await RunAsync("import", "a.xml");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 unchanged.", run.Out, StringComparison.Ordinal);
        Assert.Contains("wire: a.xml: version: it was imported before, as version 1; maree-1 is at version 2 since, and stays so", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edition_that_names_no_embargo_stays_under_that_of_the_one_before_and_that_is_told()
    {
        await WriteAsync("v7.xml", NewsMl("emb-1", "Sous embargo", "<embargoed>2091-10-23T12:00:00Z</embargoed>"));
        await WriteAsync("v8.xml", NewsMl("emb-1", "Sans").Replace("version=\"7\"", "version=\"8\"", StringComparison.Ordinal));

        var run = await RunAsync("import", "v7.xml", "v8.xml");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("wire: v8.xml: embargoTime: it names no embargo: that of the version before goes on", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("v7.xml: embargoTime", run.Error, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(127, "NOT_THIS_FORMAT")]
    [InlineData(129, "TOO_DEEP")]
    public async Task JSON_may_be_as_deep_as_the_limits_say(int depth, string reason)
    {
        var deep = "{\"x\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        await WriteAsync("deep.json", deep);
        await WriteAsync("deep.ndjson", deep);

        var run = await RunAsync("import", "deep.json", "deep.ndjson", "--json");

        Assert.Equal([reason, reason], run.Lines.Select(line => Parse(line).GetProperty("error").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_pipe_that_lies_in_a_folder_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders.");
        await WriteAsync("in/story.xml", Nitf);
        using (var made = System.Diagnostics.Process.Start("mkfifo", PathOf("in/pipe.xml")))
        {
            await made.WaitForExitAsync(Token);
        }

        var run = await RunAsync("import", "in", "--json");
        var check = await RunAsync("check", "in");

        Assert.Equal(["EMPTY", null], run.Lines.Select(line => Parse(line).TryGetProperty("error", out var error) ? error.GetProperty("reason").GetString() : null));
        Assert.Equal(4, check.ExitCode);
    }

    [Fact]
    public async Task A_kill_is_written_as_one_with_its_reason_its_time_and_a_number_of_its_own()
    {
        await WriteAsync("story.xml", NewsMl("kill-1", "Faux"));
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
    public async Task A_format_may_be_forced()
    {
        await WriteAsync("markup.html", "Un titre\n\n<p>Un texte.");

        var run = await RunAsync("import", "markup.html", "--format", "text", "--json");
        var wrong = await RunAsync("import", "markup.html", "--format", "nitf", "--json");

        Assert.Equal("Un titre", Text(run.Lines[0], "headline"));
        Assert.Equal("NOT_WELL_FORMED", Parse(wrong.Lines[0]).GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task What_is_exported_in_a_format_is_imported_again()
    {
        await WriteAsync("in/story.xml", Nitf);
        await WriteAsync("in/feed.rss", Feed);
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
        await WriteAsync("feed.rss", Feed);
        await RunAsync("import", "feed.rss");
        await RunAsync("export", "all", "--format", "newsml-g2", "--out", "out");
        await Server.Publishing.WithdrawArticleAsync(new() { ArticleId = "bac-1", Advisory = "Faux." }, cancellationToken: Token);
        await WriteAsync("story.xml", Nitf);
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
        await WriteAsync("feed.rss", Feed);
        await WriteAsync("held.xml", NewsMl("held-1", "Pas encore", "<embargoed>2091-10-23T12:00:00Z</embargoed>"));
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
        await WriteAsync("news.xml", NewsMl("urn:x-valmere:1", "Quai fermé", urgency: 3));
        await RunAsync("import", "news.xml");

        var feed = await RunAsync("get", "urn:x-valmere:1", "--format", "rss");
        var news = await RunAsync("get", "urn:x-valmere:1", "--format", "newsml-g2");

        Assert.Equal((0, 0), (feed.ExitCode, news.ExitCode));
        Assert.Contains("<title>Quai fermé</title>", feed.Out, StringComparison.Ordinal);
        Assert.Contains("rss does not hold: urgency", feed.Error, StringComparison.Ordinal);
        Assert.Contains("guid=\"urn:x-valmere:1\"", news.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("urgency,", news.Error, StringComparison.Ordinal);
    }

    private static string NewsMl(string guid, string headline, string meta = "<pubStatus qcode=\"stat:usable\"/>", int urgency = 4) => $"""
        <newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="7" xml:lang="fr"><itemMeta><itemClass qcode="ninat:text"/><provider literal="x"/><versionCreated>2030-01-01T00:00:00Z</versionCreated>{meta}</itemMeta>
        <contentMeta><urgency>{urgency}</urgency><language tag="fr"/><headline>{headline}</headline></contentMeta></newsItem>
        """;

    private void Zip(string name, IEnumerable<(string Name, byte[] Bytes)> files)
    {
        using var archive = ZipFile.Open(PathOf(name), ZipArchiveMode.Create);
        foreach (var (path, bytes) in files)
        {
            using var entry = archive.CreateEntry(path, CompressionLevel.Optimal).Open();
            entry.Write(bytes);
        }
    }
}
