using System.Text;

namespace Syndication.Tests.Cli;

/// <summary>What is broken, disguised, too large or hostile, by itself and in archives.</summary>
public sealed class ImportHostileTests : WireTests
{
    [Fact]
    public async Task An_archive_is_read_file_by_file_and_what_is_hostile_in_it_is_refused_with_its_reason()
    {
        Zip("partner.zip", [
            ("a/story.xml", Encoding.UTF8.GetBytes(SourceDocuments.Nitf)),
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
        await WriteAsync("in/story.xml", SourceDocuments.Nitf);
        using (var made = System.Diagnostics.Process.Start("mkfifo", PathOf("in/pipe.xml")))
        {
            await made.WaitForExitAsync(Token);
        }

        var run = await RunAsync("import", "in", "--json");
        var check = await RunAsync("check", "in");

        Assert.Equal(["EMPTY", null], run.Lines.Select(line => Parse(line).TryGetProperty("error", out var error) ? error.GetProperty("reason").GetString() : null));
        Assert.Equal(4, check.ExitCode);
    }
}
