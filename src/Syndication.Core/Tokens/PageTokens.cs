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
    private const int PlaceLength = 3 * sizeof(long);
    private const int Length = PlaceLength + SHA256.HashSizeInBytes;

    /// <summary>How many items a page holds, and where it starts: default for the first page.</summary>
    /// <param name="arguments">The request without page size and page token.</param>
    /// <param name="pageSize">As requested: 0 means 50, more than <see cref="MaxPageSize"/> means that.</param>
    /// <param name="pageToken">As requested.</param>
    public async Task<Outcome<(int Size, PagePlace Place)>> OpenAsync(
        IMessage arguments, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        if (pageSize < 0)
        {
            return Rejection.OfField("page_size", "is negative");
        }

        var size = pageSize == 0 ? DefaultPageSize : Math.Min(pageSize, MaxPageSize);
        if (pageToken.Length == 0)
        {
            return (size, default(PagePlace));
        }

        var payload = await sealer.OpenAsync(TokenPurpose.Page, pageToken, cancellationToken);
        return payload?.Length == Length && payload.AsSpan(PlaceLength).SequenceEqual(Digest(arguments))
            ? (size, new PagePlace(
                BinaryPrimitives.ReadInt64BigEndian(payload),
                BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(8)),
                BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(16))))
            : new Rejection(ErrorReason.PageTokenInvalid, "The page token is none of this server's, or it was given for other arguments.")
            {
                Fields = [new FieldViolation("page_token", "does not belong to these arguments")],
            };
    }

    /// <summary>Seals the place at which the next page starts.</summary>
    public string Seal(IMessage arguments, PagePlace place)
    {
        Span<byte> payload = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(payload, place.First);
        BinaryPrimitives.WriteInt64BigEndian(payload[8..], place.Second);
        BinaryPrimitives.WriteInt64BigEndian(payload[16..], place.Third);
        Digest(arguments).CopyTo(payload[PlaceLength..]);
        return sealer.Seal(TokenPurpose.Page, payload);
    }

    private static byte[] Digest(IMessage arguments) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(arguments.Descriptor.FullName), .. arguments.ToByteArray()]);
}

/// <summary>A place in a list; what the numbers mean is the list's own business.</summary>
public readonly record struct PagePlace(long First, long Second = 0, long Third = 0);
