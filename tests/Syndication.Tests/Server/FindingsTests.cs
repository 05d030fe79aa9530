using Grpc.Core;
using Syndication.V1;
using Stream = Syndication.V1.Stream;

namespace Syndication.Tests.Server;

/// <summary>What a publisher is told of an article, and what may refuse it.</summary>
public sealed class FindingsTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_published_article_comes_back_with_what_was_found_and_so_does_a_repeated_request()
    {
        var request = new PublishArticleRequest { RequestId = "r", Article = Faulty() };

        var first = await _server.Publishing.PublishArticleAsync(request);
        var again = await _server.Publishing.PublishArticleAsync(request);

        Assert.Equal(["doubled-word"], Warnings(first.Findings));
        var finding = first.Findings.Single(found => found.Code == "doubled-word");
        Assert.Equal(("body[0].paragraph.content.text", 0, 8, 15), (finding.Field, finding.Block, finding.Start, finding.End));
        Assert.Equal("the the", Faulty().Body[0].Paragraph.Content.Text[finding.Start..finding.End]);
        Assert.Equal((1, first.Findings), (again.Version, again.Findings));
    }

    [Fact]
    public async Task Validating_tells_wrong_fields_and_findings_and_publishes_nothing()
    {
        var article = Faulty();
        article.Headline = "";

        var answer = await _server.Publishing.ValidateArticleAsync(new() { Article = article });

        Assert.Equal(["article.headline"], answer.FieldErrors.Select(error => error.Field));
        Assert.Equal(["doubled-word"], Warnings(answer.Findings));
        Assert.Empty((await _server.Articles.ListArticlesAsync(new())).Articles);
        Assert.Equal(["article"], await Refusal.FieldsAsync(_server.Publishing.ValidateArticleAsync(new()).ResponseAsync));
    }

    [Theory]
    [InlineData(FindingSeverity.Warning, null, true)]
    [InlineData(FindingSeverity.Error, null, false)]
    [InlineData(FindingSeverity.Unspecified, "doubled-word", true)]
    [InlineData(FindingSeverity.Unspecified, "mojibake", false)]
    [InlineData(FindingSeverity.Unspecified, null, false)]
    public async Task A_gate_of_the_request_refuses_by_severity_or_code(FindingSeverity severity, string? code, bool refuses)
    {
        var request = new PublishArticleRequest { Article = Faulty(), FindingsGate = new FindingsGate { Severity = severity } };
        if (code is not null)
        {
            request.FindingsGate.Codes.Add(code);
        }

        var call = _server.Publishing.PublishArticleAsync(request).ResponseAsync;

        if (!refuses)
        {
            Assert.Equal(1, (await call).Version);
            return;
        }

        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        var refusal = Refusal.Of(error);
        refusal.MustBe(StatusCode.FailedPrecondition, ErrorReason.FindingsRefused);
        Assert.Equal(("request", "1"), (refusal.Metadata["gate"], refusal.Metadata["findings"]));
        Assert.Equal(["doubled-word"], error.GetRpcStatus()!.GetDetail<FindingsRefusal>().Findings.Select(finding => finding.Code));
        Assert.Empty((await _server.Articles.ListArticlesAsync(new())).Articles);
    }

    [Fact]
    public async Task A_gate_with_an_unknown_code_is_a_wrong_field()
    {
        var gate = new FindingsGate { Codes = { "doubled-word", "no-such-code" } };

        Assert.Equal(["findings_gate.codes[1]"], await Refusal.FieldsAsync(_server.Publishing.PublishArticleAsync(new() { Article = Faulty(), FindingsGate = gate }).ResponseAsync));
        Assert.Equal(
            ["stream.findings_gate.codes[1]"],
            await Refusal.FieldsAsync(_server.Streams.CreateStreamAsync(new() { Stream = new Stream { StreamId = "s", FindingsGate = gate } }).ResponseAsync));
    }

    [Fact]
    public async Task A_gate_of_a_stream_refuses_what_its_filter_matches_and_nothing_else_until_it_is_taken_away()
    {
        var stream = new Stream
        {
            StreamId = "english",
            Filter = new ArticleFilter { AllOf = { new ArticleClause { Language = "en" } } },
            FindingsGate = new FindingsGate { Severity = FindingSeverity.Warning },
        };
        var created = (await _server.Streams.CreateStreamAsync(new() { Stream = stream })).Stream;
        Assert.Equal(stream.FindingsGate, (await _server.Streams.GetStreamAsync(new() { Stream = "english" })).Stream.FindingsGate);

        var refusal = await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.FindingsRefused, _server.PublishAsync(Faulty()));
        Assert.Equal("stream:english", refusal.Metadata["gate"]);
        Assert.Equal(1, (await _server.PublishAsync(Faulty("de"))).Version);
        Assert.Equal(1, (await _server.PublishAsync(TestArticles.Make())).Version);

        created.FindingsGate = null;
        await _server.Streams.UpdateStreamAsync(new() { Stream = created, Revision = created.Revision, UpdateMask = new() { Paths = { "findings_gate" } } });
        Assert.Equal(1, (await _server.PublishAsync(Faulty())).Version);
    }

    [Fact]
    public async Task A_request_that_was_answered_is_not_refused_by_a_gate_that_came_later()
    {
        var request = new PublishArticleRequest { RequestId = "r", Article = Faulty() };
        var first = await _server.Publishing.PublishArticleAsync(request);
        await _server.Streams.CreateStreamAsync(new() { Stream = new Stream { StreamId = "strict", FindingsGate = new FindingsGate { Severity = FindingSeverity.Info } } });

        Assert.Equal(first.UpdateId, (await _server.Publishing.PublishArticleAsync(request)).UpdateId);
        await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.FindingsRefused, _server.PublishAsync(Faulty()));
    }

    [Fact]
    public async Task The_server_may_set_a_gate_and_may_look_at_nothing_on_publish()
    {
        await using var strict = await ServerFixture.StartAsync("Findings:GateSeverity=error", "Findings:GateCodes=doubled-word, mojibake", "Findings:OnPublish=false");
        await using var silent = await ServerFixture.StartAsync("Findings:OnPublish=false");

        var refusal = await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.FindingsRefused, strict.PublishAsync(Faulty()));
        Assert.Equal("server", refusal.Metadata["gate"]);
        Assert.Empty((await silent.PublishAsync(Faulty())).Findings);
        Assert.NotEmpty((await silent.Publishing.ValidateArticleAsync(new() { Article = Faulty() })).Findings);
        await silent.Streams.CreateStreamAsync(new() { Stream = new Stream { StreamId = "strict", FindingsGate = new FindingsGate { Severity = FindingSeverity.Warning } } });
        await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.FindingsRefused, silent.PublishAsync(Faulty()));
    }

    [Fact]
    public async Task An_import_carries_the_findings_of_each_article()
    {
        using var call = _server.Publishing.ImportArticles(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new() { Publish = new() { Article = Faulty() } }, TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new() { Publish = new() { Article = Faulty() }, ValidateOnly = true }, TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(
            new() { Publish = new() { Article = Faulty(), FindingsGate = new() { Severity = FindingSeverity.Warning } } }, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        var results = new List<ImportArticlesResponse>();
        await foreach (var result in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            results.Add(result);
        }

        Assert.All(results[..2], result => Assert.Equal(["doubled-word"], Warnings(result.Published.Findings)));
        Assert.Contains(results[2].Error.Details, detail => detail.Is(FindingsRefusal.Descriptor));
    }

    [Fact]
    public async Task A_refusal_for_hundreds_of_findings_still_fits_into_an_error()
    {
        var article = Faulty();
        article.Body.Add(Enumerable.Repeat(TestArticles.Paragraph($"{new string('é', 300)} the the 2000lorsque (x « y z.Mot <b>{new string('é', 300)}"), 200));

        var error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Publishing.PublishArticleAsync(new() { Article = article, FindingsGate = new() { Severity = FindingSeverity.Info } }).ResponseAsync);

        var refused = error.GetRpcStatus()!.GetDetail<FindingsRefusal>();
        Assert.NotEmpty(refused.Findings);
        Assert.True(refused.OmittedFindings > 0);
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
    }

    private static Article Faulty(string language = "en")
    {
        var article = TestArticles.Make(language: language);
        article.Body.Add(TestArticles.Paragraph("He left the the harbour."));
        return article;
    }

    private static IEnumerable<string> Warnings(IEnumerable<Finding> findings) =>
        findings.Where(finding => finding.Severity >= FindingSeverity.Warning).Select(finding => finding.Code);
}
