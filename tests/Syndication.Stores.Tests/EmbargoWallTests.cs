using CsCheck;
using Google.Protobuf;
using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>Promise 8: until the lift is committed, nothing tells a partner without access that a held version exists.</summary>
public abstract class EmbargoWallTests(Func<StoreFixture> create)
{
    private const string Partner = "outlet";

    /// <summary>One stream that leaves articles out, and one that holds all.</summary>
    private static readonly string[] Streams = ["s", "w"];

    private static readonly Caller Outlet = new() { Principal = Partner, Roles = [CallerRole.Partner] };

    private enum Step
    {
        Publish,
        Update,
        Hold,
        Release,
        Kill,
        Leave,
    }

    private static readonly Gen<(Step Step, int Article, bool Embargoed)[]> Histories = Gen.Select(
        Gen.Enum<Step>(), Gen.Int[0, 5], Gen.Bool).Array[4, 25];

    [Fact]
    public async Task Every_reply_is_the_same_with_and_without_held_versions_in_the_store()
    {
        await using (var store = create())
        {
            store.SkipUnlessThere();
        }

        await Histories.SampleAsync(
            async history =>
            {
                var seen = await SeenAsync(history, withHeld: true);
                Assert.Equal(await SeenAsync(history, withHeld: false), seen);
                Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
            },
            iter: 12,
            threads: 1);
    }

    /// <summary>Runs a history, and reads everything that a reader without access can read. Tokens, ids and times are masked.</summary>
    private async Task<string> SeenAsync((Step Step, int Article, bool Embargoed)[] history, bool withHeld)
    {
        await using var store = create();
        await store.CreateAsync();
        var clock = new ManualClock();
        await using var node = await Node.StartAsync(store, new NodeOptions { Time = clock });
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.CreateStreamAsync("w", new ArticleFilter());
        await node.Partners.CreateAsync("desk", new CreatePartnerRequest { Partner = new Partner { PartnerId = Partner } }, CancellationToken.None);
        foreach (var stream in Streams)
        {
            await node.Partners.GrantAsync("desk", new GrantStreamRequest { Partner = Partner, Grant = new Grant { Stream = stream } }, CancellationToken.None);
        }

        var reading = new FeedRequest { Stream = "w", Caller = Outlet };
        await using var live = await Feed.OpenAsync(node, reading);
        foreach (var (step, number, embargoed) in history)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            var id = $"a{number}";
            switch (step)
            {
                case Step.Publish or Step.Update when embargoed:
                    // What makes the difference: held versions of new articles and of public ones, and holds on top of them.
                    if (withHeld)
                    {
                        await node.TryPublishAsync(Make.Article($"h{number}", step == Step.Publish ? "fr" : "en", "secret", clock.Now.AddDays(1)));
                        await node.TryWithholdAsync($"h{number}");
                        await node.TryPublishAsync(Make.Article($"h{number}", "fr", "secret too"));
                    }

                    break;
                case Step.Publish or Step.Update:
                    await node.TryPublishAsync(Make.Article(id, step == Step.Publish ? "fr" : "en", $"text of {clock.Now:O}"));
                    break;
                case Step.Leave:
                    await node.TryPublishAsync(Make.Article(id, "de"));
                    break;
                case Step.Hold:
                    await node.TryWithholdAsync(id);
                    break;
                case Step.Release:
                    await node.TryReleaseAsync(id);
                    break;
                case Step.Kill when number == 0:
                    await node.TryWithdrawAsync(id);
                    break;
            }

            // Before the next step: one that takes a text away takes what changed in it from readers that are not there yet.
            await node.CatchUpAsync();
            await live.LinesAsync(node.Tail.Find("w")!.CountAfter(0, reading.Audience).Count);
        }

        if (withHeld)
        {
            // Held versions of what is public, at the end: nothing may be published on top of them in the other run.
            for (var number = 1; number < 6; number++)
            {
                await node.TryPublishAsync(Make.Article($"a{number}", "fr", "secret", clock.Now.AddDays(1)));
            }
        }

        var seen = new StringWriter();
        await node.CatchUpAsync();
        await live.CaughtUpAsync();
        var expected = await Feed.ReadAllAsync(node, reading);
        await live.LinesAsync(expected.Count);
        Write(seen, live.Updates.Select(update => (IMessage)new Update
        {
            Kind = update.Kind,
            ArticleId = update.ArticleId,
            Version = update.Version,
            Changes = update.Changes,
        }));
        await node.StopAsync();

        // Once out of the window and once out of the archive.
        foreach (var tail in new[] { new TailOptions(), new TailOptions { WarmEntries = 1, WindowEntries = 1 } })
        {
            await using var again = await Node.StartAsync(store, new NodeOptions { Time = clock, Tail = tail });
            await again.CatchUpAsync();
            foreach (var stream in Streams)
            {
                foreach (var start in new[] { Make.Earliest, Make.Latest, Make.Snapshot })
                {
                    await using var feed = await Feed.OpenAsync(again, new FeedRequest { Stream = stream, Start = start, MaxUpdates = 3, Caller = Outlet });
                    await feed.CaughtUpAsync();
                    Write(seen, feed.Frames);
                }

                await WriteListAsync(seen, again, stream);
            }

            await WriteListAsync(seen, again, stream: "");
            await WriteArticlesAsync(seen, again);
        }

        return seen.ToString();
    }

    private static async Task<ReadScope> ScopeAsync(Node node) =>
        node.Access.ScopeOf(Outlet, includeHeld: false, await node.Store.ReadStreamsAsync(CancellationToken.None)).Value;

    private static async Task WriteListAsync(StringWriter seen, Node node, string stream)
    {
        var request = new ListArticlesRequest { Stream = stream, PageSize = 2, View = ArticleView.Full };
        do
        {
            var page = (await node.Archive.ListAsync(request, await ScopeAsync(node), CancellationToken.None)).Value;
            request.PageToken = page.NextPageToken;
            Write(seen, [page]);
        }
        while (request.PageToken.Length > 0);
    }

    private static async Task WriteArticlesAsync(StringWriter seen, Node node)
    {
        foreach (var id in Enumerable.Range(0, 6).SelectMany(number => new[] { $"a{number}", $"h{number}" }))
        {
            for (var version = 0; version < 4; version++)
            {
                Write(seen, await node.Archive.GetAsync(new GetArticleRequest { ArticleId = id, Version = version }, await ScopeAsync(node), CancellationToken.None));
                for (var from = 0; from < 4; from++)
                {
                    Write(seen, await node.Comparison.CompareAsync(
                        new CompareVersionsRequest { ArticleId = id, FromVersion = from, ToVersion = version }, await ScopeAsync(node), CancellationToken.None));
                }
            }

            Write(seen, await node.Archive.ListVersionsAsync(new ListArticleVersionsRequest { ArticleId = id, PageSize = 1 }, await ScopeAsync(node), CancellationToken.None));
            foreach (var stream in Streams.Append(""))
            {
                Write(seen, await node.Archive.GetNeighborsAsync(new GetNeighborsRequest { ArticleId = id, Stream = stream }, await ScopeAsync(node), CancellationToken.None));
            }

            Write(seen, await node.Archive.BatchGetAsync(new BatchGetArticlesRequest { ArticleIds = { id, "a1x", "h1x" } }, await ScopeAsync(node), CancellationToken.None));
        }
    }

    private static void Write<T>(StringWriter seen, Outcome<T> outcome)
        where T : IMessage
    {
        if (outcome.Rejection is { } rejection)
        {
            seen.WriteLine($"{rejection.Reason} {rejection.Message} {string.Join(",", rejection.Metadata)}");
        }
        else
        {
            Write(seen, [outcome.Value]);
        }
    }

    private static void Write(StringWriter seen, IEnumerable<IMessage> messages)
    {
        foreach (var message in messages)
        {
            // Random or tied to the moment of the reply, and of one length: nothing that could tell.
            var text = System.Text.RegularExpressions.Regex.Replace(
                JsonFormatter.Default.Format(message), """"(cursor|nextPageToken|updateId)": "([^"]*)"|"serverTime": "[^"]*"|"duration": "[^"]*"""", match =>
                    $"{match.Groups[1].Value}:{match.Groups[2].Length}");
            seen.WriteLine(text);
        }
    }
}

public sealed class SqliteEmbargoWallTests() : EmbargoWallTests(() => new SqliteFixture());

public sealed class SqlServerEmbargoWallTests() : EmbargoWallTests(() => new SqlServerFixture());
