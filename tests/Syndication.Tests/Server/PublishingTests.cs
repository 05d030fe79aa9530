using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

public sealed class PublishingTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_new_article_gets_an_id_a_version_an_update_and_a_cursor_to_go_on_from()
    {
        var answer = await _server.PublishAsync(TestArticles.Make());

        Assert.Equal('7', answer.ArticleId[14]);
        Assert.Equal(1, answer.Version);
        Assert.Equal(ArticleStatus.Usable, answer.Status);
        Assert.NotNull(answer.CommitTime);
        using var before = _server.Subscribe();
        Assert.Equal(answer.UpdateId, (await before.UpdatesAsync(1)).Single().UpdateId);
        var second = await _server.PublishAsync(TestArticles.Make());
        using var after = _server.Subscribe(new StartPosition { Cursor = answer.Cursor });
        Assert.Equal(second.UpdateId, (await after.UpdatesAsync(1)).Single().UpdateId);
    }

    [Fact]
    public async Task Versions_count_and_say_what_they_are_to_the_one_before()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        var update = await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        var article = TestArticles.Make(articleId: "a");
        article.Correction = new() { Note = "The name was wrong." };
        var correction = await _server.Publishing.PublishArticleAsync(new() { Article = article, Change = ChangeType.Correction, ExpectedVersion = 2 });

        Assert.Equal([2, 3], [update.Version, correction.Version]);
        using var reader = _server.Subscribe();
        Assert.Equal(
            [UpdateKind.Published, UpdateKind.Updated, UpdateKind.Corrected],
            (await reader.UpdatesAsync(3)).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task A_repeated_request_gets_the_same_answer_without_a_second_effect()
    {
        var request = new PublishArticleRequest { RequestId = "r", Article = TestArticles.Make() };
        var first = await _server.Publishing.PublishArticleAsync(request);
        var second = await _server.Publishing.PublishArticleAsync(request);

        Assert.NotEqual(first.Cursor, second.Cursor);
        second.Cursor = first.Cursor;
        Assert.Equal(first, second);
        request.Article.Headline = "Another";
        await Refusal.OfAsync(
            StatusCode.InvalidArgument, ErrorReason.RequestIdReused, _server.Publishing.PublishArticleAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task A_refused_request_is_not_remembered()
    {
        var request = new WithdrawArticleRequest { RequestId = "r", ArticleId = "a", Advisory = "Kill" };
        await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.ArticleNotFound, _server.Publishing.WithdrawArticleAsync(request).ResponseAsync);
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));

        Assert.Equal(1, (await _server.Publishing.WithdrawArticleAsync(request)).Version);
    }

    [Fact]
    public async Task A_version_that_is_not_the_expected_one_is_refused_with_both()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));

        var refusal = await Refusal.OfAsync(
            StatusCode.Aborted,
            ErrorReason.VersionMismatch,
            _server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make(articleId: "a"), ExpectedVersion = 0 }).ResponseAsync);

        Assert.Equal(("a", "0", "1"), (refusal.Metadata["article_id"], refusal.Metadata["expected_version"], refusal.Metadata["current_version"]));
        await Refusal.OfAsync(
            StatusCode.Aborted,
            ErrorReason.VersionMismatch,
            _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a", ExpectedVersion = 2 }).ResponseAsync);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_by_its_path()
    {
        Task Publish(PublishArticleRequest request) => _server.Publishing.PublishArticleAsync(request).ResponseAsync;
        var article = TestArticles.Make(headline: "");
        article.Language = "xx-yy-zz";
        article.Urgency = 10;
        article.Body.Add(new Block());
        article.Subjects.Add(new Concept());

        Assert.Equal(["article"], await Refusal.FieldsAsync(Publish(new())));
        Assert.Equal(
            ["request_id", "expected_version", "change"],
            await Refusal.FieldsAsync(Publish(new()
            {
                RequestId = new string('r', 201),
                ExpectedVersion = -1,
                Change = (ChangeType)99,
                Article = TestArticles.Make(),
            })));
        Assert.Equal(
            ["article.body[0].kind", "article.headline", "article.language", "article.subjects[0].name", "article.urgency"],
            (await Refusal.FieldsAsync(Publish(new() { Article = article }))).Order());
        Assert.Equal(
            ["article.correction.note"],
            await Refusal.FieldsAsync(Publish(new() { Article = TestArticles.Make(), Change = ChangeType.Correction })));
        Assert.Equal(
            ["article_id", "advisory"], await Refusal.FieldsAsync(_server.Publishing.WithdrawArticleAsync(new()).ResponseAsync));
        Assert.Equal(["article_id"], await Refusal.FieldsAsync(_server.Publishing.WithholdArticleAsync(new()).ResponseAsync));
        Assert.Equal(["article_id"], await Refusal.FieldsAsync(_server.Publishing.ReleaseArticleAsync(new()).ResponseAsync));
    }

    [Fact]
    public async Task An_update_needs_an_article_and_a_new_one_must_be_new()
    {
        await Refusal.OfAsync(
            StatusCode.NotFound,
            ErrorReason.ArticleNotFound,
            _server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make(articleId: "a"), Change = ChangeType.Update }).ResponseAsync);
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        await Refusal.OfAsync(
            StatusCode.Aborted,
            ErrorReason.VersionMismatch,
            _server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make(articleId: "a"), Change = ChangeType.New }).ResponseAsync);
    }

    [Fact]
    public async Task A_kill_is_final_and_told_to_everybody()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        var kill = await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", Advisory = "Wrong man", InternalReason = "Lawyers" });

        foreach (var call in new Task[]
        {
            _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", Advisory = "Again" }).ResponseAsync,
            _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a" }).ResponseAsync,
            _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "a" }).ResponseAsync,
            _server.PublishAsync(TestArticles.Make(articleId: "a")),
        })
        {
            var refusal = await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.ArticleWithdrawn, call);
            Assert.Equal("a", refusal.Metadata["article_id"]);
        }

        using var reader = _server.Subscribe();
        var updates = await reader.UpdatesAsync(2);
        Assert.Null(updates[0].Article);
        Assert.Equal(ArticleStatus.Withdrawn, updates[0].BlankedStatus);
        Assert.Equal((kill.UpdateId, UpdateKind.Withdrawn, "Wrong man"), (updates[1].UpdateId, updates[1].Kind, updates[1].Advisory));
    }

    [Fact]
    public async Task A_hold_is_taken_and_ended_once()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a", Advisory = "Wait" });
        await Refusal.OfAsync(
            StatusCode.FailedPrecondition,
            ErrorReason.AlreadyWithheld,
            _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a" }).ResponseAsync);

        var release = await _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "a" });

        Assert.Equal(ArticleStatus.Usable, release.Status);
        await Refusal.OfAsync(
            StatusCode.FailedPrecondition, ErrorReason.NotHeld, _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "a" }).ResponseAsync);
    }

    [Fact]
    public async Task An_embargo_binds_later_versions_and_is_ended_early_only_on_request()
    {
        var embargo = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(1));
        var article = TestArticles.Make(articleId: "a");
        article.EmbargoTime = embargo;
        Assert.Equal(ArticleStatus.Embargoed, (await _server.PublishAsync(article)).Status);
        Assert.Equal(ArticleStatus.Embargoed, (await _server.PublishAsync(TestArticles.Make(articleId: "a"))).Status);

        var other = TestArticles.Make(articleId: "a");
        other.EmbargoTime = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(2));
        var pending = await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.EmbargoPending, _server.PublishAsync(other));
        Assert.Equal("a", pending.Metadata["article_id"]);
        Assert.Contains("embargo_time", pending.Metadata.Keys);
        await Refusal.OfAsync(
            StatusCode.FailedPrecondition, ErrorReason.NotHeld, _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "a" }).ResponseAsync);

        var release = await _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "a", LiftEmbargo = true });

        Assert.Equal((2, ArticleStatus.Usable), (release.Version, release.Status));
    }
}
