using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class HoldTests(StoreFixture store) : StoreTests(store)
{
    private static readonly ReadScope Open = ReadScope.Staff(held: false);
    private static readonly ReadScope Desk = ReadScope.Staff(held: true);

    [Fact]
    public async Task A_kill_is_final_and_leaves_status_and_advisory()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"));
        await node.PublishAsync(Make.Article("a"));
        await node.WithdrawAsync("a");

        foreach (var reader in new[] { Open, Desk })
        {
            var article = await GetAsync(node, reader);
            Assert.Equal((2, ArticleStatus.Withdrawn, "kill a"), (article.Version, article.Status, article.Advisory.Text));
            Assert.Equal(reader.Desk ? "why a" : "", article.Advisory.InternalReason);
            Assert.Equal(("", 0), (article.Headline, article.Body.Count));
        }

        Assert.Equal(ErrorReason.ArticleWithdrawn, (await node.TryPublishAsync(Make.Article("a"))).Rejection!.Reason);
        Assert.Equal(ErrorReason.ArticleWithdrawn, (await node.TryWithdrawAsync("a")).Rejection!.Reason);
        Assert.Equal(ErrorReason.ArticleWithdrawn, (await node.TryWithholdAsync("a")).Rejection!.Reason);
        Assert.Equal(ErrorReason.ArticleWithdrawn, (await node.TryReleaseAsync("a", lift: true)).Rejection!.Reason);
    }

    [Fact]
    public async Task A_hold_takes_all_versions_away_until_it_ends()
    {
        var node = await StartNodeAsync();
        var feed = await OpenFeedAsync(node);
        await node.PublishAsync(Make.Article("a"));
        await node.WithholdAsync("a");
        Assert.Equal(ErrorReason.AlreadyWithheld, (await node.TryWithholdAsync("a")).Rejection!.Reason);
        var held = await GetAsync(node, Open);
        Assert.Equal((ArticleStatus.Withheld, "hold a", 0), (held.Status, held.Advisory.Text, held.Body.Count));
        Assert.Equal((ArticleStatus.Withheld, 1), ((await GetAsync(node, Desk)).Status, (await GetAsync(node, Desk)).Body.Count));

        await node.ReleaseAsync("a");

        Assert.Equal((ArticleStatus.Usable, 1), ((await GetAsync(node, Open)).Status, (await GetAsync(node, Open)).Body.Count));
        Assert.Equal(ErrorReason.NotHeld, (await node.TryReleaseAsync("a")).Rejection!.Reason);
        await feed.LinesAsync(3);
        Assert.Equal([UpdateKind.Published, UpdateKind.Withheld, UpdateKind.Released], feed.Updates.Select(update => update.Kind));
        Assert.NotNull(feed.Updates[2].Article);
    }

    [Fact]
    public async Task A_version_that_is_published_under_a_hold_comes_with_its_end()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a", text: "one"));
        await node.WithholdAsync("a");

        Assert.Equal(ArticleStatus.Withheld, (await node.PublishAsync(Make.Article("a", text: "two"))).Status);
        Assert.Equal(1, (await GetAsync(node, Open)).Version);
        Assert.Equal(2, (await GetAsync(node, Desk)).Version);
        await node.ReleaseAsync("a");

        Assert.Equal(2, (await GetAsync(node, Open)).Version);
        Assert.Equal(["Published a/1+", "Withheld a/1", "Released a/2+"], await Feed.ReadAllAsync(node, new FeedRequest()));
    }

    public static TheoryData<string, string, string> Combinations => new()
    {
        // What happens to an embargoed article, in order; what open readers are told of it; what it is at the end.
        { "hold", "", "Withheld" },
        { "hold lift", "", "Withheld" },
        { "hold lift release", "Released a/1+", "Usable" },
        { "hold release", "", "Embargoed" },
        { "hold release lift", "Released a/1+", "Usable" },
        { "lift hold release", "Released a/1+,Withheld a/1,Released a/1+", "Usable" },
        { "hold early", "Released a/1+", "Usable" },
        { "early", "Released a/1+", "Usable" },
        { "hold kill", "", "Withdrawn" },
        { "kill", "", "Withdrawn" },
        { "lift kill", "Released a/1(Withdrawn),Withdrawn a/1", "Withdrawn" },
        { "hold next lift release", "Released a/2+", "Usable" },
        { "next hold release lift", "Released a/2+", "Usable" },
        { "hold lift next release", "Released a/2+", "Usable" },
    };

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Hold_and_embargo_are_independent_of_each_other(string steps, string told, string status)
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a", embargo: Clock.Now.AddHours(1)));
        await RunAsync(node, steps);

        Assert.Equal(told, string.Join(",", await Feed.ReadAllAsync(node, new FeedRequest())));
        Assert.Equal(status, $"{(await GetAsync(node, Desk)).Status}");
        var seen = await node.Archive.GetAsync(new GetArticleRequest { ArticleId = "a" }, Open, Token);
        Assert.Equal(told.Length == 0 ? ErrorReason.ArticleNotFound : null, seen.Rejection?.Reason);
    }

    public static TheoryData<string, string> CombinationsOverAVersion => new()
    {
        { "hold lift release", "Withheld a/1,Released a/2+" },
        { "hold release lift", "Withheld a/1,Released a/1+,Released a/2+" },
        { "lift hold release", "Released a/2+,Withheld a/2,Released a/2+" },
        { "hold early", "Withheld a/1,Released a/2+" },
        { "hold next release lift", "Withheld a/1,Released a/1+,Released a/3+" },
        { "kill", "Withdrawn a/1" },
        { "hold kill", "Withheld a/1,Withdrawn a/1" },
    };

    [Theory]
    [MemberData(nameof(CombinationsOverAVersion))]
    public async Task Hold_and_embargo_of_a_later_version_leave_the_public_one_alone(string steps, string told)
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a"));
        await node.PublishAsync(Make.Article("a", embargo: Clock.Now.AddHours(1)));
        await RunAsync(node, steps);

        Assert.Equal(told, string.Join(",", (await Feed.ReadAllAsync(node, new FeedRequest())).Skip(1)));
    }

    [Theory]
    [InlineData("de", "fr", "Released a/2+")]
    [InlineData("fr", "de", "Published a/1+,Withheld a/1,Removed a/2")]
    [InlineData("de", "de", "")]
    [InlineData("fr", "fr", "Published a/1+,Withheld a/1,Released a/2+")]
    public async Task A_version_under_a_hold_and_an_embargo_on_top_match_by_what_is_in_force(string first, string second, string told)
    {
        // The version in force after the hold is neither the latest nor the one that was public before it.
        var node = await StartNodeAsync(OnClock);
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.PublishAsync(Make.Article("a", first));
        await node.WithholdAsync("a");
        await node.PublishAsync(Make.Article("a", second));
        await node.PublishAsync(Make.Article("a", "it", embargo: Clock.Now.AddHours(1)));
        await node.ReleaseAsync("a");

        Assert.Equal(told, string.Join(",", await Feed.ReadAllAsync(node, new FeedRequest { Stream = "s" })));
    }

    private async Task RunAsync(Node node, string steps)
    {
        foreach (var step in steps.Split(' '))
        {
            switch (step)
            {
                case "hold":
                    await node.WithholdAsync("a");
                    break;
                case "release":
                    await node.ReleaseAsync("a");
                    break;
                case "early":
                    await node.ReleaseAsync("a", lift: true);
                    break;
                case "kill":
                    await node.WithdrawAsync("a");
                    break;
                case "next":
                    await node.PublishAsync(Make.Article("a", text: "next"));
                    break;
                case "lift":
                    Clock.Advance(TimeSpan.FromHours(1));
                    await node.RunClockAsync();
                    break;
            }
        }
    }

    private static async Task<Article> GetAsync(Node node, ReadScope reader) => (await node.Archive.GetAsync(
        new GetArticleRequest { ArticleId = "a", IncludeHeld = reader.Held }, reader, CancellationToken.None)).Value.Article;
}

public sealed class SqliteHoldTests() : HoldTests(new SqliteFixture());

public sealed class SqlServerHoldTests() : HoldTests(new SqlServerFixture());
