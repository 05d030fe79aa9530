using System.Buffers;

namespace Syndication.Log;

/// <summary>
/// The memory of a page's updates: pieces that are used again for other pages once this one has been sent. New memory for each
/// would be cleared and collected at the rate of the replay, hundreds of megabytes a second. One user at a time.
/// </summary>
public sealed class PageBuffer
{
    /// <summary>Each piece is twice the one before: a reader that has missed one update holds little while it is slow.</summary>
    private const int FirstBytes = 4 * 1024;

    /// <summary>Below the runtime's 85,000 for large objects, which only full collections free.</summary>
    private const int MaxBytes = 64 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _used;

    /// <summary>Memory for one update, behind that of the one before where both fit into a piece. Not cleared.</summary>
    public Memory<byte> Take(int length)
    {
        if (_pieces.Count == 0 || length > _pieces[^1].Length - _used)
        {
            var next = _pieces.Count == 0 ? FirstBytes : Math.Min(MaxBytes, 2 * _pieces[^1].Length);
            _pieces.Add(ArrayPool<byte>.Shared.Rent(Math.Max(length, next)));
            _used = 0;
        }

        var taken = _pieces[^1].AsMemory(_used, length);
        _used += length;
        return taken;
    }

    /// <summary>Gives everything back: nobody may read what was taken any more. A buffer that is dropped instead is collected.</summary>
    public void Return()
    {
        foreach (var piece in _pieces)
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        _pieces.Clear();
        _used = 0;
    }
}
