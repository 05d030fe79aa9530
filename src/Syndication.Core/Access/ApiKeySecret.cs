using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Syndication.Access;

/// <summary>
/// The secret of an API key: <c>syn_ID_RANDOM</c>. The beginning, up to the second underscore, is the key's id: people and
/// secret scanners recognise it. The rest is 256 random bits in base64url.
/// </summary>
public static class ApiKeySecret
{
    /// <summary>How every secret that this server issues begins.</summary>
    public const string Prefix = "syn_";

    /// <summary>The shortest secret that an operator may choose for itself, in characters.</summary>
    public const int MinLength = 32;

    private const int IdLength = 12;
    private const string IdCharacters = "abcdefghijkmnpqrstuvwxyz23456789";

    private static readonly SearchValues<char> IdAlphabet = SearchValues.Create(IdCharacters);

    /// <summary>Makes a new key id and secret.</summary>
    public static (string KeyId, string Secret) Create()
    {
        var keyId = Prefix + RandomNumberGenerator.GetString(IdCharacters, IdLength);
        return (keyId, $"{keyId}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}");
    }

    /// <summary>The hash under which a secret is stored.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The id of the key with a secret: its beginning or, for one that an operator chose, made from its hash.</summary>
    public static string KeyIdOf(string secret) => VisiblePart(secret) is { Length: > 0 } visible
        ? visible
        : $"{Prefix}{Convert.ToHexStringLower(Hash(secret))[..IdLength]}";

    /// <summary>The part of a secret of this server's form that may be shown and logged; empty for others, which may be anything.</summary>
    public static string VisiblePart(string secret) =>
        secret.Length > Prefix.Length + IdLength
        && secret.StartsWith(Prefix, StringComparison.Ordinal)
        && secret[Prefix.Length + IdLength] == '_'
        && secret.AsSpan(Prefix.Length, IdLength).IndexOfAnyExcept(IdAlphabet) < 0
            ? secret[..(Prefix.Length + IdLength)]
            : "";
}
