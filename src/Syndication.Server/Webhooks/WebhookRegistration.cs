using Microsoft.Extensions.Options;
using Syndication.Deliveries;
using Syndication.Server.Configuration;

namespace Syndication.Server.Webhooks;

/// <summary>Adds what posts streams to outlets.</summary>
public static class WebhookRegistration
{
    /// <summary>Webhooks and their senders. Needs the rest of the server.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ServerOptions>>().Value.Webhooks);
        services.AddSingleton(provider => new WebhookTargets(provider.GetRequiredService<WebhookOptions>(), WebhookTargets.ResolveAsync));
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookCatalog>();
        services.AddSingleton<WebhookRunner>();
        services.AddSingleton<WebhookDispatcher>();
        return services;
    }
}
