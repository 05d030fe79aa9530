using Google.Protobuf;

namespace Syndication.Articles;

/// <summary>
/// Walks the fields of an encoded message without decoding what is in them: what is stored, searched and hashed is copied
/// from bytes that protobuf has made. Nothing is allocated.
/// </summary>
/// <param name="message">The message, as protobuf encodes it.</param>
public ref struct WireFields(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private int _start;
    private int _content;

    /// <summary>The current field's number.</summary>
    public int Number { get; private set; }

    /// <summary>How the current field is encoded.</summary>
    public WireFormat.WireType Type { get; private set; }

    /// <summary>The whole current field, its tag included.</summary>
    public readonly ReadOnlySpan<byte> Field => _message[_start.._position];

    /// <summary>Where the current field begins.</summary>
    public readonly int Start => _start;

    /// <summary>The text, bytes or message of the current field; only of <see cref="WireFormat.WireType.LengthDelimited"/>.</summary>
    public readonly ReadOnlySpan<byte> Content => _message[_content.._position];

    /// <summary>Where <see cref="Content"/> begins.</summary>
    public readonly int ContentStart => _content;

    /// <summary>The current field's number, of <see cref="WireFormat.WireType.Varint"/>.</summary>
    public readonly long Value
    {
        get
        {
            var position = _content;
            return (long)Varint(ref position);
        }
    }

    /// <summary>Goes on to the next field.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public bool MoveNext()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        _start = _position;
        var tag = (uint)Varint(ref _position);
        Number = WireFormat.GetTagFieldNumber(tag);
        Type = WireFormat.GetTagWireType(tag);
        _content = _position;
        Skip(tag);
        return true;
    }

    private void Skip(uint tag)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint:
                Varint(ref _position);
                break;
            case WireFormat.WireType.Fixed64:
                Advance(8);
                break;
            case WireFormat.WireType.Fixed32:
                Advance(4);
                break;
            case WireFormat.WireType.LengthDelimited:
                var length = Varint(ref _position);
                _content = _position;
                Advance(length);
                break;
            case WireFormat.WireType.StartGroup:
                // Only in fields that nobody here knows; they are kept as they came.
                for (var inner = (uint)Varint(ref _position); WireFormat.GetTagWireType(inner) != WireFormat.WireType.EndGroup; inner = (uint)Varint(ref _position))
                {
                    Skip(inner);
                }

                break;
            default:
                throw Malformed();
        }
    }

    private void Advance(ulong count)
    {
        if (count > (ulong)(_message.Length - _position))
        {
            throw Malformed();
        }

        _position += (int)count;
    }

    private readonly ulong Varint(ref int position)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && position < _message.Length; shift += 7)
        {
            var next = _message[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private static InvalidDataException Malformed() => new("The bytes are no encoded message.");
}
