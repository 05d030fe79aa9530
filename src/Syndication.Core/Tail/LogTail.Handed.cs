using Syndication.Log;

namespace Syndication.Tail;

public sealed partial class LogTail
{
    /// <summary>What the writer may be ahead of the tail; beyond it the tail reads the database, as without a writer.</summary>
    private const long MaxHandedBytes = 16 * 1024 * 1024;

    private readonly Queue<IReadOnlyList<LogEntry>> _handed = [];
    private long _handedBytes;

    // A wish to look into the database, not only at what was handed over.
    private volatile bool _look = true;

    /// <summary>
    /// Takes entries that this node has just committed, so that the tail need not read back what is in memory. They are used
    /// only where they follow the head without a hole: what other nodes committed in between is read first.
    /// </summary>
    private void HandOver(IReadOnlyList<LogEntry> entries)
    {
        var bytes = entries.Sum(WindowEntry.SizeOf);
        lock (_handed)
        {
            if (_handedBytes + bytes <= MaxHandedBytes)
            {
                _handed.Enqueue(entries);
                _handedBytes += bytes;
                return;
            }
        }

        // The tail reads them, and what is handed over later follows the hole.
        _look = true;
    }

    /// <summary>The entries that follow the head, where the writer has handed them over.</summary>
    /// <param name="look">Whether the database is to be read where there are none: others may have committed, or there is a hole.</param>
    private IReadOnlyList<LogEntry>? TakeHanded(out bool look)
    {
        lock (_handed)
        {
            while (_handed.TryPeek(out var entries) && entries[0].Number <= Head.Number + 1)
            {
                _handed.Dequeue();
                _handedBytes -= entries.Sum(WindowEntry.SizeOf);
                if (entries[0].Number == Head.Number + 1)
                {
                    look = false;
                    return entries;
                }
            }

            look = _look || _handed.Count > 0;
            return null;
        }
    }

    private void ForgetHanded()
    {
        lock (_handed)
        {
            _handed.Clear();
            _handedBytes = 0;
        }
    }
}
