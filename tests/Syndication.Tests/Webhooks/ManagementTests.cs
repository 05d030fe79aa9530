using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Webhooks;

/// <summary>How webhooks are made and changed, by whom, and what is remembered of it.</summary>
public sealed class ManagementTests
{
    [Fact]
    public async Task A_repeated_request_has_the_same_answer_without_the_secret_and_no_second_effect()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var create = new CreateWebhookRequest { RequestId = "r1", Webhook = new() { Stream = "en", Url = hooks.Receiver.Url } };
        var first = await hooks.Outlet.CreateWebhookAsync(create);
        var again = await hooks.Outlet.CreateWebhookAsync(create);
        Assert.StartsWith("whsec_", first.Secret, StringComparison.Ordinal);
        Assert.Empty(again.Secret);
        Assert.Equal(first.Webhook, again.Webhook);

        var rotate = new RotateWebhookSecretRequest { RequestId = "r2", Webhook = first.Webhook.WebhookId };
        Assert.NotEmpty((await hooks.Outlet.RotateWebhookSecretAsync(rotate)).Secret);
        Assert.Empty((await hooks.Outlet.RotateWebhookSecretAsync(rotate)).Secret);
        Assert.Equal(2, (await hooks.GetAsync(first.Webhook.WebhookId)).Revision);
        create.Webhook.DisplayName = "another";
        await Refusal.OfAsync(StatusCode.InvalidArgument, ErrorReason.RequestIdReused, hooks.Outlet.CreateWebhookAsync(create).ResponseAsync);

        // Scoped to the caller: an administrator's is another one.
        await Refusal.OfAsync(
            StatusCode.AlreadyExists,
            ErrorReason.WebhookExists,
            hooks.Admin.CreateWebhookAsync(new() { RequestId = "r1", Webhook = new() { Partner = "outlet", Stream = "en", Url = hooks.Receiver.Url } }).ResponseAsync);

        var delete = new DeleteWebhookRequest { RequestId = "r3", Webhook = first.Webhook.WebhookId };
        await hooks.Outlet.DeleteWebhookAsync(delete);
        await hooks.Outlet.DeleteWebhookAsync(delete);
        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.WebhookNotFound, hooks.Outlet.DeleteWebhookAsync(new() { Webhook = first.Webhook.WebhookId }).ResponseAsync);
    }

    [Fact]
    public async Task Another_partners_webhook_does_not_exist_and_an_administrator_sees_all()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        using var rival = hooks.Server.As(await hooks.Server.CreatePartnerAsync("rival", new Grant { Stream = "en" }));
        var rivals = new DeliveryService.DeliveryServiceClient(rival.Calls);
        var id = (await hooks.CreateAsync()).Webhook.WebhookId;
        foreach (var call in new Func<Task>[]
        {
            async () => await rivals.GetWebhookAsync(new() { Webhook = id }),
            async () => await rivals.UpdateWebhookAsync(new() { Webhook = new() { WebhookId = id, Url = hooks.Receiver.Url }, Revision = 1 }),
            async () => await rivals.DeleteWebhookAsync(new() { Webhook = id }),
            async () => await rivals.PauseWebhookAsync(new() { Webhook = id }),
            async () => await rivals.ResumeWebhookAsync(new() { Webhook = id }),
            async () => await rivals.RotateWebhookSecretAsync(new() { Webhook = id }),
            async () => await rivals.RewindWebhookAsync(new() { Webhook = id, Start = new() { Latest = new() } }),
            async () => await rivals.ListWebhookDeliveriesAsync(new() { Webhook = id }),
            async () => await rivals.TestWebhookAsync(new() { Webhook = id }),
        })
        {
            await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.WebhookNotFound, call());
        }

        Assert.Empty((await rivals.ListWebhooksAsync(new())).Webhooks);
        await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.PartnerNotFound, rivals.ListWebhooksAsync(new() { Partner = "outlet" }).ResponseAsync);
        await Refusal.OfAsync(
            StatusCode.NotFound,
            ErrorReason.PartnerNotFound,
            rivals.CreateWebhookAsync(new() { Webhook = new() { Partner = "outlet", Stream = "en", Url = hooks.Receiver.Url } }).ResponseAsync);
        await rivals.CreateWebhookAsync(new() { Webhook = new() { Stream = "en", Url = hooks.Receiver.Url } });
        Assert.Equal(["outlet", "rival"], (await hooks.Admin.ListWebhooksAsync(new())).Webhooks.Select(webhook => webhook.Partner).Order());
        Assert.Equal([id], (await hooks.Admin.ListWebhooksAsync(new() { Partner = "outlet" })).Webhooks.Select(webhook => webhook.WebhookId));
    }

    [Fact]
    public async Task What_is_wrong_with_a_webhook_is_named_by_its_path()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        Assert.Equal(["webhook"], await Refusal.FieldsAsync(hooks.Outlet.CreateWebhookAsync(new()).ResponseAsync));
        Assert.Equal(
            ["webhook.partner", "webhook.stream", "webhook.view", "webhook.consumer", "webhook.url", "webhook.display_name", "webhook.max_batch_updates"],
            await Refusal.FieldsAsync(hooks.Admin.CreateWebhookAsync(new()
            {
                Webhook = new() { View = (ArticleView)99, Consumer = "a b", DisplayName = new string('x', 201), MaxBatchUpdates = -1 },
            }).ResponseAsync));
        await RefusedAsync(StatusCode.NotFound, ErrorReason.StreamNotFound, webhook => webhook.Stream = "de");
        await RefusedAsync(StatusCode.PermissionDenied, ErrorReason.EmbargoAccessRequired, webhook => webhook.IncludeHeld = true);
        await Refusal.OfAsync(
            StatusCode.NotFound,
            ErrorReason.PartnerNotFound,
            hooks.Admin.CreateWebhookAsync(new() { Webhook = new() { Partner = "nobody", Stream = "en", Url = hooks.Receiver.Url } }).ResponseAsync);
        await Refusal.OfAsync(
            StatusCode.InvalidArgument,
            ErrorReason.CursorInvalid,
            hooks.Outlet.CreateWebhookAsync(new() { Webhook = new() { Stream = "en", Url = hooks.Receiver.Url }, Start = new() { Cursor = "forged" } }).ResponseAsync);
        var id = (await hooks.CreateAsync()).Webhook.WebhookId;
        Assert.Equal(["start"], await Refusal.FieldsAsync(hooks.Outlet.RewindWebhookAsync(new() { Webhook = id, Start = new() }).ResponseAsync));
        Assert.Equal(
            ["overlap"],
            await Refusal.FieldsAsync(hooks.Outlet.RotateWebhookSecretAsync(new() { Webhook = id, Overlap = Duration.FromTimeSpan(TimeSpan.FromDays(31)) }).ResponseAsync));
        Assert.Equal(["states"], await Refusal.FieldsAsync(hooks.Outlet.ListWebhooksAsync(new() { States = { (WebhookState)9 } }).ResponseAsync));

        async Task RefusedAsync(StatusCode status, ErrorReason reason, Action<Webhook> configure) =>
            await Refusal.OfAsync(status, reason, hooks.CreateAsync(configure));
    }

    [Fact]
    public async Task An_update_changes_what_its_mask_names_at_the_revision_that_its_owner_saw()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        await using var second = await Receiver.StartAsync();
        var webhook = (await hooks.CreateAsync()).Webhook;
        await hooks.PublishAsync(1);
        await hooks.Receiver.UntilAsync(1);
        var changed = (await hooks.Outlet.UpdateWebhookAsync(new()
        {
            Webhook = new() { WebhookId = webhook.WebhookId, Url = second.Url, DisplayName = "not named" },
            UpdateMask = new() { Paths = { "url" } },
            Revision = 1,
        })).Webhook;
        Assert.Equal((second.Url, "", 2), (changed.Url, changed.DisplayName, changed.Revision));
        var refusal = await Refusal.OfAsync(
            StatusCode.Aborted,
            ErrorReason.RevisionMismatch,
            hooks.Outlet.UpdateWebhookAsync(new() { Webhook = changed, Revision = 1 }).ResponseAsync);
        Assert.Equal("2", refusal.Metadata["current_revision"]);
        Assert.Equal(
            ["update_mask", "revision"],
            await Refusal.FieldsAsync(hooks.Outlet.UpdateWebhookAsync(new() { Webhook = changed, UpdateMask = new() { Paths = { "stream" } } }).ResponseAsync));

        await hooks.PublishAsync(1, "moved");
        await second.UntilAsync(1);
        Assert.Single(hooks.Receiver.Updates);
    }

    [Fact]
    public async Task A_partner_has_one_for_each_stream_and_consumer_and_no_more_than_it_may()
    {
        await using var hooks = await WebhookFixture.StartAsync("Webhooks:MaxPerPartner=2");
        var first = (await hooks.CreateAsync()).Webhook;
        var exists = await Refusal.OfAsync(StatusCode.AlreadyExists, ErrorReason.WebhookExists, hooks.CreateAsync(webhook => webhook.Consumer = "default"));
        Assert.Equal(first.WebhookId, exists.Metadata["webhook"]);
        await hooks.CreateAsync(webhook => webhook.Consumer = "second");
        var limit = await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.WebhookLimitReached, hooks.CreateAsync(webhook => webhook.Consumer = "third"));
        Assert.Equal("2", limit.Metadata["max_webhooks"]);
    }

    [Fact]
    public async Task Lists_come_by_the_page_and_each_change_is_in_the_audit()
    {
        await using var hooks = await WebhookFixture.StartAsync("Webhooks:KeepAttempts=4");
        await hooks.PublishAsync(9);
        var id = (await hooks.CreateAsync(webhook => webhook.MaxBatchUpdates = 1)).Webhook.WebhookId;
        await hooks.UntilAsync(id, webhook => webhook.Lag.Updates == 0 && webhook.Status.Attempts == 9);
        var attempts = new List<long>();
        var request = new ListWebhookDeliveriesRequest { Webhook = id, PageSize = 3 };
        do
        {
            var page = await hooks.Outlet.ListWebhookDeliveriesAsync(request);
            attempts.AddRange(page.Deliveries.Select(attempt => attempt.Attempt));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([9, 8, 7, 6], attempts);
        await hooks.CreateAsync(webhook => webhook.Consumer = "b");
        await hooks.CreateAsync(webhook => webhook.Consumer = "c");
        var two = await hooks.Outlet.ListWebhooksAsync(new() { PageSize = 2 });
        var one = await hooks.Outlet.ListWebhooksAsync(new() { PageSize = 2, PageToken = two.NextPageToken });
        Assert.Equal(3, two.Webhooks.Concat(one.Webhooks).Select(webhook => webhook.WebhookId).Distinct().Count());
        Assert.Empty(one.NextPageToken);

        await hooks.Outlet.PauseWebhookAsync(new() { Webhook = id });
        Assert.Equal([id], (await hooks.Outlet.ListWebhooksAsync(new() { States = { WebhookState.Paused } })).Webhooks.Select(webhook => webhook.WebhookId));
        await hooks.Admin.ResumeWebhookAsync(new() { Webhook = id });
        await hooks.Outlet.RotateWebhookSecretAsync(new() { Webhook = id });
        await hooks.Outlet.RewindWebhookAsync(new() { Webhook = id, Start = new() { Latest = new() } });
        await hooks.Outlet.TestWebhookAsync(new() { Webhook = id });
        await hooks.Outlet.DeleteWebhookAsync(new() { Webhook = id });
        var events = (await hooks.Server.Partners.ListAuditEventsAsync(new() { Subject = id })).Events;
        Assert.Equal(
            [
                "outlet deleted", "outlet tested: accepted", "outlet rewound: Latest", "outlet new secret, the old one for 1.00:00:00", "bootstrap resumed",
                "outlet paused", "outlet created",
            ],
            events.Select(one => $"{(one.Principal == "outlet" ? "outlet" : "bootstrap")} {one.Detail["outlet, en: ".Length..]}"));
        Assert.All(events, one => Assert.Equal((AuditAction.ChangeWebhook, "127.0.0.1"), (one.Action, one.Address)));
        Assert.DoesNotContain(events, one => one.Detail.Contains("whsec_", StringComparison.Ordinal));
    }
}
