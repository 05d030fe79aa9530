using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class AuditTests(StoreFixture store) : StoreTests(store)
{
    private static readonly Caller Reader = new() { Principal = "reader", Roles = [CallerRole.Reader], KeyId = "syn_abcdefghijkm" };

    [Fact]
    public async Task What_the_log_records_and_what_it_does_not_come_as_one_list_newest_first()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await node.Audit.RecordHeldAsync(Reader, "10.0.0.1", [new Article { ArticleId = "a", Version = 1, Status = ArticleStatus.Embargoed }], Token);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await node.WithholdAsync("a");
        await node.ReleaseAsync("a");
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.AddPartnerAsync("daily", "s");
        await node.WithdrawAsync("a");

        var events = await ListAsync(node, new ListAuditEventsRequest { PageSize = 2 });
        Assert.Equal(
            [
                "Withdraw desk a", "GrantStream desk daily", "ChangePartner desk daily", "ChangeStream desk s", "Release desk a",
                "Withhold desk a", "ReadHeld reader a", "Publish desk a",
            ],
            events.Select(Line));
        Assert.Equal(("syn_abcdefghijkm", "10.0.0.1", "version 1, embargoed"), (events[6].KeyId, events[6].Address, events[6].Detail));
        Assert.Equal("version 1: why a", events[0].Detail);
        Assert.All(events, one => Assert.Equal(1, one.Count));
    }

    [Fact]
    public async Task It_is_asked_by_principal_action_subject_and_time()
    {
        var node = await StartNodeAsync(OnClock);
        for (var i = 0; i < 5; i++)
        {
            await node.PublishAsync(Make.Article($"a{i}"));
            Clock.Advance(TimeSpan.FromSeconds(1));
            await node.Audit.RecordHeldStreamAsync(Reader, "10.0.0.1", $"a{i}", Token);
            Clock.Advance(TimeSpan.FromSeconds(59));
        }

        Assert.Equal(
            Enumerable.Range(0, 5).Reverse().Select(i => $"ReadHeld reader a{i}"),
            (await ListAsync(node, new ListAuditEventsRequest { Principal = "reader", PageSize = 1 })).Select(Line));
        Assert.Equal(5, (await ListAsync(node, new ListAuditEventsRequest { Actions = { AuditAction.Publish }, PageSize = 2 })).Count);
        Assert.Equal(
            ["ReadHeld reader a3", "Publish desk a3"], (await ListAsync(node, new ListAuditEventsRequest { Subject = "a3" })).Select(Line));
        var start = Timestamp.FromDateTimeOffset(Clock.Now.AddMinutes(-3));
        var end = Timestamp.FromDateTimeOffset(Clock.Now.AddMinutes(-1));
        Assert.Equal(
            ["a3", "a3", "a2", "a2"], (await ListAsync(node, new ListAuditEventsRequest { StartTime = start, EndTime = end, PageSize = 3 })).Select(one => one.Subject));
        var wrong = await node.Audit.ListAsync(new ListAuditEventsRequest { Actions = { (AuditAction)99 } }, Token);
        Assert.Equal(ErrorReason.InvalidFields, wrong.Rejection!.Reason);
    }

    [Fact]
    public async Task Retention_loses_no_publish()
    {
        var node = await StartNodeAsync(OnClock with { Retention = TimeSpan.FromHours(1) });
        for (var i = 0; i < 6; i++)
        {
            await node.PublishAsync(Make.Article("a", text: $"{i}"));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var before = await ListAsync(node, new ListAuditEventsRequest());
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(5, await node.Retention.SweepAsync(Token));

        Assert.Equal(before, await ListAsync(node, new ListAuditEventsRequest { PageSize = 2 }));
    }

    [Fact]
    public async Task Ten_thousand_refused_logins_make_a_handful_of_rows_and_none_is_lost()
    {
        var node = await StartNodeAsync(OnClock);
        for (var i = 0; i < 10_000; i++)
        {
            node.Audit.RefuseLogin("10.0.0.1", $"syn_{i:D12}", ErrorReason.CredentialInvalid);
        }

        await node.Audit.FlushAsync();
        var events = await RefusedAsync(node, 10_000);
        Assert.InRange(events.Count, 1, 20);
        Assert.All(events, one => Assert.Equal("10.0.0.1", one.Address));
    }

    [Fact]
    public async Task Made_up_addresses_are_counted_together()
    {
        var node = await StartNodeAsync(OnClock);
        for (var i = 0; i < 10_000; i++)
        {
            node.Audit.RefuseLogin($"10.0.{i / 256}.{i % 256}", "", ErrorReason.CredentialInvalid);
        }

        await node.Audit.FlushAsync();
        Assert.InRange((await RefusedAsync(node, 10_000)).Count, 2, 200);
    }

    [Fact]
    public async Task What_everybody_may_read_and_what_was_read_a_moment_ago_is_not_written()
    {
        var node = await StartNodeAsync(OnClock);
        var blanked = new Article { ArticleId = "b", Status = ArticleStatus.Withheld };
        var held = new Article { ArticleId = "c", Version = 2, Status = ArticleStatus.Withheld, VersionTime = new Timestamp() };
        for (var i = 0; i < 3; i++)
        {
            await node.Audit.RecordHeldAsync(Reader, "", [new Article { ArticleId = "a", Status = ArticleStatus.Usable }, blanked, held], Token);
        }

        Assert.Equal(["ReadHeld reader c"], (await ListAsync(node, new ListAuditEventsRequest())).Select(Line));
    }

    private static string Line(AuditEvent one) => $"{one.Action} {one.Principal} {one.Subject}";

    /// <summary>Waits until so many refusals are counted: the node writes them by itself, too.</summary>
    private static async Task<IReadOnlyList<AuditEvent>> RefusedAsync(Node node, int count)
    {
        IReadOnlyList<AuditEvent> events = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                events = await ListAsync(node, new ListAuditEventsRequest { Actions = { AuditAction.RefuseLogin }, PageSize = 500 });
                return events.Sum(one => one.Count) == count;
            },
            "all refusals are counted");
        return events;
    }

    private static async Task<IReadOnlyList<AuditEvent>> ListAsync(Node node, ListAuditEventsRequest request)
    {
        var all = new List<AuditEvent>();
        while (true)
        {
            var response = (await node.Audit.ListAsync(request, Token)).Value;
            all.AddRange(response.Events);
            if (response.NextPageToken.Length == 0)
            {
                return all;
            }

            request.PageToken = response.NextPageToken;
        }
    }
}

public sealed class SqliteAuditTests() : AuditTests(new SqliteFixture());

public sealed class SqlServerAuditTests() : AuditTests(new SqlServerFixture());
