using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Tokens;

/// <summary>The tokens of paged lists: each holds a place and a digest of the arguments that it was given for.</summary>
public sealed class PageTokens(TokenSealer sealer)
{
    /// <summary>The largest page of a list.</summary>
    public const int MaxPageSize = 500;

    private const int DefaultPageSize = 50;
    private const int Length = sizeof(long) + SHA256.HashSizeInBytes;

    /// <summary>How many items a page holds, and where it starts: 0 for the first page.</summary>
    /// <param name="arguments">The request without page size and page token.</param>
    /// <param name="pageSize">As requested: 0 means 50, more than <see cref="MaxPageSize"/> means that.</param>
    /// <param name="pageToken">As requested.</param>
    public async Task<Outcome<(int Size, long Place)>> OpenAsync(
        IMessage arguments, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        if (pageSize < 0)
        {
            return Rejection.OfField("page_size", "is negative");
        }

        var size = pageSize == 0 ? DefaultPageSize : Math.Min(pageSize, MaxPageSize);
        if (pageToken.Length == 0)
        {
            return (size, 0);
        }

        var payload = await sealer.OpenAsync(TokenPurpose.Page, pageToken, cancellationToken);
        return payload?.Length == Length && payload.AsSpan(sizeof(long)).SequenceEqual(Digest(arguments))
            ? (size, BinaryPrimitives.ReadInt64BigEndian(payload))
            : new Rejection(ErrorReason.PageTokenInvalid, "The page token is none of this server's, or it was given for other arguments.")
            {
                Fields = [new FieldViolation("page_token", "does not belong to these arguments")],
            };
    }

    /// <summary>Seals the place at which the next page starts.</summary>
    public string Seal(IMessage arguments, long place)
    {
        Span<byte> payload = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(payload, place);
        Digest(arguments).CopyTo(payload[sizeof(long)..]);
        return sealer.Seal(TokenPurpose.Page, payload);
    }

    private static byte[] Digest(IMessage arguments) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(arguments.Descriptor.FullName), .. arguments.ToByteArray()]);
}
