using System.Buffers;
using Google.Protobuf;
using Syndication.Benchmarks.Payload;
using Syndication.V1;

namespace Syndication.Benchmarks.Load;

/// <summary>What a receiver notes of a frame: which updates it carries and how long it is. Articles are skipped, not decoded.</summary>
/// <param name="Numbers">The number of each update's article, as <see cref="PublishRequests"/> gave it; -1 for one that is none of them.</param>
/// <param name="Bytes">The length of the frame.</param>
/// <param name="IsCaughtUp">Whether it says that everything has been sent.</param>
internal sealed record ReceivedFrame(int[] Numbers, int Bytes, bool IsCaughtUp)
{
    private const uint CaughtUpTag = (SubscribeResponse.CaughtUpFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint BatchTag = (SubscribeResponse.UpdatesFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint UpdateTag = (UpdateBatch.UpdatesFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint ArticleIdTag = (Update.ArticleIdFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;

    /// <summary>Walks the outer fields of a frame.</summary>
    public static ReceivedFrame Parse(ReadOnlySequence<byte> payload)
    {
        var frame = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
        var numbers = new List<int>();
        foreach (var batch in new Fields(frame, BatchTag))
        {
            foreach (var update in new Fields(batch, UpdateTag))
            {
                numbers.Add(NumberOf(update));
            }
        }

        return new ReceivedFrame([.. numbers], frame.Length, new Fields(frame, CaughtUpTag).MoveNext());
    }

    private static int NumberOf(ReadOnlySpan<byte> update)
    {
        foreach (var articleId in new Fields(update, ArticleIdTag))
        {
            return PublishRequests.NumberOf(articleId);
        }

        return -1;
    }

    /// <summary>The contents of the fields with one tag.</summary>
    private ref struct Fields(ReadOnlySpan<byte> message, uint wanted)
    {
        private ReadOnlySpan<byte> _rest = message;

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly Fields GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_rest.Length > 0)
            {
                var tag = (uint)ReadVarint();
                var content = ReadOnlySpan<byte>.Empty;
                switch ((WireFormat.WireType)(tag & 7))
                {
                    case WireFormat.WireType.Varint:
                        ReadVarint();
                        break;
                    case WireFormat.WireType.LengthDelimited:
                        var length = (int)ReadVarint();
                        content = _rest[..length];
                        _rest = _rest[length..];
                        break;
                    default:
                        throw new InvalidDataException($"The contract has no field with tag {tag}.");
                }

                if (tag == wanted)
                {
                    Current = content;
                    return true;
                }
            }

            return false;
        }

        private ulong ReadVarint()
        {
            var value = 0UL;
            for (var (i, shift) = (0, 0); ; i++, shift += 7)
            {
                value |= (ulong)(_rest[i] & 0x7F) << shift;
                if (_rest[i] < 0x80)
                {
                    _rest = _rest[(i + 1)..];
                    return value;
                }
            }
        }
    }
}
