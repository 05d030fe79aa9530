using Google.Protobuf;
using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>An update says what changed since the version that its reader knew, and nothing of any other.</summary>
public abstract class ChangesTests(StoreFixture store) : StoreTests(store)
{
    private static readonly Caller Outlet = new() { Principal = "outlet", Roles = [CallerRole.Partner] };

    [Fact]
    public async Task An_update_carries_what_changed_and_the_first_version_nothing()
    {
        var node = await StartNodeAsync();
        var feed = await OpenFeedAsync(node);
        await node.PublishAsync(Make.Article("a", text: "12 dead"));
        await node.PublishAsync(Make.Article("a", text: "14 dead"));
        await node.PublishAsync(Make.Article("a", text: "14 dead"), change: ChangeType.Update);
        await feed.LinesAsync(3);

        Assert.Null(feed.Updates[0].Changes);
        Assert.Equal("1>2 headline(12|14:Number) #0(12|14:Number)", Line(feed.Updates[1].Changes));
        Assert.Equal("2>3", Line(feed.Updates[2].Changes));
    }

    [Fact]
    public async Task Everybody_is_given_the_same_bytes_live_and_in_every_replay_on_every_node()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        var requests = new[] { "all", "s" }.SelectMany(stream => new[]
        {
            new FeedRequest { Stream = stream },
            new FeedRequest { Stream = stream, Held = true },
            new FeedRequest { Stream = stream, Headlines = true },
        }).ToList();
        var live = new List<Feed>();
        foreach (var request in requests)
        {
            live.Add(await OpenFeedAsync(node, request));
        }

        foreach (var text in new[] { "one", "two", "two and three", "four" })
        {
            await node.PublishAsync(Make.Article("a", "fr", text));
            await node.PublishAsync(Make.Article("b", text.Length == 3 ? "fr" : "en", text));
        }

        var other = await StartNodeAsync();
        var fromArchive = await StartNodeAsync(new NodeOptions { Tail = new TailOptions { WarmEntries = 1, WindowEntries = 1 } });
        foreach (var (request, feed) in requests.Zip(live))
        {
            var expected = await UpdatesAsync(node, request);
            Assert.Contains(expected, update => update.Changes is not null);
            await feed.LinesAsync(expected.Count);
            Assert.Equal(Bytes(expected), Bytes(feed.Updates));
            Assert.Equal(Bytes(expected), Bytes(await UpdatesAsync(other, request)));
            Assert.Equal(Bytes(expected), Bytes(await UpdatesAsync(fromArchive, request)));
        }
    }

    [Fact]
    public async Task They_stay_when_retention_drops_the_version_before()
    {
        var node = await StartNodeAsync(OnClock with { Retention = TimeSpan.FromDays(1) });
        await node.PublishAsync(Make.Article("a", text: "one"));
        await node.PublishAsync(Make.Article("a", text: "two"));
        Clock.Advance(TimeSpan.FromDays(2));
        await node.PublishAsync(Make.Article("b"));
        await node.Retention.SweepAsync(Token);

        var again = await StartNodeAsync(OnClock);
        var snapshot = await UpdatesAsync(again, new FeedRequest { Start = Make.Snapshot });
        Assert.Equal(["Updated a/2+", "Published b/1+"], snapshot.Select(Make.Line));
        Assert.Equal("1>2 headline(one|two:Other) #0(one|two:Other)", Line(snapshot[0].Changes));
    }

    [Fact]
    public async Task Headlines_have_no_blocks_and_partners_nothing_of_the_desk()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", new ArticleFilter());
        await node.AddPartnerAsync(Outlet.Principal, "s");
        var article = Make.Article("a", text: "one");
        await node.PublishAsync(article);
        article.EditorialNote = "secret";
        article.Body[0].Paragraph.Content.Text = "Body of a: two";
        await node.PublishAsync(article);

        Assert.Equal("1>2 editorial_note(note of a|secret:Other) #0(one|two:Other)", Line((await UpdatesAsync(node, new FeedRequest { Held = true }))[1].Changes));
        Assert.Equal("1>2 editorial_note(note of a|secret:Other)", Line((await UpdatesAsync(node, new FeedRequest { Held = true, Headlines = true }))[1].Changes));
        Assert.Equal("1>2 #0(one|two:Other)", Line((await UpdatesAsync(node, new FeedRequest { Stream = "s", Caller = Outlet }))[1].Changes));
        Assert.Equal("1>2", Line((await UpdatesAsync(node, new FeedRequest { Stream = "s", Headlines = true, Caller = Outlet }))[1].Changes));
    }

    [Fact]
    public async Task A_stream_tells_what_changed_only_where_it_held_the_version_before()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.PublishAsync(Make.Article("a", "en", "secret"));
        await node.PublishAsync(Make.Article("a", "fr", "two"));
        await node.PublishAsync(Make.Article("a", "fr", "three"));
        await node.PublishAsync(Make.Article("a", "en", "secret"));
        await node.PublishAsync(Make.Article("a", "fr", "five"));

        var expected = new[] { "Updated a/2+ -", "Updated a/3+ 2>3 headline(two|three:Other) #0(two|three:Other)", "Removed a/4 -", "Updated a/5+ -" };
        Assert.Equal(expected, (await UpdatesAsync(node, new FeedRequest { Stream = "s" })).Select(Told));
        Assert.Equal(expected, (await UpdatesAsync(await StartNodeAsync(), new FeedRequest { Stream = "s" })).Select(Told));
        Assert.Equal(4, (await UpdatesAsync(node, new FeedRequest())).Count(update => update.Changes is not null));
    }

    [Fact]
    public async Task In_the_history_from_before_a_stream_had_its_filter_nothing_is_told()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a", "fr", "one"));
        await node.PublishAsync(Make.Article("a", "fr", "two"));
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.BackfilledAsync();
        await node.PublishAsync(Make.Article("a", "fr", "three"));

        Assert.Equal(
            ["Published a/1+ -", "Updated a/2+ -", "Updated a/3+ 2>3 headline(two|three:Other) #0(two|three:Other)"],
            (await UpdatesAsync(node, new FeedRequest { Stream = "s" })).Select(Told));
    }

    [Fact]
    public async Task The_end_of_a_hold_tells_what_changed_under_it_to_those_who_did_not_know()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a", text: "one"));
        await node.WithholdAsync("a");
        await node.PublishAsync(Make.Article("a", text: "two"));
        await node.PublishAsync(Make.Article("a", text: "three"));
        await node.ReleaseAsync("a");
        await node.WithholdAsync("a");
        await node.ReleaseAsync("a");

        Assert.Equal(
            ["Published a/1+ -", "Withheld a/1 -", "Released a/3+ 1>3 headline(one|three:Other) #0(one|three:Other)", "Withheld a/3 -", "Released a/3+ -"],
            (await UpdatesAsync(node, new FeedRequest())).Select(Told));
        Assert.Equal(
            ["1>2 headline(one|two:Other) #0(one|two:Other)", "2>3 headline(two|three:Other) #0(two|three:Other)"],
            (await UpdatesAsync(node, new FeedRequest { Held = true })).Select(update => Line(update.Changes)).Where(line => line != "-"));
    }

    [Fact]
    public async Task Under_embargo_they_are_told_to_nobody_else_and_at_its_end_from_the_public_version()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", text: "one"));
        var open = await OpenFeedAsync(node);
        await node.PublishAsync(Make.Article("a", text: "secret two", embargo: Clock.Now.AddHours(1)));
        await node.PublishAsync(Make.Article("a", text: "three"));
        await node.PublishAsync(Make.Article("new", text: "secret", embargo: Clock.Now.AddHours(1)));
        await node.PublishAsync(Make.Article("new", text: "told"));

        Assert.Equal(["Published a/1+"], (await UpdatesAsync(node, new FeedRequest())).Select(Make.Line));
        Assert.Equal(2, (await UpdatesAsync(node, new FeedRequest { Held = true })).Count(update => update.Changes is not null && update.ArticleId == "a"));
        Clock.Advance(TimeSpan.FromHours(2));
        await node.RunClockAsync();

        await open.LinesAsync(3);
        var lifted = open.Updates.Skip(1).OrderBy(update => update.ArticleId, StringComparer.Ordinal).Select(Told).ToList();
        Assert.Equal(
            ["Released a/3+ 1>3 headline(one|three:Other) embargo_time(|2026) #0(one|three:Other)", "Released new/2+ -"],
            lifted.Select(line => System.Text.RegularExpressions.Regex.Replace(line, @"\(\|\d{4}-[^)]*\)", "(|2026)")));
        Assert.Equal(Bytes(open.Updates), Bytes(await UpdatesAsync(await StartNodeAsync(OnClock), new FeedRequest())));
    }

    [Fact]
    public async Task After_a_kill_nothing_is_told_out_of_memory_or_the_archive()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a", text: "secret one"));
        await node.PublishAsync(Make.Article("a", text: "secret two"));
        foreach (var request in new[] { new FeedRequest(), new FeedRequest { Held = true } })
        {
            Assert.NotNull((await UpdatesAsync(node, request))[1].Changes);
        }

        await node.WithdrawAsync("a");

        foreach (var reader in new[] { node, await StartNodeAsync(), await StartNodeAsync(new NodeOptions { Tail = new TailOptions { WarmEntries = 1, WindowEntries = 1 } }) })
        {
            foreach (var request in new[] { new FeedRequest(), new FeedRequest { Held = true } })
            {
                var updates = await UpdatesAsync(reader, request);
                Assert.All(updates, update => Assert.Null(update.Changes));
                Assert.DoesNotContain("secret", string.Concat(updates), StringComparison.Ordinal);
            }
        }

        Assert.Equal(ErrorReason.ArticleWithdrawn, (await CompareAsync(node, ReadScope.Staff(held: true))).Rejection?.Reason);
    }

    [Fact]
    public async Task Publishers_that_collide_are_each_told_apart_from_the_version_before()
    {
        var node = await StartNodeAsync();
        var other = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a", text: "t0"));
        await Task.WhenAll(Enumerable.Range(1, 24).Select(i => (i % 2 == 0 ? node : other).PublishAsync(Make.Article("a", text: $"t{i}"))));

        var updates = await UpdatesAsync(node, new FeedRequest());
        for (var i = 1; i < updates.Count; i++)
        {
            var (older, newer) = (TextOf(updates[i - 1]), TextOf(updates[i]));
            Assert.Equal($"{i}>{i + 1} headline({older}|{newer}:Other) #0({older}|{newer}:Other)", Line(updates[i].Changes));
        }
    }

    [Fact]
    public async Task Versions_are_compared_as_far_as_the_caller_may_see_them()
    {
        var node = await StartNodeAsync(OnClock);
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.AddPartnerAsync(Outlet.Principal, "s");
        await node.PublishAsync(Make.Article("a", "fr", "one"));
        await node.PublishAsync(Make.Article("a", "fr", "two"));
        await node.PublishAsync(Make.Article("a", "fr", "secret", embargo: Clock.Now.AddHours(1)));
        await node.PublishAsync(Make.Article("b", "en", "one"));
        var partner = node.Access.ScopeOf(Outlet, includeHeld: false, await node.Store.ReadStreamsAsync(Token)).Value;
        var (open, desk) = (ReadScope.Staff(held: false), ReadScope.Staff(held: true));

        Assert.Equal("1>2 headline(one|two:Other) #0(one|two:Other)", Line((await CompareAsync(node, partner)).Value.Changes));
        Assert.Equal("2>1 headline(two|one:Other) #0(two|one:Other)", Line((await CompareAsync(node, partner, 2, 1)).Value.Changes));
        Assert.Equal("1>1", Line((await CompareAsync(node, partner, 1, 1)).Value.Changes));
        Assert.Equal("0>1", Line((await CompareAsync(node, partner, 0, 1)).Value.Changes));
        Assert.Equal(ArticleStatus.Usable, (await CompareAsync(node, partner)).Value.Status);
        foreach (var (from, to) in new[] { (1, 3), (3, 1), (3, 3), (0, 3), (0, 4) })
        {
            Assert.Equal(ErrorReason.VersionNotFound, (await CompareAsync(node, partner, from, to)).Rejection?.Reason);
            Assert.Equal(ErrorReason.VersionNotFound, (await CompareAsync(node, open, from, to)).Rejection?.Reason);
        }

        Assert.StartsWith("2>3 headline(two|secret:Other)", Line((await CompareAsync(node, desk)).Value.Changes), StringComparison.Ordinal);
        Assert.Equal(ArticleStatus.Embargoed, (await CompareAsync(node, desk, 3, 1)).Value.Status);
        Assert.Equal(ErrorReason.ArticleNotFound, (await CompareAsync(node, partner, article: "b")).Rejection?.Reason);
        Assert.Equal(ErrorReason.ArticleNotFound, (await CompareAsync(node, partner, article: "none")).Rejection?.Reason);

        await node.WithholdAsync("a");
        Assert.Equal(ErrorReason.ArticleHeld, (await CompareAsync(node, partner)).Rejection?.Reason);
        Assert.Equal(ErrorReason.ArticleHeld, (await CompareAsync(node, open)).Rejection?.Reason);
        Assert.Equal("1>2 headline(one|two:Other) #0(one|two:Other)", Line((await CompareAsync(node, desk, 1, 2)).Value.Changes));
    }

    private static Task<Outcome<CompareVersionsResponse>> CompareAsync(Node node, ReadScope scope, int from = 0, int to = 0, string article = "a") =>
        node.Comparison.CompareAsync(new CompareVersionsRequest { ArticleId = article, FromVersion = from, ToVersion = to }, scope, Token);

    private static async Task<IReadOnlyList<Update>> UpdatesAsync(Node node, FeedRequest request)
    {
        await node.CatchUpAsync();
        await using var feed = await Feed.OpenAsync(node, request);
        await feed.CaughtUpAsync();
        return feed.Updates;
    }

    private static string TextOf(Update update) => update.Article.Headline.Split(": ")[1];

    private static IEnumerable<string> Bytes(IEnumerable<Update> updates) => updates.Select(update => update.ToByteString().ToBase64());

    private static string Told(Update update) => $"{Make.Line(update)} {Line(update.Changes)}";

    private static string Line(ArticleChanges? changes) => changes is null ? "-" : string.Join(' ', (string[])
    [
        $"{changes.FromVersion}>{changes.ToVersion}",
        .. changes.Fields.Select(field => $"{field.Path}({string.Join(' ', field.Edits.Select(Edit).DefaultIfEmpty($"{field.OldValue}|{field.NewValue}"))})"),
        .. changes.Blocks.Select(block => $"#{block.NewIndex}({string.Join(' ', block.Edits.Select(Edit))})"),
    ]);

    private static string Edit(TextChange edit) => $"{edit.OldText}|{edit.NewText}:{string.Join('+', edit.Kinds)}";
}

public sealed class SqliteChangesTests() : ChangesTests(new SqliteFixture());

public sealed class SqlServerChangesTests() : ChangesTests(new SqlServerFixture());
