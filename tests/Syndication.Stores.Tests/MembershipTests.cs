using Syndication.Access;
using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>What a stream's readers are told when an article goes from one state to the next (promise 7, and 9 for kills).</summary>
public abstract class MembershipTests(StoreFixture store) : StoreTests(store)
{
    private const string In = "fr";
    private const string Out = "de";

    public static TheoryData<string, string, string, string> Matrix => new()
    {
        // before, what happens, what a reader of the stream is told of it, what the desk's reader is told.
        { In, "update in", "Updated a/2+", "Updated a/2+" },
        { In, "update out", "Removed a/2", "Removed a/2" },
        { Out, "update in", "Updated a/2+", "Updated a/2+" },
        { Out, "update out", "", "" },
        { In, "correct in", "Corrected a/2+", "Corrected a/2+" },
        { In, "correct out", "Removed a/2", "Removed a/2" },
        { In, "kill", "Withdrawn a/1", "Withdrawn a/1" },
        { Out, "kill", "", "" },
        { In, "hold", "Withheld a/1", "Withheld a/1" },
        { Out, "hold", "", "" },
        { In, "expire", "Expired a/1", "Expired a/1" },
        { Out, "expire", "", "" },
        { In, "hold; release", "Withheld a/1,Released a/1+", "Withheld a/1,Released a/1+" },
        { Out, "hold; release", "", "" },
        { In, "hold; update out", "Withheld a/1", "Withheld a/1,Removed a/2" },
        { In, "hold; update out; release", "Withheld a/1,Removed a/2", "Withheld a/1,Removed a/2" },
        { Out, "hold; update in", "", "Updated a/2+" },
        { Out, "hold; update in; release", "Released a/2+", "Updated a/2+,Released a/2+" },
        { In, "update out; kill", "Removed a/2,Withdrawn a/2", "Removed a/2,Withdrawn a/2" },
        { In, "update out; hold", "Removed a/2", "Removed a/2" },
        { In, "update out; hold; release", "Removed a/2", "Removed a/2" },
        { In, "update out; update in", "Removed a/2,Updated a/3+", "Removed a/2,Updated a/3+" },
        { In, "embargo in", "", "Updated a/2+" },
        { In, "embargo out", "", "Removed a/2" },
        { Out, "embargo in", "", "Updated a/2+" },
        { In, "embargo out; lift", "Removed a/2", "Removed a/2" },
        { Out, "embargo in; lift", "Released a/2+", "Updated a/2+,Released a/2+" },
        { In, "embargo in; lift", "Released a/2+", "Updated a/2+,Released a/2+" },
        { Out, "embargo out; lift", "", "" },
        { Out, "embargo in; kill", "", "Updated a/2,Withdrawn a/2" },
        { In, "embargo out; kill", "Withdrawn a/1", "Removed a/2,Withdrawn a/2" },
        { Out, "embargo in; update out; lift", "", "Updated a/2+,Removed a/3" },
        { In, "expire; update in", "Expired a/1,Updated a/2+", "Expired a/1,Updated a/2+" },
        { In, "expire; update out", "Expired a/1,Removed a/2", "Expired a/1,Removed a/2" },
        { In, "hold; kill", "Withheld a/1,Withdrawn a/1", "Withheld a/1,Withdrawn a/1" },
        { In, "hold; expire; release", "Withheld a/1,Released a/1,Expired a/1", "Withheld a/1,Expired a/1,Released a/1+,Expired a/1" },
        { Out, "hold; expire; release", "", "" },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_change_is_an_upsert_a_removal_or_nothing_live_and_for_who_was_away(string before, string steps, string told, string toldDesk)
    {
        var node = await StartNodeAsync(OnClock);
        await node.CreateStreamAsync("s", Make.Language(In));
        await node.PublishAsync(Make.Article("a", before, expire: steps.Contains("expire", StringComparison.Ordinal) ? Clock.Now.AddHours(5) : null));
        await node.CatchUpAsync();
        var live = new List<(Feed Feed, string Told)>();
        foreach (var (held, expected) in new[] { (false, told), (true, toldDesk) })
        {
            var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s", Held = held });
            await feed.CaughtUpAsync();
            live.Add((feed, expected));
        }

        var away = live.Select(pair => (pair.Feed.LastCursor, pair.Feed.Lines.Count)).ToList();
        foreach (var step in steps.Split("; "))
        {
            await RunAsync(node, step);

            // The live readers take each step before the next, so that they are told of texts before they are taken away.
            await node.CatchUpAsync();
        }

        // All of them before the first node stops: that ends the others.
        for (var i = 0; i < live.Count; i++)
        {
            var lines = LinesOf(live[i].Told);
            var all = await live[i].Feed.LinesAsync(away[i].Count + lines.Length);
            Assert.Equal(lines.Select(WithoutText), all.Skip(away[i].Count).Select(WithoutText));
        }

        for (var i = 0; i < live.Count; i++)
        {
            var lines = LinesOf(live[i].Told);

            // Who comes back finds the same, but for texts that are gone by now.
            var request = new FeedRequest { Stream = "s", Held = i == 1, Start = Make.After(away[i].LastCursor) };
            Assert.Equal(lines.Select(WithoutText), (await Feed.ReadAllAsync(node, request)).Select(WithoutText));
            await node.StopAsync();
            node = await StartNodeAsync(OnClock with { Tail = new() { WarmEntries = 1, WindowEntries = 1 } });
            Assert.Equal(lines.Select(WithoutText), (await Feed.ReadAllAsync(node, request)).Select(WithoutText));
        }
    }

    private static string[] LinesOf(string told) => told.Length == 0 ? [] : told.Split(',');

    [Fact]
    public async Task After_a_kill_or_hold_no_read_replay_or_window_gives_a_text()
    {
        var nodes = new[] { await StartNodeAsync(OnClock), await StartNodeAsync(OnClock) };
        await nodes[0].CreateStreamAsync("s", Make.Language(In));
        foreach (var id in new[] { "kill", "hold", "expire", "fine" })
        {
            await nodes[0].PublishAsync(Make.Article(id, In, text: "one", expire: id == "expire" ? Clock.Now.AddHours(1) : null));
            await nodes[0].PublishAsync(Make.Article(id, In, text: "two", expire: id == "expire" ? Clock.Now.AddHours(1) : null));
        }

        // Readers have drawn the texts through both windows.
        foreach (var node in nodes)
        {
            Assert.Equal(8, (await Feed.ReadAllAsync(node, new FeedRequest())).Count(line => line.EndsWith('+')));
        }

        await nodes[0].WithdrawAsync("kill");
        await nodes[0].WithholdAsync("hold");
        Clock.Advance(TimeSpan.FromHours(2));
        await nodes[0].RunClockAsync();
        foreach (var node in nodes)
        {
            await node.CatchUpAsync();
            foreach (var stream in new[] { "all", "s" })
            {
                foreach (var start in new[] { Make.Earliest, Make.Snapshot })
                {
                    var open = await Feed.ReadAllAsync(node, new FeedRequest { Stream = stream, Start = start });
                    Assert.All(open.Where(line => line.EndsWith('+')), line => Assert.Contains("fine", line, StringComparison.Ordinal));
                    var desk = await Feed.ReadAllAsync(node, new FeedRequest { Stream = stream, Start = start, Held = true });
                    Assert.DoesNotContain(desk, line => line.EndsWith('+') && line.Contains("kill", StringComparison.Ordinal));
                    Assert.Contains(desk, line => line.EndsWith('+') && line.Contains("fine", StringComparison.Ordinal));
                }
            }

            foreach (var id in new[] { "kill", "hold", "expire" })
            {
                for (var version = 0; version <= 2; version++)
                {
                    var got = await node.Archive.GetAsync(new GetArticleRequest { ArticleId = id, Version = version }, ReadScope.Staff(held: false), Token);
                    Assert.Equal(("", 0), (got.Value.Article.Headline, got.Value.Article.Body.Count));
                }

                var versions = await node.Archive.ListVersionsAsync(new ListArticleVersionsRequest { ArticleId = id }, ReadScope.Staff(held: false), Token);
                Assert.All(versions.Value.Versions, article => Assert.Equal("", article.Headline));
                var batch = await node.Archive.BatchGetAsync(new BatchGetArticlesRequest { ArticleIds = { id } }, ReadScope.Staff(held: false), Token);
                Assert.All(batch.Value.Articles, article => Assert.Equal("", article.Headline));
            }

            var listed = await node.Archive.ListAsync(new ListArticlesRequest(), ReadScope.Staff(held: false), Token);
            Assert.Equal(["fine"], listed.Value.Articles.Select(article => article.ArticleId));
        }
    }

    [Fact]
    public async Task The_index_equals_a_replay_of_the_log_from_the_beginning()
    {
        var node = await StartNodeAsync(OnClock);
        var random = new Random(7);
        await node.CreateStreamAsync("early", Make.Language(In));
        for (var i = 0; i < 150; i++)
        {
            await RandomStepAsync(node, random);
            if (i == 75)
            {
                await node.CreateStreamAsync("late", Make.Language(In));
            }
        }

        await node.BackfilledAsync();
        var early = await IndexAsync(node, "early");
        Assert.Equal(early, await IndexAsync(node, "late"));
        Assert.Equal(early, await ReplayAsync(node));
        Assert.NotEmpty(early);
    }

    [Fact]
    public async Task Publishes_that_race_with_the_search_of_the_archive_end_in_the_same_index()
    {
        var nodes = new[] { await StartNodeAsync(OnClock), await StartNodeAsync(OnClock) };
        var random = new Random(11);
        await nodes[0].CreateStreamAsync("early", Make.Language(In));
        for (var i = 0; i < 100; i++)
        {
            await RandomStepAsync(nodes[0], random);
        }

        // Each page of the search fails once on each side of its commit, and another step is committed beside it.
        var failed = 0;
        nodes[1].Store.Hook = at => at is StorePoint.BeforeBackfill or StorePoint.AfterBackfill && Interlocked.Increment(ref failed) % 3 == 1
            ? throw new StoreUnavailableException("cut")
            : Task.CompletedTask;
        var steps = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                await RandomStepAsync(nodes[0], random);
            }
        });
        await nodes[0].CreateStreamAsync("late", Make.Language(In));
        await nodes[1].ChangeFilterAsync("late", Make.Language(Out), 1);
        await nodes[0].ChangeFilterAsync("late", Make.Language(In), 2);
        await steps;
        await nodes[0].BackfilledAsync();

        Assert.Equal(await IndexAsync(nodes[0], "early"), await IndexAsync(nodes[1], "late"));
        Assert.Equal(await ReplayAsync(nodes[0]), await IndexAsync(nodes[1], "late"));
    }

    [Fact]
    public async Task A_search_shows_its_progress_and_goes_on_where_it_was_interrupted()
    {
        var node = await StartNodeAsync(new NodeOptions { RunBackfill = false });
        await Task.WhenAll(Enumerable.Range(0, 1_300).Select(i => node.PublishAsync(Make.Article($"a{i}", i % 2 == 0 ? In : Out))));
        Assert.Equal((false, 0), Progress(await node.CreateStreamAsync("s", Make.Language(In))));

        // Pages of 500: the second is cut off after its commit.
        var pages = 0;
        node.Store.Hook = at => at == StorePoint.AfterBackfill && ++pages == 2 ? throw new StoreUnavailableException("cut") : Task.CompletedTask;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => SearchAsync(node));
        Assert.Equal((false, 76), Progress((await node.Streams.FindAsync("s", Token)).Value.ToStream()));

        // A reader gets what is found, is not told that it has caught up, and gets what is new only after the search.
        await using var feed = await Feed.OpenAsync(node, new FeedRequest { Stream = "s" });
        await feed.LinesAsync(500);
        await node.PublishAsync(Make.Article("new", In));
        await node.CatchUpAsync();
        Assert.DoesNotContain(feed.Frames, frame => frame.CaughtUp is not null);
        await SearchAsync(node);
        Assert.Equal(3, pages);
        await feed.LinesAsync(651);

        Assert.Equal(feed.Lines.Distinct(), feed.Lines);
        Assert.Equal("Published new/1+", feed.Lines[^1]);
        Assert.Equal((true, 100), Progress((await node.Streams.FindAsync("s", Token)).Value.ToStream()));
    }

    private static (bool, int) Progress(V1.Stream stream) => (stream.Backfill.Complete, stream.Backfill.Percent);

    private static async Task SearchAsync(Node node)
    {
        var definition = (await node.Streams.FindAsync("s", CancellationToken.None)).Value;
        await node.Backfill.SearchAsync(new CompiledStream(definition, StreamFilter.Compile(definition.Filter)), CancellationToken.None);
    }

    private static string WithoutText(string line) => line.Split('(')[0].TrimEnd('+');

    private async Task RunAsync(Node node, string step)
    {
        var language = step.EndsWith(" in", StringComparison.Ordinal) ? In : Out;
        switch (step.Split(' ')[0])
        {
            case "update":
                await node.PublishAsync(Make.Article("a", language, text: step));
                break;
            case "correct":
                var correction = Make.Article("a", language, text: step);
                correction.Correction = new Correction { Note = "was wrong" };
                await node.PublishAsync(correction, change: ChangeType.Correction);
                break;
            case "embargo":
                await node.PublishAsync(Make.Article("a", language, text: step, embargo: Clock.Now.AddHours(1)));
                break;
            case "lift":
                Clock.Advance(TimeSpan.FromHours(1));
                await node.RunClockAsync();
                break;
            case "expire":
                Clock.Advance(TimeSpan.FromHours(5));
                await node.RunClockAsync();
                break;
            case "hold":
                await node.WithholdAsync("a");
                break;
            case "release":
                await node.ReleaseAsync("a");
                break;
            case "kill":
                await node.WithdrawAsync("a");
                break;
        }
    }

    private async Task RandomStepAsync(Node node, Random random)
    {
        var id = $"a{random.Next(12)}";
        switch (random.Next(10))
        {
            case 0:
                await node.TryWithholdAsync(id);
                break;
            case 1 or 2:
                await node.TryReleaseAsync(id, lift: random.Next(2) == 0);
                break;
            case 3 when random.Next(4) == 0:
                await node.TryWithdrawAsync(id);
                break;
            case 4:
                Clock.Advance(TimeSpan.FromMinutes(random.Next(40)));
                await node.RunClockAsync();
                break;
            default:
                DateTimeOffset? embargo = random.Next(5) == 0 ? Clock.Now.AddMinutes(30) : null;
                DateTimeOffset? expire = random.Next(5) == 0 ? Clock.Now.AddHours(2) : null;
                await node.TryPublishAsync(Make.Article(id, random.Next(2) == 0 ? In : Out, $"{random.Next()}", embargo, expire));
                break;
        }
    }

    private static async Task<List<(long, MembershipAction, MembershipAction)>> IndexAsync(Node node, string stream)
    {
        var key = (await node.Streams.FindAsync(stream, CancellationToken.None)).Value.StreamKey;
        var found = new SortedDictionary<long, (MembershipAction Open, MembershipAction Held)>();
        foreach (var held in new[] { false, true })
        {
            await node.Store.ReadPageAsync(
                new PageQuery(key, held, 0, long.MaxValue, Compacted: false, 10_000, long.MaxValue, Collect), CancellationToken.None);

            ReadOnlyMemory<byte> Collect(in EntryBytes entry, PageBuffer buffer)
            {
                var other = found.GetValueOrDefault(entry.Number);
                found[entry.Number] = held ? (other.Open, entry.Action) : (entry.Action, other.Held);
                return default;
            }
        }

        return [.. found.Select(pair => (pair.Key, pair.Value.Open, pair.Value.Held))];
    }

    /// <summary>What the index must be, from the promises alone: who was told what, article by article.</summary>
    private static async Task<List<(long, MembershipAction, MembershipAction)>> ReplayAsync(Node node)
    {
        var entries = await node.Store.ReadTailAsync(0, 10_000, long.MaxValue, CancellationToken.None);
        var told = new Dictionary<(long, bool), (bool In, bool Ever)>();
        var index = new List<(long, MembershipAction, MembershipAction)>();
        foreach (var entry in entries.Where(entry => entry.Article is not null))
        {
            var actions = new[] { false, true }.Select(held =>
            {
                var key = (entry.Article!.ArticleKey, held);
                var (isIn, ever) = told.GetValueOrDefault(key);
                if (!held && !entry.IsPublic)
                {
                    return MembershipAction.None;
                }

                if (entry.Kind is EntryKind.Withdrawn)
                {
                    return ever ? MembershipAction.Deliver : MembershipAction.None;
                }

                if (entry.Kind is EntryKind.Withheld or EntryKind.Expired)
                {
                    return isIn ? MembershipAction.Deliver : MembershipAction.None;
                }

                var matches = (held ? entry.Content : entry.PublicContent)!.Decode().Language == In;
                told[key] = (matches, ever || matches);
                return matches ? MembershipAction.Deliver : isIn ? MembershipAction.Remove : MembershipAction.None;
            }).ToList();
            if (actions.Any(action => action != MembershipAction.None))
            {
                index.Add((entry.Number, actions[0], actions[1]));
            }
        }

        return index;
    }
}

public sealed class SqliteMembershipTests() : MembershipTests(new SqliteFixture());

public sealed class SqlServerMembershipTests() : MembershipTests(new SqlServerFixture());
