using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class VersionTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task Versions_count_from_one_and_every_one_stays_readable()
    {
        var node = await StartNodeAsync();
        foreach (var text in new[] { "first", "second", "third" })
        {
            await node.PublishAsync(Make.Article("a", text: text));
        }

        for (var version = 0; version <= 3; version++)
        {
            var got = await node.Archive.GetAsync(new GetArticleRequest { ArticleId = "a", Version = version }, ReadScope.Staff(held: false), Token);
            Assert.Equal(version == 0 ? 3 : version, got.Value.Article.Version);
            Assert.EndsWith(version switch { 1 => "first", 2 => "second", _ => "third" }, got.Value.Article.Headline, StringComparison.Ordinal);
        }

        var missing = await node.Archive.GetAsync(new GetArticleRequest { ArticleId = "a", Version = 4 }, ReadScope.Staff(held: false), Token);
        Assert.Equal(ErrorReason.VersionNotFound, missing.Rejection!.Reason);
    }

    [Fact]
    public async Task An_article_without_id_gets_one_from_the_server()
    {
        var node = await StartNodeAsync();

        var published = await node.PublishAsync(Make.Article(""));

        Assert.Equal(7, Guid.Parse(published.ArticleId).Version);
        Assert.Equal([$"Published {published.ArticleId}/1+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(0, 1, ErrorReason.VersionMismatch)]
    [InlineData(2, 2, null)]
    [InlineData(2, 0, ErrorReason.VersionMismatch)]
    [InlineData(2, 1, ErrorReason.VersionMismatch)]
    [InlineData(2, 3, ErrorReason.VersionMismatch)]
    public async Task A_publish_holds_only_at_the_expected_version(int at, int expected, ErrorReason? refusal)
    {
        var node = await StartNodeAsync();
        for (var i = 0; i < at; i++)
        {
            await node.PublishAsync(Make.Article("a"));
        }

        var outcome = await node.TryPublishAsync(Make.Article("a"), expectedVersion: expected);

        Assert.Equal(refusal, outcome.Rejection?.Reason);
        if (outcome.Rejection is { } rejection)
        {
            Assert.Equal(($"{at}", $"{expected}"), (rejection.Metadata["current_version"], rejection.Metadata["expected_version"]));
        }
        else
        {
            Assert.Equal(at + 1, outcome.Value.Version);
        }
    }

    [Theory]
    [InlineData(7, 0, 6, 0, true)]
    [InlineData(7, 0, 6, 9, true)]
    [InlineData(7, 5, 7, 4, true)]
    [InlineData(0, 5, 0, 4, true)]
    [InlineData(7, 5, 0, 4, true)]
    [InlineData(7, 5, 7, 5, false)]
    [InlineData(7, 5, 8, 4, false)]
    [InlineData(7, 5, 0, 0, false)]
    [InlineData(0, 0, 6, 4, false)]
    public async Task An_older_edition_of_the_source_does_not_come_after_a_later_one(int number, int time, int laterNumber, int laterTime, bool isRefused)
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Edition(number, time));

        var outcome = await node.TryPublishAsync(Edition(laterNumber, laterTime));
        var meant = await node.TryPublishAsync(Edition(laterNumber, laterTime), expectedVersion: isRefused ? 1 : 2);

        Assert.Equal(isRefused ? ErrorReason.SourceOutdated : null, outcome.Rejection?.Reason);
        Assert.Equal(isRefused ? 2 : 3, meant.Value.Version);

        static Article Edition(int number, int time)
        {
            var article = Make.Article("a", text: $"{number} {time}");
            article.SourceDocument = new() { Version = number, VersionTime = time == 0 ? null : new() { Seconds = time } };
            return article;
        }
    }

    [Fact]
    public async Task Editions_are_compared_also_where_they_come_at_once()
    {
        var node = await StartNodeAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() =>
        {
            var article = Make.Article("a", text: $"{i}");
            article.SourceDocument = new() { Version = i };
            return node.TryPublishAsync(article);
        })));

        var latest = (await node.Archive.GetAsync(new GetArticleRequest { ArticleId = "a" }, ReadScope.Staff(held: false), Token)).Value.Article;
        Assert.Equal(20, latest.SourceDocument.Version);
        Assert.All(outcomes, outcome => Assert.True(outcome.Rejection is null or { Reason: ErrorReason.SourceOutdated }));
        Assert.Equal(latest.Version, outcomes.Count(outcome => outcome.Rejection is null));
    }

    [Fact]
    public async Task Of_many_who_expect_the_same_version_exactly_one_wins_over_two_nodes()
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        for (var version = 0; version < 5; version++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
                nodes[i % 2].TryPublishAsync(Make.Article("a", text: $"{i}"), expectedVersion: version))));

            Assert.Equal(version + 1, Assert.Single(outcomes, outcome => outcome.Rejection is null).Value.Version);
            Assert.All(outcomes, outcome => Assert.True(outcome.Rejection is null or { Reason: ErrorReason.VersionMismatch }));
        }
    }

    [Theory]
    [InlineData(ChangeType.Unspecified, false, "Published a/1+", null)]
    [InlineData(ChangeType.Unspecified, true, "Corrected a/2+", null)]
    [InlineData(ChangeType.New, false, "Published a/1+", null)]
    [InlineData(ChangeType.New, true, null, ErrorReason.VersionMismatch)]
    [InlineData(ChangeType.Update, false, null, ErrorReason.ArticleNotFound)]
    [InlineData(ChangeType.Update, true, "Updated a/2+", null)]
    [InlineData(ChangeType.Correction, false, null, ErrorReason.ArticleNotFound)]
    [InlineData(ChangeType.Correction, true, "Corrected a/2+", null)]
    public async Task A_change_type_says_what_a_version_is_to_the_one_before(ChangeType change, bool exists, string? line, ErrorReason? refusal)
    {
        var node = await StartNodeAsync();
        if (exists)
        {
            await node.PublishAsync(Make.Article("a"));
        }

        var article = Make.Article("a");
        article.Correction = new Correction { Note = "was wrong" };
        var outcome = await node.TryPublishAsync(article, change: change);

        Assert.Equal(refusal, outcome.Rejection?.Reason);
        if (line is not null)
        {
            Assert.Equal(line, (await Feed.ReadAllAsync(node, new FeedRequest()))[^1]);
        }
    }

    [Fact]
    public async Task A_correction_says_what_was_wrong()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"));

        var outcome = await node.TryPublishAsync(Make.Article("a"), change: ChangeType.Correction);

        Assert.Equal("article.correction.note", Assert.Single(outcome.Rejection!.Fields).Field);
    }

    [Fact]
    public async Task Article_store_answers_only_what_its_caller_may_see()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", text: "public"));
        await node.PublishAsync(Make.Article("a", text: "held", embargo: Clock.Now.AddHours(1)));
        var key = (await node.Articles.ReadAsync("a", 0, held: true, Token))!.Record.ArticleKey;

        Assert.Equal(1, (await node.Articles.ReadAsync("a", 0, held: false, Token))!.Content.Version);
        Assert.Equal(2, (await node.Articles.ReadAsync("a", 0, held: true, Token))!.Content.Version);
        Assert.Null(await node.Articles.ReadAsync("a", 2, held: false, Token));
        Assert.Equal([1], (await node.Articles.ListVersionsAsync("a", false, int.MaxValue, 9, Token)).Select(stored => stored.Content.Version));
        Assert.Equal([2, 1], (await node.Articles.ListVersionsAsync("a", true, int.MaxValue, 9, Token)).Select(stored => stored.Content.Version));
        Assert.Equal(1, await node.Articles.FindInStreamAsync(0, held: false, key, Token));
        Assert.Equal(2, await node.Articles.FindInStreamAsync(0, held: true, key, Token));
        Assert.Equal([1], (await node.Articles.ListAsync(0, false, long.MaxValue, 9, Token)).Select(stored => stored.Content.Version));
        Assert.Equal([2], (await node.Articles.ListForwardAsync(0, true, 0, 9, Token)).Select(stored => stored.Content.Version));
    }
}

public sealed class SqliteVersionTests() : VersionTests(new SqliteFixture());

public sealed class SqlServerVersionTests() : VersionTests(new SqlServerFixture());
