using System.Security.Cryptography;

namespace Syndication.Deliveries;

/// <summary>The secret of a webhook, in the form of the Standard Webhooks specification: <c>whsec_</c> and the base64 of the key.</summary>
/// <remarks>See <see href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"/>.</remarks>
public static class WebhookSecret
{
    /// <summary>How every secret begins.</summary>
    public const string Prefix = "whsec_";

    /// <summary>As long as the hash: RFC 2104, section 3.</summary>
    private const int Length = 32;

    /// <summary>Makes a new key.</summary>
    public static byte[] Create() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>The key as its owner is shown it.</summary>
    public static string Show(byte[] key) => Prefix + Convert.ToBase64String(key);
}
