using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Syndication.Log;

namespace Syndication.Tokens;

/// <summary>
/// Seals cursors and page tokens: AES-256-GCM (NIST SP 800-38D) with a random nonce, base64url without padding (RFC 4648
/// section 5). Tokens of one purpose have one length and show nothing of what is in them. The keys live in the database, so
/// that every node opens every node's tokens; a token names its key.
/// </summary>
/// <remarks>Layout: key id (4 bytes, big endian), nonce (12), ciphertext, tag (16). The purpose is authenticated with it.</remarks>
public sealed class TokenSealer(ILogStore store, TimeProvider time)
{
    private const int KeyIdLength = 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = KeyIdLength + NonceLength + TagLength;

    /// <summary>Random nonces of 96 bits stay safe for 2^32 tokens under one key; at a thousand a second that is 49 days.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<int, AesGcm> _keys = new();
    private TokenKey? _newest;

    /// <summary>Reads the keys; adds one where there is none or the newest is 30 days old.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var keys = await store.ReadTokenKeysAsync(cancellationToken);
        if (keys.Count == 0 || keys[^1].CreateTime + KeyLifetime < time.GetUtcNow())
        {
            await store.AddTokenKeyAsync(
                new TokenKey(RandomNumberGenerator.GetInt32(int.MaxValue), RandomNumberGenerator.GetBytes(32), time.GetUtcNow()), cancellationToken);
            keys = await store.ReadTokenKeysAsync(cancellationToken);
        }

        foreach (var key in keys)
        {
            _keys.TryAdd(key.KeyId, new AesGcm(key.Secret, TagLength));
        }

        _newest = keys[^1];
    }

    /// <summary>Seals a payload. <see cref="RefreshAsync"/> must have run.</summary>
    public string Seal(TokenPurpose purpose, ReadOnlySpan<byte> payload)
    {
        var key = _newest ?? throw new InvalidOperationException("The token keys have not been read.");
        Span<byte> token = stackalloc byte[payload.Length + Overhead];
        BinaryPrimitives.WriteInt32BigEndian(token, key.KeyId);
        var nonce = token.Slice(KeyIdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var cipher = _keys[key.KeyId];

        // AesGcm keeps one native context that is not safe for concurrent use; the lock is held for about a microsecond.
        lock (cipher)
        {
            cipher.Encrypt(
                nonce, payload, token.Slice(KeyIdLength + NonceLength, payload.Length), token[^TagLength..], [(byte)purpose]);
        }

        return Base64Url.EncodeToString(token);
    }

    /// <summary>Opens a token.</summary>
    /// <returns>Its payload; null when it is damaged, forged, of another purpose, or its key is unknown.</returns>
    public async ValueTask<byte[]?> OpenAsync(TokenPurpose purpose, string text, CancellationToken cancellationToken)
    {
        // 512 characters are several times the longest token: nothing longer is worth decoding.
        if (text.Length > 512 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var token = Base64Url.DecodeFromChars(text);
        if (token.Length < Overhead)
        {
            return null;
        }

        var keyId = BinaryPrimitives.ReadInt32BigEndian(token);
        if (!_keys.TryGetValue(keyId, out var key))
        {
            // Another node may have added it.
            await RefreshAsync(cancellationToken);
            if (!_keys.TryGetValue(keyId, out key))
            {
                return null;
            }
        }

        var payload = new byte[token.Length - Overhead];
        try
        {
            lock (key)
            {
                key.Decrypt(
                    token.AsSpan(KeyIdLength, NonceLength),
                    token.AsSpan(KeyIdLength + NonceLength, payload.Length),
                    token.AsSpan()[^TagLength..],
                    payload,
                    [(byte)purpose]);
            }

            return payload;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

/// <summary>What a token is for: one of another purpose does not open.</summary>
public enum TokenPurpose : byte
{
    /// <summary>A place in a stream.</summary>
    Cursor = 1,

    /// <summary>A place in a list.</summary>
    Page = 2,
}
