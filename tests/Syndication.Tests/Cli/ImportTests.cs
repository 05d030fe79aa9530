using System.Text;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Cli;

public sealed class ImportTests : WireTests
{
    [Fact]
    public async Task Importing_again_changes_nothing()
    {
        await WriteAsync("wire/one.txt", "Un titre\n\nLe texte.\n");
        await WriteAsync("wire/deep/two.txt", "Un autre titre\n\nUn autre texte.\n");
        await WriteAsync("wire/more.ndjson", """{"headline":"No id","language":"en"}""" + "\n\n" + """{"articleId":"b","headline":"B","language":"en"}""");
        await WriteAsync("wire/notes.md", "Not for the wire.");

        var first = await RunAsync("import", "wire", "--json");
        var again = await RunAsync("import", "wire", "--json");

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Equal(
            [("wire/more.ndjson", "imported"), ("wire/more.ndjson", "imported"), ("wire/one.txt", "imported"), ("wire/deep/two.txt", "imported")],
            first.Lines.Select(line => (Text(line, "file")!, Text(line, "outcome")!)));
        Assert.Equal([1, 3], first.Lines[..2].Select(line => Parse(line).GetProperty("line").GetInt32()));
        Assert.All(again.Lines, line => Assert.Equal("unchanged", Text(line, "outcome")));
        Assert.Equal(first.Lines.Select(line => Text(line, "articleId")), again.Lines.Select(line => Text(line, "articleId")));
        Assert.Equal(4, (await PullAsync(Server)).Count);
    }

    [Fact]
    public async Task The_same_text_under_another_name_is_there_already()
    {
        await WriteAsync("one.txt", "Un titre\n\nLe texte.\n");
        await WriteAsync("same.txt", "Un titre\n\nLe texte.\n");

        var run = await RunAsync("import", "one.txt", "same.txt");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\n1 imported, 1 unchanged.\n", run.Out, StringComparison.Ordinal);
        Assert.Single(await PullAsync(Server));
    }

    [Fact]
    public async Task What_fails_stops_nothing_and_is_listed_with_place_reason_and_field()
    {
        await File.WriteAllBytesAsync(PathOf("bad.txt"), [0x81, 0x8d], Token);
        await WriteAsync("mixed.ndjson", string.Join('\n', [
            """{"articleId":"a","headline":"A","language":"en"}""",
            """{"articleId":"b","headlin":"B"}""",
            """{"articleId":"c","headline":"","language":"en"}""",
            "{not json",
            """{"articleId":"d","headline":"D","language":"en"}""",
        ]));

        var run = await RunAsync("import", "missing.txt", "bad.txt", "mixed.ndjson", "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            ["failed", "failed", "imported", "failed", "failed", "failed", "imported"], run.Lines.Select(line => Text(line, "outcome")));
        Assert.Empty(run.Error);
        var error = Parse(run.Lines[4]).GetProperty("error");
        Assert.Equal("INVALID_FIELDS", error.GetProperty("reason").GetString());
        Assert.Equal("article.headline", error.GetProperty("fieldViolations")[0].GetProperty("field").GetString());
        Assert.Equal(["a", "d"], (await PullAsync(Server)).Select(update => update.ArticleId));

        var text = await RunAsync("import", "missing.txt", "bad.txt", "mixed.ndjson");
        Assert.Contains("wire: missing.txt: ", text.Error, StringComparison.Ordinal);
        Assert.Contains("wire: bad.txt: Line 1: ", text.Error, StringComparison.Ordinal);
        Assert.Contains("wire: mixed.ndjson:2: not JSON of Article: ", text.Error, StringComparison.Ordinal);
        Assert.Contains("wire: mixed.ndjson:4: not JSON: ", text.Error, StringComparison.Ordinal);
        Assert.Matches(@"wire: mixed\.ndjson:3: .*\n  reason INVALID_FIELDS.*\n  article\.headline: ", text.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("--json")]
    public async Task Where_none_of_the_files_exist_it_is_wrong_usage(params string[] flags)
    {
        var run = await RunAsync(["import", "/nonexistent", "neither.txt", .. flags]);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("there is no /nonexistent and no neither.txt", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_texts_in_a_file_are_several_articles_with_their_lines()
    {
        await WriteAsync("two.txt", "Un titre\n\nLe texte.\n\n=====\n\nUn autre titre\n\nUn autre texte.\n");

        var run = await RunAsync("import", "two.txt", "--json");
        var again = await RunAsync("import", "two.txt");

        Assert.Equal(["Un titre", "Un autre titre"], run.Lines.Select(line => Text(line, "headline")));
        Assert.Equal(2, run.Lines.Select(line => Text(line, "articleId")).Distinct().Count());
        Assert.Equal(2, run.Lines.Select(line => Parse(line).GetProperty("line").GetInt32()).Distinct().Count());
        Assert.EndsWith("2 unchanged.\n", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_finds_the_same_faults_and_publishes_nothing()
    {
        var input = """{"articleId":"a","headline":"A","language":"en"}""" + "\n" + """{"articleId":"b","language":"en"}""";

        var run = await RunAsync(Server, input, Token, "import", "-", "--dry-run", "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(["valid", "failed"], run.Lines.Select(line => Text(line, "outcome")));
        Assert.Empty(await PullAsync(Server));
    }

    [Fact]
    public async Task Standard_input_is_json_lines_or_one_text_by_what_it_says()
    {
        var lines = await RunAsync(Server, "\n  {\"headline\":\"A\",\"language\":\"en\"}\n{\"headline\":\"B\",\"language\":\"en\"}\n", Token, "import", "-", "--json");
        var text = await RunAsync(Server, "\n\nLe titre\n\nLe texte de la dépêche.", Token, "import", "-", "--json");
        var told = await RunAsync(Server, "{ Un titre\n\nLe texte.", Token, "import", "-", "--json", "--input", "text", "--language", "fr");

        Assert.Equal(["A", "B"], lines.Lines.Select(line => Text(line, "headline")));
        Assert.Equal("Le titre", Text(Assert.Single(text.Lines), "headline"));
        Assert.Equal(("{ Un titre", "fr"), (Text(told.Lines[0], "headline"), Text(told.Lines[0], "language")));
    }

    [Fact]
    public async Task A_json_file_is_one_article_over_many_lines_or_an_array()
    {
        await WriteAsync("one.json", "\uFEFF{\n  \"articleId\": \"a\",\n  \"headline\": \"A\",\n  \"language\": \"en\"\n}\n");
        await WriteAsync("many.json", """[{"articleId":"b","headline":"B","language":"en"},{"articleId":"c","headline":"C","language":"en"}]""");

        var run = await RunAsync("import", "one.json", "many.json");

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("3 imported.\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_exported_is_the_same_on_another_server_and_goes_nowhere_twice()
    {
        await using var other = await ServerFixture.StartAsync();
        await WriteAsync("story.txt", "Séoul \"inquiète\"\n\nUne dépêche.\n\nNEXT Une autre\n");
        await RunAsync("import", "story.txt");
        await Server.PublishAsync(TestArticles.Make("One", "a", bodyBytes: 12_000));
        await Server.PublishAsync(TestArticles.Make("Two", "a"));
        var corrected = TestArticles.Make("Three", "a");
        corrected.Correction = new() { Note = "It was three." };
        await Server.Publishing.PublishArticleAsync(new() { Article = corrected, Change = ChangeType.Correction }, cancellationToken: Token);
        await Server.PublishAsync(TestArticles.Make("Killed", "k"));
        await Server.Publishing.WithdrawArticleAsync(new() { ArticleId = "k", Advisory = "Kill" }, cancellationToken: Token);

        Assert.Equal(0, (await RunAsync("export", "all", "--out", "all.ndjson")).ExitCode);
        var import = await RunAsync(other, "", Token, "import", "all.ndjson");
        var again = await RunAsync(other, "", Token, "import", "all.ndjson");
        var home = await RunAsync("import", "all.ndjson");

        Assert.Equal((0, 0, 0), (import.ExitCode, again.ExitCode, home.ExitCode));
        Assert.EndsWith("4 imported, 2 skipped.\n", import.Out, StringComparison.Ordinal);
        Assert.EndsWith("4 unchanged, 2 skipped.\n", again.Out, StringComparison.Ordinal);
        Assert.EndsWith("4 unchanged, 2 skipped.\n", home.Out, StringComparison.Ordinal);
        foreach (var (id, version) in (await PullAsync(Server)).Where(update => update.Article is not null).Select(update => (update.ArticleId, update.Version)))
        {
            Assert.Equal(await ReadAsync(Server, id, version), await ReadAsync(other, id, version));
        }
    }

    [Fact]
    public async Task A_version_whose_predecessors_are_missing_is_refused_unless_it_may_be_renumbered()
    {
        var line = """{"articleId":"a","version":3,"headline":"A","language":"en"}""";

        var refused = await RunAsync(Server, line, Token, "import", "-");
        var renumbered = await RunAsync(Server, line, Token, "import", "-", "--renumber");
        var again = await RunAsync(Server, line, Token, "import", "-", "--renumber");

        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("wire: -:1: it is version 3, but the server has none of a; --renumber", refused.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0), (renumbered.ExitCode, again.ExitCode));
        Assert.Equal(1, Assert.Single(await PullAsync(Server)).Version);
    }

    [Fact]
    public async Task Many_articles_come_with_their_count_alone()
    {
        var input = new StringBuilder();
        for (var i = 0; i < 1500; i++)
        {
            input.Append("{\"articleId\":\"a").Append(i).Append("\",\"headline\":\"H\",\"language\":\"en\"}\n");
        }

        var run = await RunAsync(Server, input.ToString(), Token, "import", "-");

        Assert.Equal((0, "1,500 imported.\n"), (run.ExitCode, run.Out));
    }

    private static async Task<List<Update>> PullAsync(ServerFixture server)
    {
        var request = new PullUpdatesRequest { Stream = "all", MaxBatchUpdates = 1000 };
        return [.. (await server.Subscriptions.PullUpdatesAsync(request)).Updates];
    }

    private static async Task<Article> ReadAsync(ServerFixture server, string id, int version)
    {
        var article = (await server.Articles.GetArticleAsync(new() { ArticleId = id, Version = version })).Article;

        // When a server took it in is the server's.
        article.VersionTime = null;
        article.FirstPublishedTime = null;
        return article;
    }
}
