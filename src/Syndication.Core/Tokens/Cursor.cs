using System.Buffers.Binary;
using Syndication.Log;

namespace Syndication.Tokens;

/// <summary>A place in one stream, as a cursor holds it. Binds the stream, its filter's revision and the log's epoch.</summary>
/// <param name="StreamKey">The stream in its filter's revision.</param>
/// <param name="Epoch">The incarnation of the log.</param>
/// <param name="Position">What lies behind the reader: log entries or, inside a snapshot, snapshot entries.</param>
/// <param name="Sweeps">
/// How often retention had dropped something when the cursor was given; 0 when that is not claimed. A reader of the oldest entries stands below it and has missed
/// nothing; only what is dropped afterwards is lost to it.
/// </param>
/// <param name="SnapshotPoint">Inside a snapshot, the entry up to which it goes; otherwise default.</param>
/// <param name="InSnapshot">Whether the place is inside a snapshot.</param>
public readonly record struct Cursor(
    long StreamKey, int Epoch, LogPosition Position, long Sweeps, LogPosition SnapshotPoint, bool InSnapshot)
{
    /// <summary>The encoded length in bytes: always the same, so that a token's length tells nothing.</summary>
    public const int Length = 46;

    private const byte Format = 1;

    /// <summary>The place's rank among those of its stream.</summary>
    public PlaceRank Rank => InSnapshot ? new(SnapshotPoint.Number, Position.Number) : new(Position.Number, long.MaxValue);

    /// <summary>Encodes the cursor.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Format;
        bytes[1] = InSnapshot ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], StreamKey);
        BinaryPrimitives.WriteInt32BigEndian(bytes[10..], Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[14..], Position.Number);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[22..], Position.Check);
        BinaryPrimitives.WriteInt64BigEndian(bytes[26..], Sweeps);
        BinaryPrimitives.WriteInt64BigEndian(bytes[34..], SnapshotPoint.Number);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[42..], SnapshotPoint.Check);
    }

    /// <summary>Decodes a cursor.</summary>
    /// <returns>Null when the bytes are no cursor of this format.</returns>
    public static Cursor? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length || bytes[0] != Format)
        {
            return null;
        }

        return new Cursor(
            BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[10..]),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(bytes[14..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[22..])),
            BinaryPrimitives.ReadInt64BigEndian(bytes[26..]),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(bytes[34..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[42..])),
            bytes[1] == 1);
    }

    /// <summary>Encodes the cursor.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }
}
