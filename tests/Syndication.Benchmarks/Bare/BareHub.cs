using System.Threading.Channels;

namespace Syndication.Benchmarks.Bare;

/// <summary>The frames that subscribers walk, each with an index of its own. Nothing is ever dropped: a measurement is short.</summary>
internal sealed class BareHub
{
    private const int Capacity = 1 << 20;

    private readonly BareFrame[] _frames = new BareFrame[Capacity];
    private readonly Lock _adding = new();
    private Channel<bool>[] _waiting = [];
    private int _count;

    /// <summary>How many frames there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A frame before <see cref="Count"/>.</summary>
    public BareFrame this[int index] => _frames[index];

    /// <summary>Adds frames and wakes the subscribers. Without subscribers nothing is kept.</summary>
    public void Add(ReadOnlySpan<BareFrame> frames)
    {
        Channel<bool>[] waiting;
        lock (_adding)
        {
            waiting = _waiting;
            if (waiting.Length == 0)
            {
                return;
            }

            frames.CopyTo(_frames.AsSpan(_count));
            Volatile.Write(ref _count, _count + frames.Length);
        }

        foreach (var channel in waiting)
        {
            channel.Writer.TryWrite(true);
        }
    }

    /// <summary>Adds a subscriber; what its channel says is that there is news.</summary>
    public Channel<bool> Subscribe()
    {
        var channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        lock (_adding)
        {
            _waiting = [.. _waiting, channel];
        }

        return channel;
    }

    /// <summary>Removes a subscriber.</summary>
    public void Unsubscribe(Channel<bool> channel)
    {
        lock (_adding)
        {
            _waiting = [.. _waiting.Where(other => other != channel)];
        }
    }
}
