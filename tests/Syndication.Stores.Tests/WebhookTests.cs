using Syndication.Audit;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>Webhooks as stored: one owner's change at a time, one sender at a time.</summary>
public abstract class WebhookTests(StoreFixture store) : StoreTests(store)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly Guid NodeA = Guid.NewGuid();
    private static readonly Guid NodeB = Guid.NewGuid();

    [Fact]
    public async Task What_was_written_is_read_again()
    {
        using var handle = Store.Open();
        var webhooks = handle.Webhooks;
        var made = Record("whk_1", "default") with { Place = Place(7) };
        Assert.True(await webhooks.WriteAsync(Change(made, WebhookChangeKind.Create), Token));
        AssertSame(made, await webhooks.FindAsync("whk_1", Token));
        Assert.Null(await webhooks.FindAsync("whk_2", Token));

        var changed = Next(made) with { State = WebhookState.Paused, Secret = [9, 9], PreviousSecret = made.Secret, PreviousUntil = Clock.Now.AddDays(1) };
        Assert.True(await webhooks.WriteAsync(Change(changed, WebhookChangeKind.Settings) with { SetsState = true }, Token));
        AssertSame(changed, await webhooks.FindAsync("whk_1", Token));

        var rewound = Next(changed) with { Place = Place(3), Replays = 1, Status = new WebhookStatus { LastError = "none" } };
        Assert.True(await webhooks.WriteAsync(Change(rewound, WebhookChangeKind.Rewind), Token));
        AssertSame(rewound with { Fence = 1 }, await webhooks.FindAsync("whk_1", Token));

        await webhooks.WriteAsync(Change(Record("whk_0", "other"), WebhookChangeKind.Create), Token);
        await webhooks.WriteAsync(Change(Record("whk_9", "default", "rival"), WebhookChangeKind.Create), Token);
        Assert.Equal(["whk_0", "whk_1", "whk_9"], (await webhooks.ListAsync(null, Token)).Select(webhook => webhook.WebhookId));
        Assert.Equal(["whk_9"], (await webhooks.ListAsync("rival", Token)).Select(webhook => webhook.WebhookId));
        var events = await handle.Audit.ReadEventsAsync(
            new AuditQuery("", [AuditAction.ChangeWebhook], "whk_1", null, null), AuditPlace.End, 10, Token);
        Assert.Equal(3, events.Count);
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_has_changed_writes_nothing()
    {
        using var handle = Store.Open();
        var webhooks = handle.Webhooks;
        var made = Record("whk_1", "default");
        await webhooks.WriteAsync(Change(made, WebhookChangeKind.Create), Token);
        Assert.False(await webhooks.WriteAsync(Change(Record("whk_2", "default"), WebhookChangeKind.Create), Token));
        var mine = Next(made);
        Assert.True(await webhooks.WriteAsync(Change(mine, WebhookChangeKind.Settings), Token));
        foreach (var kind in new[] { WebhookChangeKind.Settings, WebhookChangeKind.Restart, WebhookChangeKind.Rewind, WebhookChangeKind.Delete })
        {
            var yours = Next(made) with { Place = Place(99), Secret = [0] };
            Assert.False(await webhooks.WriteAsync(Change(yours, kind, new RequestKey("outlet", $"{kind}")), Token));
            Assert.Null(await webhooks.FindRequestAsync(new RequestKey("outlet", $"{kind}"), Token));
        }

        AssertSame(mine, await webhooks.FindAsync("whk_1", Token));
        var events = await handle.Audit.ReadEventsAsync(new AuditQuery("", [], "", null, null), AuditPlace.End, 10, Token);
        Assert.Equal(2, events.Count);
    }

    [Fact]
    public async Task A_request_is_remembered_with_its_change_and_takes_effect_once()
    {
        using var handle = Store.Open();
        var webhooks = handle.Webhooks;
        var (made, key) = (Record("whk_1", "default"), new RequestKey("outlet", "r"));
        Assert.True(await webhooks.WriteAsync(Change(made, WebhookChangeKind.Create, key), Token));
        var answered = await webhooks.FindRequestAsync(key, Token);
        Assert.Equal([1, 2, 3], answered!.Fingerprint[..3]);
        Assert.Equal([4, 5], answered.Response);
        Assert.Null(await webhooks.FindRequestAsync(new RequestKey("outlet", "r "), Token));
        Assert.Null(await webhooks.FindRequestAsync(new RequestKey("rival", "r"), Token));

        // The same request on another node, in the same moment.
        Assert.False(await webhooks.WriteAsync(Change(Record("whk_2", "second"), WebhookChangeKind.Create, key), Token));
        Assert.Null(await webhooks.FindAsync("whk_2", Token));

        // Of a deleted one nothing is left but the deletion.
        var deletion = new RequestKey("outlet", "d");
        Assert.True(await webhooks.WriteAsync(Change(Next(made), WebhookChangeKind.Delete, deletion), Token));
        Assert.Null(await webhooks.FindAsync("whk_1", Token));
        Assert.Null(await webhooks.FindRequestAsync(key, Token));
        Assert.NotNull(await webhooks.FindRequestAsync(deletion, Token));
    }

    [Fact]
    public async Task A_lease_is_one_nodes_until_it_ends_or_is_given_back()
    {
        using var a = Store.Open();
        using var b = Store.Open();
        Assert.Equal((0, false), Of(await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)));
        await a.Webhooks.WriteAsync(Change(Record("whk_1", "default"), WebhookChangeKind.Create), Token);
        var first = Assert.Single((await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        Assert.Equal(("whk_1", 1L, 1, Clock.Now + Lease), (first.WebhookId, first.Fence, first.Revision, first.Until));
        Assert.Equal((0, true), Of(await b.Webhooks.LeaseAsync(NodeB, Clock.Now, Lease, Token)));

        // Renewed once a third is over, under the same fence.
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(first, Assert.Single((await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var renewed = Assert.Single((await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        Assert.Equal(first with { Until = Clock.Now + Lease }, renewed);

        Clock.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Empty((await b.Webhooks.LeaseAsync(NodeB, Clock.Now, Lease, Token)).Held);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var taken = Assert.Single((await b.Webhooks.LeaseAsync(NodeB, Clock.Now, Lease, Token)).Held);
        Assert.Equal(2, taken.Fence);
        Assert.Empty((await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);

        await a.Webhooks.ReleaseAsync(NodeA, Token);
        Assert.Empty((await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        await b.Webhooks.ReleaseAsync(NodeB, Token);
        Assert.Equal(3, Assert.Single((await a.Webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held).Fence);
    }

    [Fact]
    public async Task However_many_nodes_want_it_a_lease_is_given_to_one()
    {
        var handles = Enumerable.Range(0, 4).Select(_ => Store.Open()).ToList();
        try
        {
            for (var i = 0; i < 8; i++)
            {
                await handles[0].Webhooks.WriteAsync(Change(Record($"whk_{i}", $"c{i}"), WebhookChangeKind.Create), Token);
            }

            for (var round = 1; round <= 5; round++)
            {
                var leases = await Task.WhenAll(handles.Select(handle => Task.Run(() => handle.Webhooks.LeaseAsync(Guid.NewGuid(), Clock.Now, Lease, Token))));
                var held = leases.SelectMany(one => one.Held).ToList();
                Assert.Equal(8, held.Count);
                Assert.Equal(8, held.Select(lease => lease.WebhookId).Distinct().Count());
                Assert.All(held, lease => Assert.Equal(round, lease.Fence));
                Clock.Advance(Lease);
            }
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }

    [Fact]
    public async Task A_sender_whose_fence_is_another_by_now_writes_nothing()
    {
        using var handle = Store.Open();
        var webhooks = handle.Webhooks;
        var made = Record("whk_1", "default");
        await webhooks.WriteAsync(Change(made, WebhookChangeKind.Create), Token);
        var lease = Assert.Single((await webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        var report = new WebhookReport("whk_1", lease.Fence, Place(5), 3, 1, new WebhookStatus { LastHttpStatus = 200 })
        {
            Attempt = new WebhookDelivery { Attempt = 1, DeliveryId = "msg_1" },
            KeptAttempts = 2,
        };
        Assert.True(await webhooks.ReportAsync(report, Token));
        Assert.True(await webhooks.ReportAsync(report, Token));
        var read = await webhooks.FindAsync("whk_1", Token);
        Assert.Equal((Place(5), 3, 1L, 200), (read!.Place, read.BatchCount, read.Attempts, read.Status.LastHttpStatus));

        // Settings do not stop the sender; a new place does, and so does the next lease.
        await webhooks.WriteAsync(Change(Next(made), WebhookChangeKind.Settings), Token);
        Assert.True(await webhooks.ReportAsync(report with { Place = Place(6) }, Token));
        await webhooks.WriteAsync(Change(Next(Next(made)) with { Place = Place(2), Replays = 1 }, WebhookChangeKind.Rewind), Token);
        Assert.False(await webhooks.ReportAsync(report with { Place = Place(7), Parks = true, Attempt = new WebhookDelivery { Attempt = 2 } }, Token));
        read = await webhooks.FindAsync("whk_1", Token);
        Assert.Equal((Place(2), 0, WebhookState.Active, 1), (read!.Place, read.BatchCount, read.State, read.Replays));
        Assert.Single(await webhooks.ListAttemptsAsync("whk_1", long.MaxValue, 10, Token));

        lease = Assert.Single((await webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        Assert.Equal(read.Fence, lease.Fence);
        Clock.Advance(Lease);
        await webhooks.LeaseAsync(NodeB, Clock.Now, Lease, Token);
        Assert.False(await webhooks.ReportAsync(report with { Fence = lease.Fence }, Token));
    }

    [Fact]
    public async Task Parked_it_is_sent_by_nobody_and_a_pause_is_stronger()
    {
        using var handle = Store.Open();
        var webhooks = handle.Webhooks;
        var made = Record("whk_1", "default");
        await webhooks.WriteAsync(Change(made, WebhookChangeKind.Create), Token);
        var lease = Assert.Single((await webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        var parking = new WebhookReport("whk_1", lease.Fence, Place(0), 0, 9, new WebhookStatus { ParkReason = WebhookParkReason.Gone })
        {
            Parks = true,
            Event = Event("whk_1"),
        };
        Assert.True(await webhooks.ReportAsync(parking, Token));
        var parked = await webhooks.FindAsync("whk_1", Token);
        Assert.Equal((WebhookState.Parked, WebhookParkReason.Gone), (parked!.State, parked.Status.ParkReason));
        Assert.Equal((0, false), Of(await webhooks.LeaseAsync(NodeB, Clock.Now + (2 * Lease), Lease, Token)));

        // Resumed by its owner, and paused before the sender gives up again.
        await webhooks.WriteAsync(Change(Next(made) with { State = WebhookState.Active }, WebhookChangeKind.Restart) with { SetsState = true }, Token);
        lease = Assert.Single((await webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        await webhooks.WriteAsync(Change(Next(Next(made)) with { State = WebhookState.Paused }, WebhookChangeKind.Settings) with { SetsState = true }, Token);
        Assert.True(await webhooks.ReportAsync(parking with { Fence = lease.Fence }, Token));
        Assert.Equal(WebhookState.Paused, (await webhooks.FindAsync("whk_1", Token))!.State);

        // An owner's change of something else leaves the state as the sender has set it.
        await webhooks.WriteAsync(Change(Next(Next(Next(made))) with { State = WebhookState.Active }, WebhookChangeKind.Settings), Token);
        Assert.Equal(WebhookState.Paused, (await webhooks.FindAsync("whk_1", Token))!.State);
    }

    [Fact]
    public async Task The_latest_attempts_are_kept()
    {
        using var handle = Store.Open();
        var webhooks = handle.Webhooks;
        await webhooks.WriteAsync(Change(Record("whk_1", "default"), WebhookChangeKind.Create), Token);
        var lease = Assert.Single((await webhooks.LeaseAsync(NodeA, Clock.Now, Lease, Token)).Held);
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            var report = new WebhookReport("whk_1", lease.Fence, Place(attempt), 0, attempt, new WebhookStatus())
            {
                Attempt = new WebhookDelivery { Attempt = attempt, DeliveryId = $"msg_{attempt}" },
                KeptAttempts = 5,
            };
            Assert.True(await webhooks.ReportAsync(report, Token));
        }

        Assert.Equal([10, 9, 8, 7, 6], (await webhooks.ListAttemptsAsync("whk_1", long.MaxValue, 10, Token)).Select(attempt => attempt.Attempt));
        Assert.Equal(["msg_7", "msg_6"], (await webhooks.ListAttemptsAsync("whk_1", 8, 10, Token)).Select(attempt => attempt.DeliveryId));
        Assert.Equal([10], (await webhooks.ListAttemptsAsync("whk_1", long.MaxValue, 1, Token)).Select(attempt => attempt.Attempt));
        Assert.Empty(await webhooks.ListAttemptsAsync("whk_2", long.MaxValue, 10, Token));
    }

    private static (int Held, bool AnyActive) Of(WebhookLeases leases) => (leases.Held.Count, leases.AnyActive);

    private static Cursor Place(long number) => new(4, 1, new LogPosition(number, 77), 0, default, InSnapshot: false);

    private static WebhookRecord Record(string id, string consumer, string partner = "outlet") => new()
    {
        Settings = new Webhook { WebhookId = id, Partner = partner, Stream = "en", Consumer = consumer, Url = "https://outlet.example/", Revision = 1 },
        State = WebhookState.Active,
        Secret = [1, 2, 3],
        Place = Place(0),
        Status = new WebhookStatus(),
    };

    private static WebhookRecord Next(WebhookRecord webhook)
    {
        var settings = webhook.Settings.Clone();
        settings.Revision++;
        return webhook with { Settings = settings };
    }

    private WebhookChange Change(WebhookRecord webhook, WebhookChangeKind kind, RequestKey? key = null) => new(webhook, kind, Event(webhook.WebhookId))
    {
        SetsState = kind == WebhookChangeKind.Create,
        Request = key is { } request ? new NewWebhookRequest(request, [1, 2, 3, .. new byte[29]], [4, 5]) : null,
    };

    private AuditRecord Event(string webhookId) => new() { Time = Clock.Now, Action = AuditAction.ChangeWebhook, Principal = "outlet", Subject = webhookId };

    private static void AssertSame(WebhookRecord expected, WebhookRecord? found)
    {
        Assert.NotNull(found);
        Assert.Equal(expected.Settings, found.Settings);
        Assert.Equal(expected.Status, found.Status);
        Assert.Equal(expected.Secret, found.Secret);
        Assert.Equal(expected.PreviousSecret, found.PreviousSecret);
        Assert.Equal(
            (expected.State, expected.PreviousUntil, expected.Place, expected.BatchCount, expected.Replays, expected.Attempts, expected.Fence),
            (found.State, found.PreviousUntil, found.Place, found.BatchCount, found.Replays, found.Attempts, found.Fence));
    }
}

public sealed class SqliteWebhookTests() : WebhookTests(new SqliteFixture());

public sealed class SqlServerWebhookTests() : WebhookTests(new SqlServerFixture());
