using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Syndication.Server.Hosting;

/// <summary>
/// The memory that connections read into and write from, in blocks of 16 KiB: the longest HTTP/2 frame that a client takes
/// unless it says otherwise (RFC 9113, section 6.5.2). Into one of the framework's own 4 KiB hardly an article goes, and each
/// costs a lock, a hand-over to the sender and a piece of the call that sends it.
/// </summary>
/// <remarks>Pinned, because the system's calls read and write it. A connection or stream that is idle holds none.</remarks>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 16 * 1024;

    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(10);

    /// <summary>The one that was used last is used next: it is in the processor's cache.</summary>
    private readonly Stack<Block> _free = [];
    private readonly Lock _gate = new();
    private readonly ITimer _trimming;

    /// <summary>The fewest that were free since the last trim: nobody has needed those.</summary>
    private int _fewest;

    public BlockPool(TimeProvider time) => _trimming = time.CreateTimer(static pool => ((BlockPool)pool!).Trim(), this, TrimInterval, TrimInterval);

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <summary>How many blocks are kept for later.</summary>
    public int FreeCount
    {
        get
        {
            lock (_gate)
            {
                return _free.Count;
            }
        }
    }

    /// <summary>The one pool, for all of a server's connections.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_gate)
        {
            if (_free.TryPop(out var block))
            {
                _fewest = Math.Min(_fewest, _free.Count);
                return block;
            }
        }

        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _trimming.Dispose();
        }
    }

    private void Return(Block block)
    {
        lock (_gate)
        {
            _free.Push(block);
        }
    }

    /// <summary>Leaves to the collector what nobody has needed for as long as it takes until this is called again.</summary>
    private void Trim()
    {
        lock (_gate)
        {
            for (; _fewest > 0; _fewest--)
            {
                _free.Pop();
            }

            _fewest = _free.Count;
        }
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
