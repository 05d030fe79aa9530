using System.Buffers.Text;
using Google.Protobuf;

namespace Syndication.Articles;

/// <summary>
/// Writes fields of a message into room that is there, as protobuf encodes them: the few that the server adds to each of the
/// updates of a replay. A message of all fields would take a kilobyte for each of them.
/// </summary>
/// <param name="room">Must be long enough; see each field.</param>
public ref struct WireWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;
    private int _length;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _room[.._length];

    /// <summary>The length of a field of bytes with its tag, which takes one or two bytes.</summary>
    public static int LengthOf(int field, int contentLength) =>
        CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeLengthSize(contentLength) + contentLength;

    /// <summary>A number or enum, at most 12 bytes.</summary>
    public void Number(int field, long value)
    {
        Varint(WireFormat.MakeTag(field, WireFormat.WireType.Varint));
        Varint((ulong)value);
    }

    /// <summary>A text in UTF-8, its bytes and five more.</summary>
    public void Text(int field, scoped ReadOnlySpan<byte> utf8)
    {
        Begin(field, utf8.Length);
        Append(utf8);
    }

    /// <summary>An id as 32 hexadecimal digits, 35 bytes.</summary>
    public void Text(int field, Guid value)
    {
        Begin(field, 32);
        Utf8Formatter.TryFormat(value, _room[_length..], out var written, 'N');
        _length += written;
    }

    /// <summary>A <c>google.protobuf.Timestamp</c>, at most 20 bytes.</summary>
    public void Time(int field, DateTimeOffset value)
    {
        Span<byte> room = stackalloc byte[20];
        var time = new WireWriter(room);
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        (seconds, rest) = rest < 0 ? (seconds - 1, rest + TimeSpan.TicksPerSecond) : (seconds, rest);
        time.Number(1, seconds);
        time.Number(2, rest * TimeSpan.NanosecondsPerTick);
        Begin(field, time._length);
        Append(time.Written);
    }

    /// <summary>Tag and length of a field whose content is appended.</summary>
    public void Begin(int field, int contentLength)
    {
        Varint(WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited));
        Varint((ulong)contentLength);
    }

    /// <summary>Bytes that are encoded already.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_room[_length..]);
        _length += bytes.Length;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _room[_length++] = (byte)(value | 0x80);
        }

        _room[_length++] = (byte)value;
    }
}
