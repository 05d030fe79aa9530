using System.Buffers.Binary;
using System.Security.Cryptography;
using Syndication.Subscriptions;

namespace Syndication.Receipts;

/// <summary>
/// One partner's reading of a stream, as receipts see it. A range of the stream is reserved durably before its first frame,
/// and holds for all updates that were committed up to a time: a reader costs about one write in a minute, whatever the rate.
/// The time is compared with the commit times of what is sent, never with a clock. Used by one call at a time.
/// </summary>
/// <param name="recorder">Writes.</param>
/// <param name="reader">Who reads what.</param>
/// <param name="place">Where the reading starts: exclusive.</param>
/// <param name="head">Up to where this node has applied kills: what they took away is not sent.</param>
/// <param name="exact">Whether each frame is a range of its own that ends with it: for readers that come for one page.</param>
public sealed class Delivery(DeliveryRecorder recorder, DeliveryReader reader, long place, long head, bool exact) : IDisposable
{
    private long _id;
    private long _place = place;
    private long _through = place;
    private DateTimeOffset? _until;
    private bool _isOpen;

    /// <summary>Who reads what.</summary>
    public DeliveryReader Reader => reader;

    /// <summary>Whether it is on disk that a frame may be sent; if so, it counts as sent.</summary>
    public bool IsReserved(EncodedFrame frame)
    {
        if (frame.Content is not { } content)
        {
            return true;
        }

        var through = frame.After.Position.Number;
        if (exact ? through > _through : !(content.CommitTime <= _until))
        {
            return false;
        }

        _place = Math.Max(_place, through);
        return true;
    }

    /// <summary>Writes that a frame may be sent.</summary>
    /// <returns>False when the database does not answer: the frame must not be sent.</returns>
    public async Task<bool> TryReserveAsync(EncodedFrame frame, CancellationToken cancellationToken)
    {
        if (_id == 0 || exact)
        {
            Span<byte> random = stackalloc byte[sizeof(long)];
            RandomNumberGenerator.Fill(random);
            _id = BinaryPrimitives.ReadInt64BigEndian(random) & long.MaxValue;
        }

        // Open from here on, whatever becomes of the write: it is closed in any case.
        _isOpen |= !exact;
        var through = frame.After.Position.Number;
        var until = await recorder.TryReserveAsync(
            new DeliveryWrite.Reserve(_id, reader, _place, head, exact ? through : null), cancellationToken);
        if (until is null)
        {
            return false;
        }

        _until = until;
        _through = Math.Max(_through, through);
        return IsReserved(frame);
    }

    /// <summary>Notes that the transport has taken a frame. What it kills is known to be sent from here on.</summary>
    public void OnTaken(EncodedFrame frame)
    {
        if (frame.Content is { Withdrawn.Count: > 0 } content)
        {
            recorder.NoteKills(reader.PartnerId, content.Withdrawn);
        }
    }

    /// <summary>Ends the reading: the range ends with the last frame that may have been sent.</summary>
    public void Dispose()
    {
        recorder.End(this, _isOpen ? new DeliveryWrite.Close(_id, _place) : null);
        _isOpen = false;
    }
}
