using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Syndication.Search;

/// <summary>
/// The orders in which recent searches found articles, for their later pages: every publish changes the score of every
/// article a little, and an order that changes between two pages repeats some articles and loses others. Bounded; a page
/// whose order has been forgotten, or that another node answers, is cut out of a new one.
/// </summary>
internal sealed class RankedHits
{
    /// <summary>At 160 KB for the longest, some 10 MB.</summary>
    private const int Capacity = 64;

    private readonly ConcurrentDictionary<long, IReadOnlyList<TextHit>> _orders = new();
    private readonly ConcurrentQueue<long> _oldest = new();

    /// <summary>The order of that id; null when it has been forgotten.</summary>
    public IReadOnlyList<TextHit>? Find(long id) => _orders.GetValueOrDefault(id);

    /// <summary>Keeps an order.</summary>
    /// <returns>Its id: random, so that it names no other node's.</returns>
    public long Keep(IReadOnlyList<TextHit> hits)
    {
        var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        _orders.TryAdd(id, hits);
        _oldest.Enqueue(id);
        while (_oldest.Count > Capacity && _oldest.TryDequeue(out var forgotten))
        {
            _orders.TryRemove(forgotten, out _);
        }

        return id;
    }
}
