using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Benchmarks.Bare;

/// <summary>A frame of one or more updates: bytes that are copied, or a message that generated code encodes for each subscriber.</summary>
internal sealed class BareFrame
{
    private const int CursorLength = 140;

    private static readonly byte[] Trailer = new SubscribeResponse
    {
        Cursor = new string('c', CursorLength),
        ServerTime = new() { Seconds = 1_767_225_600, Nanos = 123_456_700 },
        Lag = new Lag { Updates = 0 },
    }.ToByteArray();

    private readonly byte[] _header;
    private readonly byte[][] _updates;
    private readonly int _length;
    private SubscribeResponse? _message;

    private BareFrame(byte[] header, byte[][] updates)
    {
        _header = header;
        _updates = updates;
        _length = header.Length + updates.Sum(update => update.Length) + Trailer.Length;
    }

    /// <summary>The same frame, to be encoded whenever it is sent.</summary>
    public SubscribeResponse Message => _message ??= Decode();

    /// <summary>A frame of encoded <c>UpdateBatch.updates</c> fields.</summary>
    public static BareFrame OfUpdates(params byte[][] updates)
    {
        var length = updates.Sum(update => update.Length);
        var header = new byte[1 + CodedOutputStream.ComputeLengthSize(length)];
        var output = new CodedOutputStream(header);
        output.WriteTag(SubscribeResponse.UpdatesFieldNumber, WireFormat.WireType.LengthDelimited);
        output.WriteLength(length);
        output.Flush();
        return new BareFrame(header, updates);
    }

    /// <summary>Writes the frame as the server does.</summary>
    public void Serialize(SerializationContext context)
    {
        context.SetPayloadLength(_length);
        WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private SubscribeResponse Decode()
    {
        var buffer = new ArrayBufferWriter<byte>(_length);
        WriteTo(buffer);
        return SubscribeResponse.Parser.ParseFrom(buffer.WrittenSpan);
    }

    private void WriteTo(IBufferWriter<byte> writer)
    {
        writer.Write(_header);
        foreach (var update in _updates)
        {
            writer.Write(update);
        }

        writer.Write(Trailer);
    }
}
