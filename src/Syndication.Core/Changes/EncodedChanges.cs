using System.Buffers.Binary;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>
/// What changed, as the store keeps it: encoded <see cref="ArticleChanges"/> in the three parts of an article, so that what a
/// reader is given is made by copying bytes and holds nothing that is not the reader's.
/// </summary>
/// <param name="Head">The versions, and the fields but for those of the desk.</param>
/// <param name="Body">The blocks alone.</param>
/// <param name="Desk">The desk's fields alone.</param>
public sealed record EncodedChanges(byte[] Head, byte[] Body, byte[] Desk)
{
    /// <summary>The length of all parts.</summary>
    public int Length => Head.Length + Body.Length + Desk.Length;

    /// <summary>As a message.</summary>
    /// <param name="body">With the blocks.</param>
    /// <param name="desk">With the desk's fields.</param>
    public ArticleChanges Decode(bool body, bool desk)
    {
        var changes = ArticleChanges.Parser.ParseFrom(Head);
        if (body)
        {
            Google.Protobuf.MessageExtensions.MergeFrom(changes, Body);
        }

        if (desk)
        {
            Google.Protobuf.MessageExtensions.MergeFrom(changes, Desk);
        }

        return changes;
    }

    /// <summary>One value for a column: the lengths of head and body, four bytes each and big endian, and the parts.</summary>
    public byte[] Pack()
    {
        var packed = new byte[8 + Length];
        BinaryPrimitives.WriteInt32BigEndian(packed, Head.Length);
        BinaryPrimitives.WriteInt32BigEndian(packed.AsSpan(4), Body.Length);
        Head.CopyTo(packed, 8);
        Body.CopyTo(packed, 8 + Head.Length);
        Desk.CopyTo(packed, 8 + Head.Length + Body.Length);
        return packed;
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    public static EncodedChanges Unpack(ReadOnlySpan<byte> packed)
    {
        var parts = ChangesBytes.Of(packed);
        return new EncodedChanges(parts.Head.ToArray(), parts.Body.ToArray(), parts.Desk.ToArray());
    }
}

/// <summary><see cref="EncodedChanges"/> where their bytes lie, in an object or in the database's memory.</summary>
public readonly ref struct ChangesBytes
{
    private ChangesBytes(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> desk)
    {
        Exist = true;
        Head = head;
        Body = body;
        Desk = desk;
    }

    /// <summary>Whether there are any.</summary>
    public bool Exist { get; }

    /// <summary>The versions, and the fields but for those of the desk.</summary>
    public ReadOnlySpan<byte> Head { get; }

    /// <summary>The blocks alone.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The desk's fields alone.</summary>
    public ReadOnlySpan<byte> Desk { get; }

    /// <summary>What an object holds.</summary>
    public static ChangesBytes Of(EncodedChanges? changes) => changes is null ? default : new(changes.Head, changes.Body, changes.Desk);

    /// <summary>What <see cref="EncodedChanges.Pack"/> wrote; none in no bytes.</summary>
    public static ChangesBytes Of(ReadOnlySpan<byte> packed)
    {
        if (packed.IsEmpty)
        {
            return default;
        }

        var head = BinaryPrimitives.ReadInt32BigEndian(packed);
        var body = BinaryPrimitives.ReadInt32BigEndian(packed[4..]);
        var parts = packed[8..];
        return new(parts[..head], parts.Slice(head, body), parts[(head + body)..]);
    }
}
