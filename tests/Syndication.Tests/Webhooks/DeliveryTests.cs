using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Webhooks;

/// <summary>What a receiver is posted, when, and what becomes of what it does not accept.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task Updates_come_in_the_order_of_the_stream_signed_with_the_secret_that_was_shown()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await hooks.PublishAsync(10, "before");
        var created = await hooks.CreateAsync();
        await hooks.PublishAsync(50, "after");
        await hooks.Server.PublishAsync(TestArticles.Make("Nicht für diesen Strom", language: "de"));
        await hooks.Server.PublishAsync(TestArticles.Make("last", articleId: "last"));

        var updates = await hooks.Receiver.UntilAsync(61);

        using var stream = hooks.Server.Subscribe(new SubscribeRequest { Stream = "en" });
        var expected = await stream.UpdatesAsync(61);
        Assert.Equal(expected.Select(update => update.UpdateId), updates.Select(update => update.UpdateId));
        Assert.Equal("last", updates[^1].Article.Headline);
        Assert.All(hooks.Receiver.Posted, posted => Assert.True(posted.IsSignedWith(created.Secret)));
        Assert.All(hooks.Receiver.Posted, posted => Assert.False(posted.IsSignedWith("whsec_" + Convert.ToBase64String(new byte[32]))));
        Assert.Equal(hooks.Receiver.Posted.Count, hooks.Receiver.Posted.Select(posted => posted.Id).Distinct().Count());
        Assert.All(hooks.Receiver.Posted, posted => Assert.Equal((created.Webhook.WebhookId, "en", "default"), (posted.Payload.WebhookId, posted.Payload.Stream, posted.Payload.Consumer)));
        Assert.Equal(1, hooks.Receiver.MostConcurrent);

        // The cursor of a delivery is one of the stream.
        using var rest = hooks.Server.Subscribe(new SubscribeRequest { Stream = "en", Start = new() { Cursor = hooks.Receiver.Posted[0].Payload.Cursor } });
        await rest.UpdatesAsync(61 - hooks.Receiver.Posted[0].Payload.Updates.Count);
    }

    [Fact]
    public async Task What_is_not_accepted_comes_again_with_the_same_id_and_the_same_updates_whatever_was_published_since()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await hooks.PublishAsync(3);
        hooks.Receiver.AnswerWith(503);
        var created = await hooks.CreateAsync();
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Count >= 2);
        await hooks.PublishAsync(5, "since");
        var seen = hooks.Receiver.Posted.Count;
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Count >= seen + 2);
        var failing = await hooks.UntilAsync(created.Webhook.WebhookId, webhook => webhook.Status.Failures > 0);
        Assert.Equal((WebhookState.Active, 503, "answered 503"), (failing.State, failing.Status.LastHttpStatus, failing.Status.LastError));
        Assert.NotNull(failing.Status.FirstFailureTime);
        hooks.Receiver.Accept();

        var updates = await hooks.Receiver.UntilAsync(8);

        var first = hooks.Receiver.Posted[0];
        Assert.Equal(3, first.Payload.Updates.Count);
        Assert.All(hooks.Receiver.Posted.Where(posted => posted.Status != 200), posted => Assert.Equal(
            (first.Id, 3), (posted.Id, posted.Payload.Updates.Count)));
        Assert.Equal(first.Id, hooks.Receiver.Accepted[0].Id);
        Assert.Equal(8, updates.Select(update => update.UpdateId).Distinct().Count());
        var well = await hooks.UntilAsync(created.Webhook.WebhookId, webhook => webhook.Lag.Updates == 0 && webhook.Status.Failures == 0);
        Assert.Equal(("", 200), (well.Status.LastError, well.Status.LastHttpStatus));
    }

    [Fact]
    public async Task A_kill_comes_in_its_place_and_counts_as_sent_once_it_was_accepted()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await hooks.PublishAsync(2);
        await hooks.CreateAsync();
        await hooks.Receiver.UntilAsync(2);
        hooks.Receiver.AnswerWith(500);
        await hooks.Server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a-0", Advisory = "Kill." });
        await hooks.PublishAsync(1, "next");
        var seen = hooks.Receiver.Posted.Count;
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Count > seen);
        await UntilReceiptAsync(hooks, ReceiptState.Pending);
        hooks.Receiver.Accept();

        var updates = await hooks.Receiver.UntilAsync(4);

        Assert.Equal(["a-0", "a-1", "a-0", "next-0"], updates.Select(update => update.ArticleId));
        Assert.Equal((UpdateKind.Withdrawn, "Kill."), (updates[2].Kind, updates[2].Advisory));
        Assert.Null(updates[2].Article);
        await UntilReceiptAsync(hooks, ReceiptState.Sent);
    }

    [Fact]
    public async Task A_text_that_is_killed_while_it_waits_to_be_tried_again_is_not_sent_any_more()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await hooks.Server.PublishAsync(TestArticles.Make("Secret headline", articleId: "a"));
        hooks.Receiver.AnswerWith(500);
        await hooks.CreateAsync();
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Count > 0);
        await hooks.Server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", Advisory = "Kill." });
        var seen = hooks.Receiver.Posted.Count;

        // What was on its way when the kill was committed may still arrive; what is read after it is without the text.
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Count > seen + 1);
        Assert.All(hooks.Receiver.Posted.Skip(seen + 1), posted => Assert.DoesNotContain("Secret headline", posted.Text, StringComparison.Ordinal));
        hooks.Receiver.Accept();
        var updates = await hooks.Receiver.UntilAsync(2);
        Assert.Equal((ArticleStatus.Withdrawn, UpdateKind.Withdrawn), (updates[0].BlankedStatus, updates[1].Kind));
    }

    [Fact]
    public async Task After_the_limit_it_is_parked_and_goes_on_without_loss_when_it_is_resumed()
    {
        await using var hooks = await WebhookFixture.StartAsync("Webhooks:MaxAttempts=4");
        hooks.Receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("out of\u0007 paper");
        };
        await hooks.PublishAsync(2);
        var created = await hooks.CreateAsync();

        var parked = await hooks.UntilParkedAsync(created.Webhook.WebhookId);

        Assert.Equal(4, hooks.Receiver.Posted.Count);
        Assert.Equal((WebhookParkReason.AttemptsFailed, 4, 500L), (parked.Status.ParkReason, parked.Status.Failures, parked.Status.LastHttpStatus));
        Assert.Equal(2, parked.Lag.Updates);
        Assert.StartsWith("4 attempts have failed since ", parked.Status.ParkMessage, StringComparison.Ordinal);
        var history = await hooks.DeliveriesAsync(created.Webhook.WebhookId);
        Assert.Equal([4, 3, 2, 1], history.Select(attempt => attempt.Attempt));
        Assert.All(history, attempt => Assert.Equal((false, 500, "out of  paper", 2), (attempt.Accepted, attempt.HttpStatus, attempt.ResponseExcerpt, attempt.UpdateCount)));
        await hooks.PublishAsync(2, "meanwhile");
        hooks.Receiver.Accept();

        var resumed = (await hooks.Outlet.ResumeWebhookAsync(new() { Webhook = created.Webhook.WebhookId })).Webhook;

        Assert.Equal((WebhookState.Active, WebhookParkReason.Unspecified, 0), (resumed.State, resumed.Status.ParkReason, resumed.Status.Failures));
        var updates = await hooks.Receiver.UntilAsync(4);
        Assert.Equal(["a-0", "a-1", "meanwhile-0", "meanwhile-1"], updates.Select(update => update.ArticleId));
        Assert.Equal(hooks.Receiver.Posted[0].Id, hooks.Receiver.Accepted[0].Id);
        Assert.Contains(await AuditAsync(hooks), line => line.StartsWith("server: outlet, en: parked: 4 attempts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gone_parks_at_once()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        hooks.Receiver.AnswerWith(410);
        await hooks.PublishAsync(1);
        var created = await hooks.CreateAsync();
        var parked = await hooks.UntilParkedAsync(created.Webhook.WebhookId);
        Assert.Equal((WebhookParkReason.Gone, 410), (parked.Status.ParkReason, parked.Status.LastHttpStatus));
        Assert.Single(hooks.Receiver.Posted);
    }

    [Fact]
    public async Task It_is_not_tried_again_before_the_receiver_wants_it()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        hooks.Receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        };
        await hooks.PublishAsync(1);
        var created = await hooks.CreateAsync();
        var waiting = await hooks.UntilAsync(created.Webhook.WebhookId, webhook => webhook.Status.NextAttemptTime is not null);
        var wait = waiting.Status.NextAttemptTime - waiting.Status.LastAttemptTime;
        Assert.InRange(wait.ToTimeSpan(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));

        // Who does not want to wait resumes it.
        hooks.Receiver.Accept();
        await hooks.Outlet.ResumeWebhookAsync(new() { Webhook = created.Webhook.WebhookId });
        await hooks.Receiver.UntilAsync(1);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_and_a_redirect_are_failures()
    {
        await using var hooks = await WebhookFixture.StartAsync("Webhooks:AttemptTimeout=00:00:01", "Webhooks:MaxAttempts=2");
        var trap = 0;
        hooks.Receiver.Answer = async (context, _) =>
        {
            if (context.Request.Path == "/elsewhere")
            {
                Interlocked.Increment(ref trap);
            }
            else if (hooks.Receiver.Posted.Count == 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Response.StatusCode = 500;
            }
            else
            {
                context.Response.Redirect("/elsewhere", permanent: true, preserveMethod: true);
            }
        };
        await hooks.PublishAsync(1);
        var created = await hooks.CreateAsync();
        await hooks.UntilParkedAsync(created.Webhook.WebhookId);
        Assert.Equal(
            ["answered 308: redirects are not followed", "no answer within 00:00:01"],
            (await hooks.DeliveriesAsync(created.Webhook.WebhookId)).Select(attempt => attempt.Error));
        Assert.Equal(0, trap);
    }

    [Fact]
    public async Task An_answer_without_end_takes_neither_memory_nor_time_nor_acceptance()
    {
        await using var hooks = await WebhookFixture.StartAsync("Webhooks:AttemptTimeout=00:00:30");
        hooks.Receiver.Answer = async (context, _) =>
        {
            var junk = new byte[64 * 1024];
            Array.Fill(junk, (byte)'x');
            for (var i = 0; i < 10_000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(junk, CancellationToken.None);
            }
        };
        await hooks.PublishAsync(2);
        var created = await hooks.CreateAsync(webhook => webhook.MaxBatchUpdates = 1);
        await Eventually.TrueAsync(() => hooks.DeliveriesAsync(created.Webhook.WebhookId).GetAwaiter().GetResult().Count == 2);
        Assert.All(await hooks.DeliveriesAsync(created.Webhook.WebhookId), attempt =>
        {
            Assert.True(attempt.Accepted);
            Assert.Equal(new string('x', 200), attempt.ResponseExcerpt);
        });
    }

    [Fact]
    public async Task A_pause_holds_until_it_is_resumed()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var created = await hooks.CreateAsync();
        await hooks.PublishAsync(1);
        await hooks.Receiver.UntilAsync(1);
        await hooks.Outlet.PauseWebhookAsync(new() { Webhook = created.Webhook.WebhookId });

        // Another webhook shows that what was published has been seen.
        await hooks.CreateAsync(webhook => webhook.Consumer = "other", new() { Latest = new() });
        await hooks.PublishAsync(2, "paused");
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Where(posted => posted.Payload.Consumer == "other").Sum(posted => posted.Payload.Updates.Count) == 2);
        Assert.Single(hooks.Receiver.Posted, posted => posted.Payload.Consumer == "default");
        var paused = await hooks.GetAsync(created.Webhook.WebhookId);
        Assert.Equal((WebhookState.Paused, 2), (paused.State, paused.Lag.Updates));

        await hooks.Outlet.ResumeWebhookAsync(new() { Webhook = created.Webhook.WebhookId });
        await hooks.UntilAsync(created.Webhook.WebhookId, webhook => webhook.Lag.Updates == 0);
    }

    [Fact]
    public async Task When_the_grant_ends_nothing_that_comes_after_is_sent_and_the_webhook_says_why()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var created = await hooks.CreateAsync();
        await hooks.PublishAsync(1);
        await hooks.Receiver.UntilAsync(1);
        await hooks.Server.Partners.RevokeStreamAsync(new() { Partner = WebhookFixture.Partner, Stream = "en" });
        await hooks.PublishAsync(3, "after");

        var parked = await hooks.UntilParkedAsync(created.Webhook.WebhookId);

        Assert.Equal((WebhookParkReason.AccessEnded, ErrorReason.GrantEnded), (parked.Status.ParkReason, parked.Status.ParkError));
        Assert.Single(hooks.Receiver.Updates);
        await Refusal.OfAsync(
            Grpc.Core.StatusCode.NotFound, ErrorReason.StreamNotFound, hooks.Outlet.ResumeWebhookAsync(new() { Webhook = created.Webhook.WebhookId }).ResponseAsync);

        await hooks.Server.Partners.GrantStreamAsync(new() { Partner = WebhookFixture.Partner, Grant = new() { Stream = "en" } });
        await hooks.Outlet.ResumeWebhookAsync(new() { Webhook = created.Webhook.WebhookId });
        await hooks.Receiver.UntilAsync(4);
    }

    [Fact]
    public async Task Where_its_place_is_lost_it_is_parked_or_goes_on_with_a_snapshot_as_its_owner_wants()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var parks = (await hooks.CreateAsync(webhook => webhook.Consumer = "parks")).Webhook;
        var snaps = (await hooks.CreateAsync(webhook => (webhook.Consumer, webhook.SnapshotWhenLost) = ("snaps", true))).Webhook;
        await hooks.PublishAsync(3);
        await hooks.UntilAsync(parks.WebhookId, webhook => webhook.Status.LastAcceptTime is not null && webhook.Lag.Updates == 0);
        await hooks.UntilAsync(snaps.WebhookId, webhook => webhook.Status.LastAcceptTime is not null && webhook.Lag.Updates == 0);
        var stream = (await hooks.Server.Streams.GetStreamAsync(new() { Stream = "en" })).Stream;
        stream.Filter = new() { AnyOf = { new ArticleClause { Language = "en" }, new ArticleClause { Language = "de" } } };
        await hooks.Server.Streams.UpdateStreamAsync(new() { Stream = stream, Revision = stream.Revision });

        var parked = await hooks.UntilParkedAsync(parks.WebhookId);
        Assert.Equal((WebhookParkReason.PlaceLost, ErrorReason.StreamChanged), (parked.Status.ParkReason, parked.Status.ParkError));
        Assert.Null(parked.Lag);
        await Eventually.TrueAsync(() => hooks.Receiver.Accepted.Any(posted => posted.Payload.SnapshotComplete));
        var snapshot = hooks.Receiver.Accepted.Where(posted => posted.Payload.SnapshotId.Length > 0).ToList();
        Assert.All(snapshot, posted => Assert.Equal("snaps", posted.Payload.Consumer));
        Assert.Single(snapshot.Select(posted => posted.Payload.SnapshotId).Distinct());
        Assert.Equal(["a-0", "a-1", "a-2"], snapshot.SelectMany(posted => posted.Payload.Updates).Select(update => update.ArticleId));
        Assert.True(snapshot[^1].Payload.SnapshotComplete);

        // The other one needs its owner.
        await hooks.Outlet.RewindWebhookAsync(new() { Webhook = parks.WebhookId, Start = new() { Latest = new() } });
        await hooks.Outlet.ResumeWebhookAsync(new() { Webhook = parks.WebhookId });
        await hooks.Server.PublishAsync(TestArticles.Make("neu", articleId: "neu", language: "de"));
        await Eventually.TrueAsync(() => hooks.Receiver.Accepted.Count(posted => posted.Payload.Updates.Any(update => update.ArticleId == "neu")) == 2);
    }

    [Fact]
    public async Task Rewound_it_sends_again_under_other_ids()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await hooks.PublishAsync(3);
        var created = await hooks.CreateAsync(webhook => webhook.MaxBatchUpdates = 1);
        await hooks.UntilAsync(created.Webhook.WebhookId, webhook => webhook.Lag.Updates == 0);
        var history = await hooks.DeliveriesAsync(created.Webhook.WebhookId);
        Assert.Equal(hooks.Receiver.Posted.Select(posted => posted.Id).Reverse(), history.Select(attempt => attempt.DeliveryId));

        await hooks.Outlet.RewindWebhookAsync(new() { Webhook = created.Webhook.WebhookId, Start = new() { Cursor = history[1].StartCursor } });

        await hooks.Receiver.UntilAsync(5);
        var again = hooks.Receiver.Posted.Skip(3).ToList();
        Assert.Equal(["a-1", "a-2"], again.SelectMany(posted => posted.Payload.Updates).Select(update => update.ArticleId));
        Assert.Empty(again.Select(posted => posted.Id).Intersect(history.Select(attempt => attempt.DeliveryId)));
    }

    [Fact]
    public async Task A_new_secret_signs_at_once_and_the_old_one_until_its_time_is_over()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var created = await hooks.CreateAsync();
        var id = created.Webhook.WebhookId;
        var second = await hooks.Outlet.RotateWebhookSecretAsync(new() { Webhook = id });
        Assert.NotEqual(created.Secret, second.Secret);
        Assert.InRange(second.Webhook.PreviousSecretExpireTime.ToDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.True((await hooks.Outlet.TestWebhookAsync(new() { Webhook = id })).Accepted);
        var both = hooks.Receiver.Posted[^1];
        Assert.True(both.IsSignedWith(second.Secret) && both.IsSignedWith(created.Secret));
        Assert.True(both.Payload.Ping);

        var third = await hooks.Outlet.RotateWebhookSecretAsync(new() { Webhook = id, Overlap = new Duration() });
        Assert.Null(third.Webhook.PreviousSecretExpireTime);
        await hooks.Outlet.TestWebhookAsync(new() { Webhook = id });
        var alone = hooks.Receiver.Posted[^1];
        Assert.True(alone.IsSignedWith(third.Secret));
        Assert.False(alone.IsSignedWith(second.Secret) || alone.IsSignedWith(created.Secret));
        await hooks.PublishAsync(1);
        await Eventually.TrueAsync(() => hooks.Receiver.Posted.Any(posted => posted.Payload.Updates.Count > 0 && posted.IsSignedWith(third.Secret)));
    }

    [Fact]
    public async Task What_is_under_embargo_goes_early_to_who_may_have_it_and_to_nobody_else_before_it_is_lifted()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await hooks.Server.Partners.GrantStreamAsync(new() { Partner = WebhookFixture.Partner, Grant = new() { Stream = "en", EmbargoAccess = true } });
        await hooks.CreateAsync(webhook => (webhook.Consumer, webhook.IncludeHeld) = ("early", true));
        await hooks.CreateAsync(webhook => webhook.Consumer = "late");
        var held = TestArticles.Make("Budget", articleId: "held");
        held.EmbargoTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1));
        await hooks.Server.PublishAsync(held);
        await hooks.PublishAsync(1);
        await Eventually.TrueAsync(() => Of("early").Count == 2 && Of("late").Count == 1);
        Assert.Equal((ArticleStatus.Embargoed, "Budget"), (Of("early")[0].Article.Status, Of("early")[0].Article.Headline));
        Assert.Equal("a-0", Of("late")[0].ArticleId);
        Assert.DoesNotContain(hooks.Receiver.Posted.Where(posted => posted.Payload.Consumer == "late"), posted => posted.Text.Contains("Budget", StringComparison.Ordinal));

        await hooks.Server.Publishing.ReleaseArticleAsync(new() { ArticleId = "held", LiftEmbargo = true });
        await Eventually.TrueAsync(() => Of("late").Count == 2);
        Assert.Equal("Budget", Of("late")[1].Article.Headline);

        List<Update> Of(string consumer) =>
            [.. hooks.Receiver.Accepted.Where(posted => posted.Payload.Consumer == consumer).SelectMany(posted => posted.Payload.Updates)];
    }

    [Fact]
    public async Task Who_has_used_up_the_bytes_of_the_day_is_sent_nothing_and_told_so()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var partner = (await hooks.Server.Partners.GetPartnerAsync(new() { Partner = WebhookFixture.Partner })).Partner;
        partner.Quota = new() { MaxBytesPerDay = 3000 };
        await hooks.Server.Partners.UpdatePartnerAsync(new() { Partner = partner, Revision = partner.Revision, UpdateMask = new() { Paths = { "quota" } } });
        var created = await hooks.CreateAsync(webhook => webhook.MaxBatchUpdates = 1);
        await hooks.PublishAsync(20);
        await Eventually.TrueAsync(() => hooks.Admin.GetWebhook(new() { Webhook = created.Webhook.WebhookId }).Webhook.Status.LastError.Contains("quota", StringComparison.Ordinal));
        var held = (await hooks.Admin.GetWebhookAsync(new() { Webhook = created.Webhook.WebhookId })).Webhook;
        Assert.Equal((WebhookState.Active, 0), (held.State, held.Status.Failures));
        Assert.InRange(held.Lag.Updates, 1, 20);
    }

    /// <summary>Who is connected, and what was taken, is written within a second.</summary>
    private static Task UntilReceiptAsync(WebhookFixture hooks, ReceiptState state) => Eventually.TrueAsync(() =>
        Assert.Single(hooks.Server.Subscriptions.ListWithdrawalReceipts(new() { ArticleId = "a-0" }).Receipts).State == state);

    private static async Task<IReadOnlyList<string>> AuditAsync(WebhookFixture hooks) =>
    [
        .. (await hooks.Server.Partners.ListAuditEventsAsync(new() { Actions = { AuditAction.ChangeWebhook } })).Events
            .Select(one => $"{one.Principal}: {one.Detail}"),
    ];
}
