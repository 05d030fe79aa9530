using Syndication.V1;

namespace Syndication.Deliveries;

/// <summary>The refusals that concern webhooks.</summary>
public static class WebhookRejections
{
    /// <summary>There is no such webhook, or it is another partner's.</summary>
    public static Rejection NotFound(string webhookId) => new(ErrorReason.WebhookNotFound, $"There is no webhook \"{webhookId}\".")
    {
        Metadata = new Dictionary<string, string> { ["webhook"] = webhookId },
    };

    /// <summary>The partner has one for that stream and consumer.</summary>
    public static Rejection Exists(Webhook webhook) =>
        new(ErrorReason.WebhookExists, $"Partner \"{webhook.Partner}\" has a webhook for stream \"{webhook.Stream}\" and consumer \"{webhook.Consumer}\" already.")
        {
            Metadata = new Dictionary<string, string> { ["webhook"] = webhook.WebhookId },
        };

    /// <summary>The address leads to where this server does not post.</summary>
    public static Rejection TargetRefused(string why) => new(ErrorReason.WebhookTargetRefused, $"webhook.url: {why}.")
    {
        Fields = [new FieldViolation("webhook.url", why)],
    };

    /// <summary>The partner has as many as it may have.</summary>
    public static Rejection LimitReached(string partnerId, int max) => new(ErrorReason.WebhookLimitReached, $"Partner \"{partnerId}\" has {max} webhooks already.")
    {
        Metadata = new Dictionary<string, string> { ["max_webhooks"] = $"{max}" },
    };

    /// <summary>The webhook is at another revision.</summary>
    public static Rejection RevisionMismatch(string webhookId, int expected, int current) =>
        new(ErrorReason.RevisionMismatch, $"Webhook \"{webhookId}\" is at revision {current}, not {expected}.")
        {
            Metadata = new Dictionary<string, string>
            {
                ["webhook"] = webhookId,
                ["expected_revision"] = $"{expected}",
                ["current_revision"] = $"{current}",
            },
        };
}
