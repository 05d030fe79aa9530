using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>Partners, keys and grants are entries of the log: every node applies them in their place of the order.</summary>
public abstract class AccessTests(StoreFixture store) : StoreTests(store)
{
    private const string Partner = "outlet";

    private static readonly Caller Outlet = new() { Principal = Partner, Roles = [CallerRole.Partner] };

    [Fact]
    public async Task What_is_changed_on_one_node_holds_on_the_other_and_is_found_again_after_a_restart()
    {
        Node[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        await nodes[0].CreateStreamAsync("s", new ArticleFilter());
        await CreatePartnerAsync(nodes[0]);
        await GrantAsync(nodes[0]);
        var issued = await nodes[0].Partners.IssueKeyAsync("desk", new() { Principal = Partner, Role = CallerRole.Partner }, Token);

        await Eventually.HoldsAsync(() => nodes[1].Access.Current.FindPartner(Partner)?.Grants.Count == 1, "the other node knows the grant");
        Assert.Equal(Partner, (await nodes[1].Access.AuthenticateAsync(issued.Value.Secret, Token)).Value.Principal);
        await nodes[0].Partners.RevokeKeyAsync("desk", new() { KeyId = issued.Value.Key.KeyId }, Token);
        await Eventually.HoldsAsync(() => nodes[1].Access.Current.FindKey(issued.Value.Key.KeyId)?.Key.RevokeTime is not null, "the other node knows the revocation");
        Assert.Equal(ErrorReason.CredentialInvalid, (await nodes[1].Access.AuthenticateAsync(issued.Value.Secret, Token)).Rejection?.Reason);

        var again = await StartNodeAsync();
        Assert.Equal("s", Assert.Single(again.Access.Current.FindPartner(Partner)!.Grants).Stream);
        Assert.NotNull(again.Access.Current.FindKey(issued.Value.Key.KeyId)!.Key.RevokeTime);
    }

    [Fact]
    public async Task A_key_that_another_node_has_just_issued_works_before_the_tail_has_come_to_it()
    {
        Node[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        await CreatePartnerAsync(nodes[0]);
        var issued = await nodes[0].Partners.IssueKeyAsync("desk", new() { Principal = Partner, Role = CallerRole.Partner }, Token);

        Assert.Null((await nodes[1].Access.AuthenticateAsync(issued.Value.Secret, Token)).Rejection);
    }

    [Fact]
    public async Task Nothing_that_is_committed_after_a_revocation_is_delivered_by_any_node_from_window_or_archive()
    {
        Node[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        await nodes[0].CreateStreamAsync("s", new ArticleFilter());
        await CreatePartnerAsync(nodes[0]);
        for (var round = 0; round < 5; round++)
        {
            await GrantAsync(nodes[0]);
            await Eventually.HoldsAsync(
                () => nodes.All(node => node.Access.Current.FindPartner(Partner)?.Grants.Count == 1), "both nodes know the grant");
            var before = await nodes[0].PublishAsync(Make.Article($"before{round}"));
            await using var live = await Feed.OpenAsync(nodes[1], new FeedRequest { Stream = "s", Caller = Outlet, Start = Make.Latest });
            await using var slow = await Feed.OpenAsync(nodes[1], new FeedRequest { Stream = "s", Caller = Outlet, MaxUpdates = 1 });
            slow.Pause();
            var publishing = Task.Run(async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await nodes[0].PublishAsync(Make.Article($"x{round}.{i}"));
                }
            });
            await nodes[0].Partners.RevokeAsync("desk", new() { Partner = Partner, Stream = "s" }, Token);
            var after = (await nodes[0].PublishAsync(Make.Article($"after{round}"))).UpdateId;
            await publishing;
            var later = (await nodes[0].PublishAsync(Make.Article($"later{round}"))).UpdateId;
            slow.Resume();

            Assert.Equal(ErrorReason.GrantEnded, (await live.EndedAsync()).Reason);
            Assert.Equal(ErrorReason.GrantEnded, (await slow.EndedAsync()).Reason);
            Assert.DoesNotContain(live.Updates.Concat(slow.Updates), update => update.UpdateId == after || update.UpdateId == later);
            Assert.NotEqual(before.UpdateId, after);
        }
    }

    [Fact]
    public async Task Two_administrators_that_change_one_partner_at_once_lose_nothing()
    {
        Node[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        await CreatePartnerAsync(nodes[0]);
        for (var i = 0; i < 10; i++)
        {
            await nodes[0].CreateStreamAsync($"s{i}", new ArticleFilter());
        }

        var granted = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            nodes[i % 2].Partners.GrantAsync("desk", new() { Partner = Partner, Grant = new() { Stream = $"s{i}" } }, Token)));

        Assert.All(granted, outcome => Assert.Null(outcome.Rejection));
        var stored = (await nodes[0].Partners.FindAsync(Partner, Token)).Value;
        Assert.Equal((10, 11), (stored.Grants.Count, stored.Revision));
        var stale = await nodes[1].Partners.UpdateAsync("desk", new() { Partner = new() { PartnerId = Partner }, Revision = 3 }, Token);
        Assert.Equal(ErrorReason.RevisionMismatch, stale.Rejection?.Reason);
        Assert.Equal(ErrorReason.PartnerExists, (await nodes[1].Partners.CreateAsync("desk", new() { Partner = new() { PartnerId = Partner } }, Token)).Rejection?.Reason);
    }

    [Fact]
    public async Task A_repeated_request_has_one_effect_and_its_secret_is_not_kept()
    {
        var node = await StartNodeAsync();
        await CreatePartnerAsync(node);
        var request = new IssueApiKeyRequest { RequestId = "r", Principal = Partner, Role = CallerRole.Partner };

        var first = (await node.Partners.IssueKeyAsync("desk", request, Token)).Value;
        var again = (await node.Partners.IssueKeyAsync("desk", request, Token)).Value;

        Assert.Equal((first.Key.KeyId, ""), (again.Key.KeyId, again.Secret));
        Assert.StartsWith(first.Key.KeyId, first.Secret, StringComparison.Ordinal);
        Assert.Single(await node.Partners.ListKeysAsync(Partner, Token));
    }

    private static async Task CreatePartnerAsync(Node node) =>
        Assert.Null((await node.Partners.CreateAsync("desk", new() { Partner = new() { PartnerId = Partner } }, Token)).Rejection);

    private static async Task GrantAsync(Node node) =>
        Assert.Null((await node.Partners.GrantAsync("desk", new() { Partner = Partner, Grant = new() { Stream = "s" } }, Token)).Rejection);
}

public sealed class SqliteAccessTests() : AccessTests(new SqliteFixture());

public sealed class SqlServerAccessTests() : AccessTests(new SqlServerFixture());
