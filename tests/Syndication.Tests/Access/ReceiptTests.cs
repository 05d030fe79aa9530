using Grpc.Core;
using Syndication.Tests.Cli;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Access;

/// <summary>Who was sent what over the wire, whichever way, and what became of kills.</summary>
public sealed class ReceiptTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wire-");
    private readonly Dictionary<string, string> _keys = [];
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        await _server.CreateStreamAsync("fr", "fr");
        foreach (var partner in new[] { "follows", "pulls", "gets", "away" })
        {
            _keys.Add(partner, await _server.CreatePartnerAsync(partner, new Grant { Stream = "fr" }));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_way_to_an_article_and_to_its_kill_is_known()
    {
        using var follows = As("follows");
        using var pulls = As("pulls");
        using var gets = As("gets");
        using var feed = follows.Subscribe("fr");
        await feed.UntilAsync(Kind.CaughtUp);
        await PublishAsync("a");
        await feed.UpdatesAsync(1);
        var page = await pulls.Subscriptions.PullUpdatesAsync(new() { Stream = "fr" });
        Assert.Single(page.Updates);
        await gets.Articles.GetArticleAsync(new() { ArticleId = "a" });
        Assert.Equal(["follows NotWithdrawn", "gets NotWithdrawn", "pulls NotWithdrawn"], await ReceiptsAsync("a"));

        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
        await feed.UpdatesAsync(2);
        page = await pulls.Subscriptions.PullUpdatesAsync(new() { Stream = "fr", Start = new() { Cursor = page.Cursor } });
        Assert.Single(page.Updates);
        Assert.Equal(ArticleStatus.Withdrawn, (await gets.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article.Status);

        await UntilReceiptsAsync("a", "follows Sent", "gets Sent", "pulls Sent");
        await pulls.Subscriptions.ConfirmWithdrawalAsync(new() { ArticleId = "a", Consumer = "cms", Note = "gone" });
        Assert.Equal(["follows Sent", "gets Sent", "pulls Confirmed"], await ReceiptsAsync("a"));
    }

    [Fact]
    public async Task A_comparison_gives_texts_away_like_any_other_read()
    {
        using var gets = As("gets");
        await PublishAsync("a");
        await PublishAsync("a");
        await gets.Articles.CompareVersionsAsync(new() { ArticleId = "a" });
        Assert.Equal(["gets NotWithdrawn"], await ReceiptsAsync("a"));

        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "a" });
        var held = await Assert.ThrowsAsync<RpcException>(() => gets.Articles.CompareVersionsAsync(new() { ArticleId = "a" }).ResponseAsync);
        Refusal.Of(held).MustBe(StatusCode.FailedPrecondition, ErrorReason.ArticleHeld);
        await _server.Articles.CompareVersionsAsync(new() { ArticleId = "a", IncludeHeld = true });
        var read = await _server.Partners.ListAuditEventsAsync(new() { Actions = { AuditAction.ReadHeld } });
        Assert.Equal(("a", "version 2, withheld"), (Assert.Single(read.Events).Subject, read.Events[0].Detail));

        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
        var killed = await Assert.ThrowsAsync<RpcException>(() => gets.Articles.CompareVersionsAsync(new() { ArticleId = "a" }).ResponseAsync);
        Refusal.Of(killed).MustBe(StatusCode.FailedPrecondition, ErrorReason.ArticleWithdrawn);
    }

    [Fact]
    public async Task Who_was_sent_nothing_can_confirm_nothing_and_learns_nothing()
    {
        await PublishAsync("a");
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
        using var away = As("away");

        var killed = await Assert.ThrowsAsync<RpcException>(() => away.Subscriptions.ConfirmWithdrawalAsync(new() { ArticleId = "a" }).ResponseAsync);
        var missing = await Assert.ThrowsAsync<RpcException>(() => away.Subscriptions.ConfirmWithdrawalAsync(new() { ArticleId = "b" }).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, killed.StatusCode);
        Assert.Equal(missing.Status.Detail.Replace("\"b\"", "\"a\"", StringComparison.Ordinal), killed.Status.Detail);
    }

    [Fact]
    public async Task The_command_line_shows_and_confirms_them()
    {
        using (var gets = As("gets"))
        {
            await PublishAsync("a");
            await gets.Articles.GetArticleAsync(new() { ArticleId = "a" });
        }

        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
        var before = await WireAsync(TestKeys.Admin, "receipts", "--state", "unreachable", "--json");
        Assert.Equal(ReceiptState.Unreachable, WithdrawalReceipt.Parser.ParseJson(Assert.Single(before.Lines)).State);

        Assert.Equal(0, (await WireAsync(_keys["gets"], "confirm", "a", "--consumer", "cms", "--note", "gone")).ExitCode);
        var after = await WireAsync(TestKeys.Admin, "receipts", "a", "--partner", "gets");
        Assert.Contains("confirmed", after.Out, StringComparison.Ordinal);
        Assert.Contains("gone", after.Out, StringComparison.Ordinal);

        var audit = await WireAsync(TestKeys.Admin, "audit", "--action", "confirm-withdrawal", "--json", "--all");
        var confirmed = AuditEvent.Parser.ParseJson(Assert.Single(audit.Lines));
        Assert.Equal(("gets", "a", "127.0.0.1"), (confirmed.Principal, confirmed.Subject, confirmed.Address));
    }

    private Client As(string partner) => _server.As(_keys[partner]);

    private Task<CliRun> WireAsync(string key, params string[] args) => CliRun.StartAsync(
        _server.GrpcAddress.ToString(), "", _directory.FullName, TestContext.Current.CancellationToken, [.. args, "--key", key]);

    private Task PublishAsync(string id) => _server.PublishAsync(new Article { ArticleId = id, Language = "fr", Headline = "Titre" });

    private async Task<string[]> ReceiptsAsync(string articleId)
    {
        var listed = await _server.Subscriptions.ListWithdrawalReceiptsAsync(new() { ArticleId = articleId });
        return [.. listed.Receipts.Select(receipt => $"{receipt.Partner} {receipt.State}")];
    }

    private async Task UntilReceiptsAsync(string articleId, params string[] expected)
    {
        using var patience = new CancellationTokenSource(FrameReader.Patience);
        while (await ReceiptsAsync(articleId) is var actual && !actual.SequenceEqual(expected))
        {
            Assert.False(patience.IsCancellationRequested, string.Join(", ", actual));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
