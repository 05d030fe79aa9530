using System.Text.Json;
using Grpc.Core;
using Syndication.Tests.Client;
using Syndication.V1;

namespace Syndication.Tests.Cli;

public sealed class CliTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wire-");
    private FakeServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Json_is_the_contracts_one_object_per_line()
    {
        _server.OnGet = (_, _) => Task.FromResult(new Article { ArticleId = "a", Version = 3, Headline = "Un\ntitre « été »" });

        var run = await CliRun.StartAsync(_server, "get", "a", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("Un\ntitre « été »", Article.Parser.ParseJson(Assert.Single(run.Lines)).Headline);
    }

    [Fact]
    public async Task People_get_text_that_cannot_steer_their_terminal()
    {
        _server.OnGet = (_, _) => Task.FromResult(new Article { ArticleId = "a", Version = 3, Headline = "[red]Titre\u001b[2J" });

        var run = await CliRun.StartAsync(_server, "get", "a");

        Assert.Contains("[red]Titre", run.Out, StringComparison.Ordinal);
        Assert.Contains("a version 3", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task An_article_is_published_from_standard_input_and_flags_change_it()
    {
        var run = await CliRun.StartAsync(
            _server.Address.ToString(),
            """{"articleId":"a","headline":"Old","language":"fr"}""",
            _directory.FullName,
            Token,
            "publish", "-", "--headline", "@New", "--body", "One.\n\nTwo.", "--subject", "medtop:20000587", "--embargo", "2030-06-17T18:00+02:00",
            "--expected-version", "0", "--request-id", "r");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("Published a version 1\n", run.Out);
        var request = Assert.Single(_server.Published);
        Assert.Equal(("r", true, 0), (request.RequestId, request.HasExpectedVersion, request.ExpectedVersion));
        var article = request.Article;
        Assert.Equal(("a", "@New", "fr"), (article.ArticleId, article.Headline, article.Language));
        Assert.Equal(["One.", "Two."], article.Body.Select(block => block.Paragraph.Content.Text));
        Assert.Equal(("medtop", "20000587"), (article.Subjects[0].Scheme, article.Subjects[0].Code));
        Assert.Equal(new DateTimeOffset(2030, 6, 17, 16, 0, 0, TimeSpan.Zero), article.EmbargoTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task A_correction_changes_the_latest_version_and_names_it()
    {
        _server.OnGet = (_, _) => Task.FromResult(new Article { ArticleId = "a", Version = 3, Headline = "Old", Kicker = "Kept" });

        var run = await CliRun.StartAsync(_server, "correct", "a", "--note", "Wrong.", "--headline", "New", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(4, PublishArticleResponse.Parser.ParseJson(Assert.Single(run.Lines)).Version);
        var request = Assert.Single(_server.Published);
        Assert.Equal((ChangeType.Correction, 3), (request.Change, request.ExpectedVersion));
        Assert.Equal(("New", "Kept", "Wrong."), (request.Article.Headline, request.Article.Kicker, request.Article.Correction.Note));
        Assert.NotEmpty(request.RequestId);
    }

    [Fact]
    public async Task A_refusal_is_code_1_with_reason_and_fields_on_stderr()
    {
        _server.OnPublish = _ => throw FakeServer.Error(
            StatusCode.InvalidArgument, ErrorReason.InvalidFields, "The article has a fault.", [("faults", "1")], [("article.headline", "Required.")]);

        var text = await CliRun.StartAsync(_server, "publish", "--language", "fr");
        var json = await CliRun.StartAsync(_server, "publish", "--language", "fr", "--json");

        Assert.Equal((1, ""), (text.ExitCode, text.Out));
        Assert.Equal(
            "wire: The article has a fault.\n  reason INVALID_FIELDS (faults: 1)\n  article.headline: Required.\n", text.Error);
        Assert.Equal((1, ""), (json.ExitCode, json.Out));
        var error = JsonDocument.Parse(json.Error).RootElement.GetProperty("error");
        Assert.Equal("INVALID_ARGUMENT", error.GetProperty("status").GetString());
        Assert.Equal("INVALID_FIELDS", error.GetProperty("reason").GetString());
        Assert.Equal("article.headline", error.GetProperty("fieldViolations")[0].GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("get", "a")]
    [InlineData("publish", "--headline", "H", "--language", "fr")]
    [InlineData("import", "story.txt")]
    [InlineData("follow", "s", "--retries", "0")]
    public async Task A_server_that_is_not_there_is_code_3(params string[] args)
    {
        var address = _server.Address;
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "story.txt"), "A headline\n\nA text.\n", Token);
        await _server.DisposeAsync();

        var run = await CliRun.StartAsync(address.ToString(), "", _directory.FullName, Token, args);

        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.StartsWith($"wire: {address} cannot be reached", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("may have taken effect", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_whose_outcome_is_not_known_names_the_id_to_repeat_it_with()
    {
        _server.OnPublish = _ => throw FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable);

        var run = await CliRun.StartAsync(_server, "publish", "--headline", "H", "--language", "fr");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("--request-id " + Assert.Single(_server.Published.Select(request => request.RequestId).Distinct()), run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("gte", "a")]
    [InlineData("get")]
    [InlineData("get", "a", "--nonsense")]
    [InlineData("get", "a", "--server", "nowhere")]
    [InlineData("publish")]
    [InlineData("publish", "no-such-file.json")]
    [InlineData("publish", "--headline", "H", "--embargo", "tomorrow")]
    [InlineData("list", "--urgency", "high")]
    [InlineData("list", "--limit", "-1")]
    [InlineData("search")]
    [InlineData("search", "grève", "--lnaguage", "fr")]
    [InlineData("import", "story.txt", "--dryrun")]
    [InlineData("import", "no-such-file.txt")]
    [InlineData("get", "a", "--ca", "no-such-file.pem")]
    [InlineData("protos", "out", "--http", "nowhere")]
    [InlineData("import", "a.txt", "--input", "pdf")]
    [InlineData("streams", "create", "s", "--filter", "{\"nonsense\":1}")]
    [InlineData("streams", "update", "s", "--revision", "1")]
    [InlineData("follow", "s", "--count", "0")]
    [InlineData("follow", "s", "--count", "-1")]
    [InlineData("follow", "s", "--batch", "0")]
    [InlineData("follow", "s", "--batch", "5000")]
    [InlineData("follow", "s", "--retries", "-1")]
    [InlineData("follow", "s", "--from", "earlest")]
    [InlineData("follow", "s", "--from", "2026-13-01T00:00")]
    [InlineData("pull", "s", "--max", "0")]
    [InlineData("pull", "s", "--max", "1001")]
    [InlineData("pull", "s", "--wait", "-1")]
    [InlineData("pull", "s", "--wait", "61")]
    [InlineData("ack", "s", "--cursor", "nonsense")]
    public async Task Wrong_usage_is_code_2_and_calls_nobody(params string[] args)
    {
        var run = await CliRun.StartAsync(_server, args);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.NotEmpty(run.Error);
        Assert.Empty(_server.Keys);
    }

    [Theory]
    [InlineData("--batch is 5000: 1 to 1,000.", "follow", "s", "--batch", "5000")]
    [InlineData("--count is 0: 1 or more.", "follow", "s", "--count", "0")]
    [InlineData("--wait is 61: 0 to 60.", "pull", "s", "--wait", "61")]
    [InlineData("'earlest' is no place to start from: earliest, latest, ack, snapshot, a time such as 2026-06-17T18:00, or a cursor.", "pull", "s", "--from", "earlest")]
    [InlineData("'x' is no cursor: 'follow --json' and 'pull' show one after each update or page.", "ack", "s", "--cursor", "x")]
    public async Task Wrong_usage_says_what_is_right(string message, params string[] args)
    {
        Assert.Equal($"wire: {message}\n", (await CliRun.StartAsync(_server, args)).Error);
    }

    [Fact]
    public async Task Who_has_no_key_is_told_how_to_give_one()
    {
        _server.OnGet = (_, _) => throw FakeServer.Error(StatusCode.Unauthenticated, ErrorReason.CredentialMissing, "The call has no credential.");

        var run = await CliRun.StartAsync(_server, "get", "a");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--key KEY", run.Error, StringComparison.Ordinal);
        Assert.Contains("SYNDICATION_KEY", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_refused_was_not_connected_and_is_told_how_to_go_on()
    {
        _server.Scripts.Enqueue((_, _) => throw FakeServer.Error(StatusCode.FailedPrecondition, ErrorReason.StreamChanged, "The stream has changed."));

        var run = await CliRun.StartAsync(_server, "follow", "s");

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Equal(
            "wire: The stream has changed.\n  reason STREAM_CHANGED\n  The stream has another filter now: start again with --from snapshot.\n", run.Error);
    }

    [Fact]
    public async Task Following_in_json_gives_every_update_its_cursor()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.Batch("c1", "u1"), FakeServer.CaughtUp("c2"), FakeServer.Batch("c3", "u2")));

        var run = await CliRun.StartAsync(_server, "follow", "s", "--from", "ack", "--consumer", "cms", "--json", "--count", "2", "--ack");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["u1", "u2"], run.Lines.Select(line => Property(line, "update").GetProperty("updateId").GetString()));
        Assert.Equal(["c1", "c3"], run.Lines.Select(line => Property(line, "cursor").GetString()));
        Assert.Equal(["c1", "c3"], _server.Acknowledged.Select(request => request.Cursor));
        var request = Assert.Single(_server.Subscribed);
        Assert.Equal((1, "cms"), (request.MaxBatchUpdates, request.Consumer));
        Assert.Equal(AcknowledgedFallback.Earliest, request.Start.Acknowledged.Fallback);
    }

    [Fact]
    public async Task In_larger_frames_only_the_last_update_has_the_cursor_and_other_frames_are_shown_when_asked_for()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.CaughtUp("c0"), FakeServer.Batch("c1", "u1", "u2")));

        var run = await CliRun.StartAsync(_server, "follow", "s", "--json", "--batch", "64", "--frames", "--count", "2");

        Assert.Equal(3, run.Lines.Length);
        Assert.Equal("c0", SubscribeResponse.Parser.ParseJson(run.Lines[0]).Cursor);
        Assert.False(JsonDocument.Parse(run.Lines[1]).RootElement.TryGetProperty("cursor", out _));
        Assert.Equal("c1", Property(run.Lines[2], "cursor").GetString());
    }

    [Fact]
    public async Task Following_as_text_shows_updates_and_states_without_control_codes()
    {
        _server.Scripts.Enqueue(FakeServer.Send(FakeServer.CaughtUp("c0"), FakeServer.Batch("c1", "u1")));

        var run = await CliRun.StartAsync(_server, "follow", "s", "--count", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^20.*  -- connected$", run.Lines[0]);
        Assert.Matches("^20.*  -- caught up: live$", run.Lines[1]);
        Assert.Matches("^20.* PUBLISHED  s  article-u1 v1  fr     Titre u1$", run.Lines[2]);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task Interrupted_following_is_code_130_without_an_error()
    {
        using var interrupted = new CancellationTokenSource();
        _server.Scripts.Enqueue(async (stream, call) =>
        {
            await interrupted.CancelAsync();
            await FakeServer.Send()(stream, call);
        });

        var run = await CliRun.StartAsync(
            _server.Address.ToString(), "", _directory.FullName, interrupted.Token, "follow", "s");

        Assert.Equal((130, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_filter_is_made_of_flags()
    {
        var run = await CliRun.StartAsync(
            _server,
            "streams", "create", "s", "--filter", """{"allOf":[{"storyId":"x"}]}""", "--language", "fr", "--any-subject", "medtop:1",
            "--any-subject", "medtop:2", "--none-type", "picture", "--none-urgency", "5-9");

        Assert.Equal(0, run.ExitCode);
        var expected = ArticleFilter.Parser.ParseJson(
            """
            {
              "allOf": [{"storyId": "x"}, {"language": "fr"}],
              "anyOf": [{"subject": {"scheme": "medtop", "code": "1"}}, {"subject": {"scheme": "medtop", "code": "2"}}],
              "noneOf": [{"urgency": {"min": 5, "max": 9}}, {"itemType": "ITEM_TYPE_PICTURE"}]
            }
            """);
        Assert.Equal(expected, Assert.Single(_server.StreamsCreated).Stream.Filter);
    }

    [Fact]
    public async Task The_key_of_the_server_in_this_folder_is_used()
    {
        _directory.CreateSubdirectory("data");
        await WriteAsync("data/admin.key", "local-secret\n");

        await CliRun.StartAsync(_server.Address.ToString(), "", _directory.FullName, Token, "get", "a");
        await CliRun.StartAsync(_server.Address.ToString(), "", _directory.FullName, Token, "get", "a", "--key", "given");

        Assert.Equal(["Bearer local-secret", "Bearer given"], _server.Keys);
    }

    [Fact]
    public async Task Every_verb_teaches_by_example_and_the_first_page_by_exit_codes()
    {
        var first = await CliRun.StartAsync(_server, "--help");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("130  interrupted", first.Out, StringComparison.Ordinal);

        string[] verbs =
        [
            "import", "publish", "correct", "withdraw", "withhold", "release", "get", "list", "search", "versions", "neighbors", "export", "follow",
            "pull", "ack", "subscriptions", "info", "whoami",
            "streams create", "streams list", "streams get", "streams update", "streams delete", "streams preview",
        ];
        foreach (var verb in verbs)
        {
            var help = await CliRun.StartAsync(_server, [.. verb.Split(' '), "--help"]);
            Assert.Equal(0, help.ExitCode);
            Assert.Contains("\n  wire " + verb, help.Out, StringComparison.Ordinal);
        }
    }

    private static JsonElement Property(string json, string name) => JsonDocument.Parse(json).RootElement.GetProperty(name);

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        await File.WriteAllTextAsync(path, text, Token);
        return path;
    }
}
