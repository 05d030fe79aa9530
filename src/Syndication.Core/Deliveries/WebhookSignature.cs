using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Syndication.Deliveries;

/// <summary>
/// Signatures of the Standard Webhooks specification: HMAC-SHA256 over <c>ID.TIMESTAMP.BODY</c>, one for each key, separated by
/// spaces, each with its version.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    /// <param name="keys">The keys; a receiver accepts the signature of any of them.</param>
    /// <param name="deliveryId">The header <c>webhook-id</c>.</param>
    /// <param name="time">The header <c>webhook-timestamp</c> in whole seconds.</param>
    /// <param name="body">What is posted.</param>
    public static string Sign(IEnumerable<byte[]> keys, string deliveryId, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{deliveryId}.{Timestamp(time)}."), .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}"));
    }

    /// <summary>The value of the header <c>webhook-timestamp</c>.</summary>
    public static string Timestamp(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
