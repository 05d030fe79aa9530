using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Deliveries;

/// <summary>A webhook as stored. Immutable: the messages are not to be changed.</summary>
public sealed record WebhookRecord
{
    /// <summary>What its owner has set, with id, times and revision; without state, status and place.</summary>
    public required Webhook Settings { get; init; }

    /// <summary>Whether it sends.</summary>
    public required WebhookState State { get; init; }

    /// <summary>The key of its signatures.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The key before that; null when there is none.</summary>
    public byte[]? PreviousSecret { get; init; }

    /// <summary>Until when the key before is used; null without one.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>Everything before it was accepted.</summary>
    public required Cursor Place { get; init; }

    /// <summary>
    /// How many updates the delivery has that is being tried; 0 when none is. Whoever tries it again sends the same updates
    /// under the same id, and not those as well that have come since.
    /// </summary>
    public int BatchCount { get; init; }

    /// <summary>How often it was rewound: what is sent again on purpose has other ids.</summary>
    public int Replays { get; init; }

    /// <summary>How many attempts were made, ever.</summary>
    public long Attempts { get; init; }

    /// <summary>How the sending goes, without what is told beside it.</summary>
    public required WebhookStatus Status { get; init; }

    /// <summary>Named by each write of the sender.</summary>
    public long Fence { get; init; }

    /// <summary>Its id.</summary>
    public string WebhookId => Settings.WebhookId;

    /// <summary>Whose it is.</summary>
    public string PartnerId => Settings.Partner;

    /// <summary>The keys that sign at a time, the present one first.</summary>
    public IReadOnlyList<byte[]> SecretsAt(DateTimeOffset now) =>
        PreviousSecret is { } previous && now < PreviousUntil ? [Secret, previous] : [Secret];
}
