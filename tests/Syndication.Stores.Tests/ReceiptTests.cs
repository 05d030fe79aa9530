using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class ReceiptTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task A_partner_that_was_sent_an_article_is_listed_and_one_that_was_not_is_not()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.PublishAsync(Make.Article("b", "de"));
        await ReadAsync(node, "daily");

        Assert.Equal(["a daily NotWithdrawn s"], await ReceiptsAsync(node, "a"));
        Assert.Empty(await ReceiptsAsync(node, "b"));
    }

    [Fact]
    public async Task A_kill_is_followed_from_sent_over_overdue_to_confirmed()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        var feed = await OpenFeedAsync(node, Partner("daily"));
        await feed.LinesAsync(1);
        await node.WithdrawAsync("a");
        await feed.LinesAsync(2);
        await Eventually.HoldsAsync(
            async () => (await ReceiptsAsync(node, "a")).SequenceEqual(["a daily Sent s"]), "the kill is known to be sent");
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["a daily Overdue s"], await ReceiptsAsync(node, "a"));

        var first = await ConfirmAsync(node, "daily", "a", "taken down");
        Clock.Advance(TimeSpan.FromHours(1));
        var second = await ConfirmAsync(node, "daily", "a", "again");

        Assert.Equal(first.Value.ConfirmTime, second.Value.ConfirmTime);
        var receipt = Assert.Single(await ListAsync(node, new ListWithdrawalReceiptsRequest()));
        Assert.Equal((ReceiptState.Confirmed, "default", "taken down"), (receipt.State, receipt.ConfirmConsumer, receipt.ConfirmNote));
        Assert.Equal("call daily", receipt.Contact);
        Assert.NotNull(receipt.SentTime);
    }

    [Fact]
    public async Task What_was_never_sent_or_is_not_killed_cannot_be_confirmed()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.PublishAsync(Make.Article("b", "de"));
        await ReadAsync(node, "daily");
        await node.WithdrawAsync("b");

        Assert.Equal(ErrorReason.ArticleNotFound, (await ConfirmAsync(node, "daily", "a")).Rejection!.Reason);
        Assert.Equal(ErrorReason.ArticleNotFound, (await ConfirmAsync(node, "daily", "b")).Rejection!.Reason);
        Assert.Equal(ErrorReason.ArticleNotFound, (await ConfirmAsync(node, "daily", "none")).Rejection!.Reason);
    }

    [Fact]
    public async Task Who_left_before_the_kill_is_pending_for_a_moment_and_then_unreachable()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await ReadAsync(node, "daily");
        await node.Deliveries.FlushAsync();
        await node.WithdrawAsync("a");

        Assert.Equal(["a daily Pending s"], await ReceiptsAsync(node, "a"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["a daily Unreachable s"], await ReceiptsAsync(node, "a"));
    }

    [Fact]
    public async Task Without_a_grant_or_while_disabled_a_connected_partner_is_unreachable()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await ReadAsync(node, "daily");
        await ReadAsync(node, "other");
        await node.Deliveries.FlushAsync();
        _ = (await node.Partners.RevokeAsync(
            Node.Principal, new RevokeStreamRequest { Partner = "daily", Stream = "s" }, Token)).Value;
        _ = (await node.Partners.DisableAsync(Node.Principal, new DisablePartnerRequest { Partner = "other" }, Token)).Value;
        await node.WithdrawAsync("a");

        Assert.Equal(["a daily Unreachable s", "a other Unreachable s"], await ReceiptsAsync(node, "a"));
    }

    [Fact]
    public async Task A_node_that_dies_in_the_middle_reports_no_less_than_it_sent()
    {
        var node = await StartAsync();
        var feed = await OpenFeedAsync(node, Partner("daily"));
        for (var i = 0; i < 5; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}", "fr"));
        }

        await feed.LinesAsync(5);
        await node.KillAsync();
        var next = await StartNodeAsync(OnClock);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await next.PublishAsync(Make.Article("later", "fr"));

        for (var i = 0; i < 5; i++)
        {
            Assert.Single(await ReceiptsAsync(next, $"a{i}"));
        }

        Assert.Empty(await ReceiptsAsync(next, "later"));
    }

    [Fact]
    public async Task A_reader_costs_one_write_in_a_minute_whatever_the_rate()
    {
        var node = await StartAsync();
        var feed = await OpenFeedAsync(node, Partner("daily") with { MaxUpdates = 10 });
        var before = node.DeliveryStore.Writes;
        const int Rounds = 50;
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => node.PublishAsync(Make.Article($"a{i}", "fr", text: $"{round}"))));
        }

        await feed.LinesAsync(Rounds * 200);

        // The reservation, and that the partner is connected; the clock of leases stands.
        Assert.InRange(node.DeliveryStore.Writes - before, 1, 5);
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_sent_until_it_can()
    {
        var node = await StartAsync();
        var feed = await OpenFeedAsync(node, Partner("daily") with { Heartbeat = TimeSpan.FromMilliseconds(50) });
        await feed.CaughtUpAsync();
        node.DeliveryStore.Hook = _ => throw new Log.StoreUnavailableException("away");
        await node.PublishAsync(Make.Article("a", "fr"));
        await feed.UntilAsync(frames => frames.Count(frame => frame.Heartbeat is not null) > 3, "it stays connected");
        Assert.Empty(feed.Lines);
        node.DeliveryStore.Hook = null;

        Assert.Equal(["Published a/1+"], await feed.LinesAsync(1));
        Assert.Single(await ReceiptsAsync(node, "a"));
    }

    [Fact]
    public async Task A_kill_while_the_reservation_is_written_takes_the_text_away()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.CatchUpAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.DeliveryStore.Hook = writes =>
        {
            reached.TrySetResult();
            return open.Task;
        };
        var feed = await OpenFeedAsync(node, Partner("daily"));
        await reached.Task;
        await node.WithdrawAsync("a");
        await node.CatchUpAsync();
        open.SetResult();

        Assert.Equal(["Published a/1(Withdrawn)", "Withdrawn a/1"], await feed.LinesAsync(2));
    }

    [Fact]
    public async Task Reconnects_and_polls_go_on_with_the_same_range()
    {
        var node = await StartAsync();
        var start = Make.Earliest;
        for (var i = 0; i < 20; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}", "fr"));
            await node.CatchUpAsync();
            await using var feed = await Feed.OpenAsync(node, Partner("daily") with { Start = start });
            await feed.LinesAsync(1);
            start = Make.After(feed.LastCursor);
        }

        Assert.Equal(1, await CountRangesAsync());
        for (var i = 0; i < 20; i++)
        {
            Assert.Single(await ReceiptsAsync(node, $"a{i}"));
        }
    }

    [Fact]
    public async Task What_a_reader_passed_over_does_not_count_as_sent()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await ReadAsync(node, "daily");
        await node.PublishAsync(Make.Article("b", "fr"));
        await node.CatchUpAsync();
        await using (var feed = await Feed.OpenAsync(node, Partner("daily") with { Start = Make.Latest }))
        {
            await node.PublishAsync(Make.Article("c", "fr"));
            await feed.LinesAsync(1);
        }

        Assert.Single(await ReceiptsAsync(node, "a"));
        Assert.Empty(await ReceiptsAsync(node, "b"));
        Assert.Single(await ReceiptsAsync(node, "c"));
    }

    [Fact]
    public async Task Who_comes_after_the_kill_was_sent_no_text()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.WithdrawAsync("a");
        await node.CatchUpAsync();
        await ReadAsync(node, "daily", 2);
        await ReadAsync(node, "other", 1, Make.Snapshot);

        Assert.Empty(await ReceiptsAsync(node, "a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retention_forgets_no_recipient(bool retired)
    {
        var node = await StartAsync(OnClock with { Retention = TimeSpan.FromHours(1), RunBackfill = false });
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.PublishAsync(Make.Article("b", "fr"));
        await node.WithholdAsync("b");
        await using (var feed = await Feed.OpenAsync(node, Partner("daily")))
        {
            await feed.CaughtUpAsync();
            await node.ReleaseAsync("b");
            await feed.UntilAsync(_ => feed.Lines.Contains("Released b/1+"), "the release has come");
        }

        await node.PublishAsync(Make.Article("a", "de"));
        await node.PublishAsync(Make.Article("b", "de"));
        if (retired)
        {
            await node.ChangeFilterAsync("s", Make.Language("es"), 1);
            while (await node.Store.DropRetiredAsync(1, Token) > 0)
            {
            }
        }

        Clock.Advance(TimeSpan.FromHours(2));
        await node.PublishAsync(Make.Article("a", "de", text: "two"));
        await node.PublishAsync(Make.Article("b", "de", text: "two"));
        Assert.True(await node.Retention.SweepAsync(Token) > 0);

        Assert.Single(await ReceiptsAsync(node, "a"));
        Assert.Single(await ReceiptsAsync(node, "b"));
    }

    [Fact]
    public async Task Other_reads_count_once_they_gave_a_text()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.PublishAsync(Make.Article("b", "fr"));
        var a = new Article { ArticleId = "a", Status = ArticleStatus.Usable };
        await node.Deliveries.RecordReadsAsync("daily", [a, new Article { ArticleId = "b", Status = ArticleStatus.Withheld }], Token);
        var writes = node.DeliveryStore.Writes;
        await node.Deliveries.RecordReadsAsync("daily", [a], Token);
        Assert.Equal(writes, node.DeliveryStore.Writes);
        Assert.Equal(["a daily NotWithdrawn "], await ReceiptsAsync(node, "a"));
        Assert.Empty(await ReceiptsAsync(node, "b"));

        await node.WithdrawAsync("a");
        node.Deliveries.OnAnswered("daily", [new Article { ArticleId = "a", Status = ArticleStatus.Withdrawn }]);
        await node.Deliveries.FlushAsync();
        Assert.Equal(["a daily Sent "], await ReceiptsAsync(node, "a"));
    }

    [Fact]
    public async Task A_former_recipient_without_a_grant_reads_status_and_advisory_and_nobody_else_does()
    {
        var node = await StartAsync();
        await node.PublishAsync(Make.Article("a", "fr"));
        await node.PublishAsync(Make.Article("usable", "fr"));
        await ReadAsync(node, "daily", 2);
        var scope = ReadScope.Partner("daily", []);
        Assert.Equal(ErrorReason.ArticleNotFound, (await GetAsync(node, "a", scope)).Rejection!.Reason);
        await node.WithdrawAsync("a");

        var shown = (await GetAsync(node, "a", scope)).Value.Article;
        Assert.Equal((ArticleStatus.Withdrawn, "kill a", "", 0), (shown.Status, shown.Advisory.Text, shown.Headline, shown.Body.Count));
        Assert.Equal(ErrorReason.ArticleNotFound, (await GetAsync(node, "usable", scope)).Rejection!.Reason);
        Assert.Equal(ErrorReason.ArticleNotFound, (await GetAsync(node, "a", ReadScope.Partner("other", []))).Rejection!.Reason);
    }

    [Fact]
    public async Task Receipts_come_in_pages_newest_kill_first_and_by_state_and_partner()
    {
        var node = await StartAsync();
        for (var i = 0; i < 7; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}", "fr"));
        }

        await ReadAsync(node, "daily", 7);
        await ReadAsync(node, "other", 7);
        for (var i = 0; i < 7; i++)
        {
            await node.WithdrawAsync($"a{i}");
        }

        _ = (await ConfirmAsync(node, "other", "a3")).Value;

        var all = await ListAsync(node, new ListWithdrawalReceiptsRequest { PageSize = 3 });
        Assert.Equal(
            Enumerable.Range(0, 7).Reverse().SelectMany(i => new[] { $"a{i} daily", $"a{i} other" }),
            all.Select(receipt => $"{receipt.ArticleId} {receipt.Partner}"));
        Assert.Equal(
            ["a3 other"],
            (await ListAsync(node, new ListWithdrawalReceiptsRequest { PageSize = 3, States = { ReceiptState.Confirmed } }))
                .Select(receipt => $"{receipt.ArticleId} {receipt.Partner}"));
        Assert.Equal(7, (await ListAsync(node, new ListWithdrawalReceiptsRequest { PageSize = 2, Partner = "other" })).Count);
        Assert.Equal(2, (await ListAsync(node, new ListWithdrawalReceiptsRequest { PageSize = 1, ArticleId = "a0" })).Count);
    }

    /// <summary>A node with the stream <c>s</c> of French articles, granted to two partners.</summary>
    private async Task<Node> StartAsync(NodeOptions? options = null)
    {
        var node = await StartNodeAsync(options ?? OnClock);
        await node.CreateStreamAsync("s", Make.Language("fr"));
        foreach (var partner in new[] { "daily", "other" })
        {
            await node.AddPartnerAsync(partner, "s");
        }

        return node;
    }

    private static FeedRequest Partner(string partnerId) => new()
    {
        Stream = "s",
        Caller = new Caller { Principal = partnerId, Roles = [CallerRole.Partner] },
    };

    private static async Task ReadAsync(Node node, string partnerId, int count = 1, StartPosition? start = null)
    {
        await node.CatchUpAsync();
        await using var feed = await Feed.OpenAsync(node, Partner(partnerId) with { Start = start ?? Make.Earliest });
        await feed.LinesAsync(count);
    }

    private static Task<Outcome<GetArticleResponse>> GetAsync(Node node, string id, ReadScope scope) =>
        node.Archive.GetAsync(new GetArticleRequest { ArticleId = id }, scope, Token);

    private static Task<Outcome<ConfirmWithdrawalResponse>> ConfirmAsync(Node node, string partnerId, string articleId, string note = "") =>
        node.Withdrawals.ConfirmAsync(
            Partner(partnerId).Caller, "address", new ConfirmWithdrawalRequest { ArticleId = articleId, Note = note }, Token);

    private static async Task<IReadOnlyList<string>> ReceiptsAsync(Node node, string articleId) =>
        [.. (await ListAsync(node, new ListWithdrawalReceiptsRequest { ArticleId = articleId })).Select(receipt =>
            $"{receipt.ArticleId} {receipt.Partner} {receipt.State} {string.Join(",", receipt.Streams)}")];

    private static async Task<IReadOnlyList<WithdrawalReceipt>> ListAsync(Node node, ListWithdrawalReceiptsRequest request)
    {
        var all = new List<WithdrawalReceipt>();
        while (true)
        {
            var response = (await node.Withdrawals.ListAsync(request, Token)).Value;
            all.AddRange(response.Receipts);
            if (response.NextPageToken.Length == 0)
            {
                return all;
            }

            request.PageToken = response.NextPageToken;
        }
    }

    /// <summary>How many ranges the database holds.</summary>
    protected abstract Task<long> CountRangesAsync();
}

public sealed class SqliteReceiptTests() : ReceiptTests(new SqliteFixture())
{
    protected override Task<long> CountRangesAsync() => ((SqliteFixture)Store).CountAsync("deliveries");
}

public sealed class SqlServerReceiptTests() : ReceiptTests(new SqlServerFixture())
{
    protected override Task<long> CountRangesAsync() => ((SqlServerFixture)Store).CountAsync("deliveries");
}
