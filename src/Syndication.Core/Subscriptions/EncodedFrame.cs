using System.Buffers;
using Google.Protobuf;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Subscriptions;

/// <summary>
/// A <see cref="SubscribeResponse"/> as bytes. The updates are shared by every frame that carries them, and the frame by
/// every reader at the same place; writing one copies, it never encodes.
/// </summary>
public sealed class EncodedFrame
{
    private static readonly uint BatchTag = WireFormat.MakeTag(SubscribeResponse.UpdatesFieldNumber, WireFormat.WireType.LengthDelimited);

    private readonly byte[] _header;
    private readonly ReadOnlyMemory<byte>[] _updates;
    private readonly byte[] _trailer;

    private EncodedFrame(SubscribeResponse.FrameOneofCase kind, Cursor after, FrameContent? content, byte[] header, ReadOnlyMemory<byte>[] updates, byte[] trailer)
    {
        Kind = kind;
        Content = content;
        AfterPlace = new Place(after);
        Alone = [this];
        _header = header;
        _updates = updates;
        _trailer = trailer;
        Length = header.Length + updates.Sum(update => update.Length) + trailer.Length;
    }

    /// <summary>What the frame says.</summary>
    public SubscribeResponse.FrameOneofCase Kind { get; }

    /// <summary>The place after the frame.</summary>
    public Cursor After => AfterPlace.Cursor;

    /// <summary>The same, to be kept without the frame's bytes.</summary>
    public Place AfterPlace { get; }

    /// <summary>A list of this frame alone, for all who are sent it alone.</summary>
    public IReadOnlyList<EncodedFrame> Alone { get; }

    /// <summary>What receipts need to know of the updates; null in frames without any.</summary>
    public FrameContent? Content { get; }

    /// <summary>The encoded length in bytes.</summary>
    public int Length { get; }

    /// <summary>How many updates it carries.</summary>
    public int UpdateCount => _updates.Length;

    /// <summary>A frame without updates.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="after">The place that its cursor stands for.</param>
    public static EncodedFrame OfControl(SubscribeResponse message, Cursor after) =>
        new(message.FrameCase, after, null, message.ToByteArray(), [], []);

    /// <summary>A frame of updates.</summary>
    /// <param name="updates">Fields that <see cref="UpdateEncoder"/> made.</param>
    /// <param name="content">What receipts need to know of them.</param>
    /// <param name="trailer">The message without its batch: cursor, time and lag.</param>
    /// <param name="after">The place that its cursor stands for.</param>
    public static EncodedFrame OfUpdates(ReadOnlyMemory<byte>[] updates, FrameContent content, SubscribeResponse trailer, Cursor after)
    {
        var length = updates.Sum(update => update.Length);
        var header = new byte[CodedOutputStream.ComputeRawVarint32Size(BatchTag) + CodedOutputStream.ComputeLengthSize(length)];
        var output = new CodedOutputStream(header);
        output.WriteTag(BatchTag);
        output.WriteLength(length);
        output.Flush();
        return new EncodedFrame(SubscribeResponse.FrameOneofCase.Updates, after, content, header, updates, trailer.ToByteArray());
    }

    /// <summary>Writes the frame.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        // A piece of the writer's memory is handed over once it is full: a response takes a lock each time.
        var block = new Block(writer);
        block.Write(_header);
        foreach (var update in _updates)
        {
            block.Write(update.Span);
        }

        block.Write(_trailer);
        block.End();
    }

    /// <summary>The frame as a message.</summary>
    public SubscribeResponse Decode()
    {
        var buffer = new ArrayBufferWriter<byte>(Length);
        WriteTo(buffer);
        return SubscribeResponse.Parser.ParseFrom(buffer.WrittenSpan);
    }

    /// <summary>The piece of a writer's memory that is being filled.</summary>
    private ref struct Block(IBufferWriter<byte> writer)
    {
        private Span<byte> _free = writer.GetSpan();
        private int _used;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > _free.Length)
            {
                bytes[.._free.Length].CopyTo(_free);
                bytes = bytes[_free.Length..];
                writer.Advance(_used + _free.Length);
                _free = writer.GetSpan();
                _used = 0;
            }

            bytes.CopyTo(_free);
            _free = _free[bytes.Length..];
            _used += bytes.Length;
        }

        public readonly void End() => writer.Advance(_used);
    }

    /// <param name="Cursor">The place that a frame's cursor stands for.</param>
    public sealed record Place(Cursor Cursor);
}

/// <summary>What receipts need to know of a frame's updates.</summary>
/// <param name="CommitTime">When the last of them was committed, UTC.</param>
/// <param name="Withdrawn">The articles that are killed by them.</param>
public sealed record FrameContent(DateTimeOffset CommitTime, IReadOnlyList<string> Withdrawn);
