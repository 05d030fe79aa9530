using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Syndication.Tokens;

namespace Syndication.Deliveries;

/// <summary>
/// The ids of deliveries, made of what is delivered: the same updates have the same id on every node and after every restart,
/// and an id never stands for other updates.
/// </summary>
public static class DeliveryIds
{
    private const int Length = 18;

    /// <summary>The id of a frame of updates, or of a snapshot's end.</summary>
    /// <param name="webhook">The webhook: the same updates to another address are another delivery.</param>
    /// <param name="updateIds">The updates, in order.</param>
    /// <param name="snapshot">The snapshot that the delivery completes; empty for updates.</param>
    public static string Of(WebhookRecord webhook, IEnumerable<string> updateIds, string snapshot) =>
        Name("msg_", [webhook.WebhookId, $"{webhook.Replays}", snapshot, .. updateIds]);

    /// <summary>The id of a ping.</summary>
    public static string OfPing(string webhookId, string principal, string requestId) => Name("msg_", ["ping", webhookId, principal, requestId]);

    /// <summary>The id of the snapshot that a place lies in; empty outside of one. The same however often the webhook is tried or rewound within it.</summary>
    public static string OfSnapshot(string webhookId, Cursor place)
    {
        if (!place.InSnapshot)
        {
            return "";
        }

        Span<byte> point = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(point, place.StreamKey);
        BinaryPrimitives.WriteInt32BigEndian(point[8..], place.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(point[12..], place.SnapshotPoint.Number);
        BinaryPrimitives.WriteUInt32BigEndian(point[20..], place.SnapshotPoint.Check);
        return Name("snap_", [webhookId, Convert.ToHexString(point)]);
    }

    /// <summary>A name for a list of texts, of which only the last may hold the separator.</summary>
    private static string Name(string prefix, IReadOnlyList<string> parts) =>
        prefix + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))).AsSpan(0, Length));
}
