using Microsoft.AspNetCore.Builder;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Webhooks;

/// <summary>A server that may post to loopback, a partner that may read the stream <c>en</c>, and its receiver.</summary>
internal sealed class WebhookFixture : IAsyncDisposable
{
    /// <summary>Settings with which tests post to loopback, and need not wait long to be tried again.</summary>
    public static readonly string[] Settings =
    [
        "Webhooks:AllowHttp=true", "Webhooks:AllowedPorts=1-65535", "Webhooks:AllowedNetworks=127.0.0.0/8", "Webhooks:MinBackoff=00:00:00.010",
        "Webhooks:MaxBackoff=00:00:00.050", "Webhooks:PollInterval=00:00:00.100",
    ];

    public const string Partner = "outlet";

    private readonly Access.Client _outlet;

    private WebhookFixture(ServerFixture server, Receiver receiver, Access.Client outlet) => (Server, Receiver, _outlet) = (server, receiver, outlet);

    public ServerFixture Server { get; }

    public Receiver Receiver { get; }

    /// <summary>As the partner.</summary>
    public DeliveryService.DeliveryServiceClient Outlet => new(_outlet.Calls);

    /// <summary>As an administrator.</summary>
    public DeliveryService.DeliveryServiceClient Admin => new(Server.Calls);

    public static Task<WebhookFixture> StartAsync(params string[] settings) => StartAsync(_ => { }, settings);

    public static async Task<WebhookFixture> StartAsync(Action<WebApplicationBuilder> configure, params string[] settings)
    {
        var server = await ServerFixture.StartAsync(configure, [.. Settings, .. settings]);
        await server.CreateStreamAsync("en", "en");
        var key = await server.CreatePartnerAsync(Partner, new Grant { Stream = "en" });
        return new WebhookFixture(server, await Receiver.StartAsync(), server.As(key));
    }

    /// <summary>Creates a webhook to the receiver.</summary>
    public async Task<CreateWebhookResponse> CreateAsync(Action<Webhook>? configure = null, StartPosition? start = null)
    {
        var webhook = new Webhook { Stream = "en", Url = Receiver.Url };
        configure?.Invoke(webhook);
        return await Outlet.CreateWebhookAsync(new() { Webhook = webhook, Start = start });
    }

    public async Task<Webhook> GetAsync(string webhookId) => (await Outlet.GetWebhookAsync(new() { Webhook = webhookId })).Webhook;

    public async Task<IReadOnlyList<WebhookDelivery>> DeliveriesAsync(string webhookId) =>
        (await Outlet.ListWebhookDeliveriesAsync(new() { Webhook = webhookId, PageSize = 500 })).Deliveries;

    /// <summary>Waits until a webhook is in a state.</summary>
    public async Task<Webhook> UntilAsync(string webhookId, Func<Webhook, bool> condition)
    {
        Webhook found = null!;
        await Eventually.TrueAsync(() => condition(found = Outlet.GetWebhook(new() { Webhook = webhookId }).Webhook));
        return found;
    }

    public Task<Webhook> UntilParkedAsync(string webhookId) => UntilAsync(webhookId, webhook => webhook.State == WebhookState.Parked);

    /// <summary>Publishes articles with headlines that count up.</summary>
    public async Task PublishAsync(int count, string name = "a")
    {
        for (var i = 0; i < count; i++)
        {
            await Server.PublishAsync(TestArticles.Make($"{name} {i}", articleId: $"{name}-{i}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _outlet.Dispose();
        await Server.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
