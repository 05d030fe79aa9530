using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Cli;

/// <summary>The verbs that show the archive and who reads it.</summary>
public sealed class ArchiveTests : WireTests
{
    [Fact]
    public async Task What_matches_is_marked_and_counted()
    {
        await Server.PublishAsync(TestArticles.Make("La grève des bacs", "a", language: "fr"));
        var text = TestArticles.Make("Tout autre chose", "b", language: "fr");
        text.Body.Add(TestArticles.Paragraph("Ce matin, une GREVE a commencé."));
        text.Subjects.Add(new Concept { Scheme = "medtop", Code = "20000533", Name = "grève" });
        await Server.PublishAsync(text);
        await Server.PublishAsync(TestArticles.Make("Strike", "c"));

        var run = await RunAsync("search", "greve", "--facets");
        var one = await RunAsync("search", "greve", "--limit", "1");
        var json = await RunAsync("search", "greve", "--facets", "--json");
        var none = await RunAsync("search", "ballon");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"(?s)1 +a .*La \*grève\* des bacs.*2 +b .*Tout autre chose.*une \*GREVE\* a commencé", run.Out);
        Assert.Contains("\n2 matches\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("\nlanguage  fr 2\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("\nsubject   grève (medtop:20000533) 1\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Tout autre chose", one.Out, StringComparison.Ordinal);
        Assert.Contains("--all", one.Error, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], json.Lines[..2].Select(line => SearchResult.Parser.ParseJson(line).Article.ArticleId));
        Assert.Equal("language", SearchFacet.Parser.ParseJson(json.Lines[2]).Name);
        Assert.Equal((0, "", "Nothing found.\n"), (none.ExitCode, none.Out, none.Error));
    }

    [Fact]
    public async Task A_query_with_an_error_is_shown_with_its_place()
    {
        var run = await RunAsync("search", "été (日本 OR");
        var json = await RunAsync("search", "été (日本 OR", "--json");

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("wire: the query has an error: a word or phrase is missing\n", run.Error, StringComparison.Ordinal);

        // Two of its characters take two places each.
        Assert.Equal(["  été (日本 OR", "  " + new string(' ', "été (日本 OR".Length + 2) + "^"], run.Error.TrimEnd('\n').Split('\n')[1..]);
        Assert.Equal(1, json.ExitCode);
        Assert.Equal("QUERY_SYNTAX", Parse(json.Error).GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_filter_is_tried_before_it_is_saved()
    {
        await Server.PublishAsync(TestArticles.Make("Un titre", "a", language: "fr"));
        await Server.PublishAsync(TestArticles.Make("Un autre titre", "b", language: "fr"));
        await Server.PublishAsync(TestArticles.Make("A headline", "c"));

        var run = await RunAsync("streams", "preview", "--language", "fr", "--none-keyword", "autre");
        var json = await RunAsync("streams", "preview", "--language", "fr", "--limit", "1", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("1 of 3 articles match.\n", run.Out, StringComparison.Ordinal);
        Assert.Matches("""all_of\[0\] +2 +\{ "language": "fr" \}""", run.Out);
        Assert.Matches(@"none_of\[0\] +1 ", run.Out);
        Assert.Matches(@"all_of\[0\] .* a .*Un titre", run.Out);
        var response = PreviewStreamResponse.Parser.ParseJson(Assert.Single(json.Lines));
        Assert.Equal((3, 2, "b"), (response.ScannedArticles, response.MatchedArticles, Assert.Single(response.Matches).Article.ArticleId));
    }

    [Fact]
    public async Task Who_reads_is_shown_with_place_and_lag()
    {
        var published = await Server.PublishAsync(TestArticles.Make());
        await Server.PublishAsync(TestArticles.Make());
        await RunAsync("ack", "all", "--cursor", published.Cursor, "--consumer", "cms");
        using var reader = Server.Subscribe(new SubscribeRequest { Stream = "all", Consumer = "site" });
        await reader.UntilAsync(SubscribeResponse.FrameOneofCase.CaughtUp);

        var run = await RunAsync("subscriptions");
        var json = await RunAsync("subscriptions", "--stream", "all", "--json");
        var none = await RunAsync("subscriptions", "--stream", "other");

        Assert.Matches(@"(?m)^all +cms +admin +away +20.* 1, ", run.Out);
        Assert.Matches(@"(?m)^all +site +admin +(live|behind) ", run.Out);
        Assert.Equal(["cms", "site"], json.Lines.Select(line => Subscription.Parser.ParseJson(line).Consumer));
        Assert.Equal((0, "", "Nobody has subscribed.\n"), (none.ExitCode, none.Out, none.Error));
    }

    [Fact]
    public async Task Watched_it_is_shown_again_and_again_until_interrupted()
    {
        var published = await Server.PublishAsync(TestArticles.Make());
        await RunAsync("ack", "all", "--cursor", published.Cursor);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        var output = new WatchedWriter();
        var run = CliRun.StartAsync(Server.GrpcAddress.ToString(), output, clock, interrupted.Token, "subscriptions", "--watch", "--json");

        for (var i = 1; i <= 3; i++)
        {
            await Eventually.TrueAsync(() => output.Lines == i);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await interrupted.CancelAsync();
        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task Lists_say_that_there_are_more()
    {
        await Server.PublishAsync(3);

        var cut = await RunAsync("list", "--limit", "2", "--json");
        var hinted = await RunAsync("list", "--limit", "2");
        var all = await RunAsync("list", "--limit", "2", "--all", "--json");

        Assert.Equal((2, ""), (cut.Lines.Length, cut.Error));
        Assert.Contains("--all", hinted.Error, StringComparison.Ordinal);
        Assert.Equal(3, all.Lines.Length);
    }

    [Fact]
    public async Task An_article_is_shown_whole()
    {
        var article = TestArticles.Make("Le titre", "a", language: "fr");
        article.Rights = new() { CopyrightNotice = "© Tous droits réservés", UsageTerms = "Web seulement" };
        article.Links.Add(new Link { Relation = LinkRelation.Next, Headline = "La suite" });
        article.Body.Add(new Block { Heading = new() { Level = 2, Content = new() { Text = "Intertitre" } } });
        article.Body.Add(new Block { List = new() { Items = { new RichText { Text = "premier" }, new RichText { Text = "second" } } } });
        article.Body.Add(new Block { Quote = new() { Content = new() { Text = "Non." }, Attribution = "Le maire" } });
        await Server.PublishAsync(article);

        var text = await RunAsync("get", "a");
        var json = await RunAsync("get", "a", "--format", "json");

        foreach (var part in new[] { "Le titre", "© Tous droits réservés", "Web seulement", "La suite", "## Intertitre", "- premier", "> Non.", "— Le maire" })
        {
            Assert.Contains(part, text.Out, StringComparison.Ordinal);
        }

        Assert.Equal(article.Body, Article.Parser.ParseJson(Assert.Single(json.Lines)).Body);
    }

    [Fact]
    public async Task Neighbors_are_named()
    {
        await Server.PublishAsync(TestArticles.Make("One", "a"));
        await Server.PublishAsync(TestArticles.Make("Two", "b"));
        await Server.PublishAsync(TestArticles.Make("Three", "c"));

        var run = await RunAsync("neighbors", "b");
        var json = await RunAsync("neighbors", "b", "--stream", "all", "--json");

        Assert.Matches(@"(?m)^previous +20.* a +1 .*One", run.Out);
        Assert.Matches(@"(?m)^next +20.* c +1 .*Three", run.Out);
        Assert.Equal("c", GetNeighborsResponse.Parser.ParseJson(Assert.Single(json.Lines)).Next.ArticleId);
    }

    [Fact]
    public async Task Who_one_is_is_told()
    {
        var run = await RunAsync("whoami");
        var json = await RunAsync("whoami", "--json");

        Assert.Equal((0, "admin (administrator)\n"), (run.ExitCode, run.Out));
        Assert.Equal("admin", GetCallerResponse.Parser.ParseJson(Assert.Single(json.Lines)).Principal);
    }
}
