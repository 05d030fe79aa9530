namespace Syndication.Findings.Texts;

/// <summary>A list that is filled again and again, and whose items are used in place.</summary>
internal sealed class PooledList<T>
{
    /// <summary>What one huge article needed is not kept for all that come after it.</summary>
    private const int MaxKept = 16_384;

    private T[] _items = new T[64];

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[index];

    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, _items.Length * 2);
        }

        _items[Count++] = item;
    }

    /// <summary>Makes room for exactly <paramref name="count"/> items of the default value.</summary>
    public void Reset(int count)
    {
        if (_items.Length < count)
        {
            _items = new T[count];
        }
        else
        {
            _items.AsSpan(0, count).Clear();
        }

        Count = count;
    }

    /// <summary>Empties the list, and lets go of what its items refer to.</summary>
    public void Clear()
    {
        if (_items.Length > MaxKept)
        {
            _items = new T[64];
        }
        else if (System.Runtime.CompilerServices.RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            _items.AsSpan(0, Count).Clear();
        }

        Count = 0;
    }
}
