using Syndication.Log;

namespace Syndication.Tail;

public sealed partial class LogTail
{
    /// <summary>
    /// Lets the window begin anew behind numbers that retention dropped before this node has read them: its readers look into
    /// the store then, which knows whose places have expired. While the window warms up there is no reader yet.
    /// </summary>
    private void StartAfterHole(IReadOnlyList<LogEntry> entries)
    {
        var expected = Head.Number + 1;
        long? start = null;
        foreach (var entry in entries)
        {
            start = entry.Number == expected ? start : entry.Number;
            expected = entry.Number + 1;
        }

        if (start is { } first)
        {
            _firstNumber = first;
            foreach (var stream in _streams.Values)
            {
                stream.Trim(first);
            }
        }
    }

    private void Add(IReadOnlyList<LogEntry> entries)
    {
        var epoch = entries.Where(entry => entry.Kind == EntryKind.EpochBegun).Select(entry => entry.Version).Append(Reached.Epoch).Max();
        var memberships = new Dictionary<long, List<(WindowEntry Entry, Membership Membership)>>();
        foreach (var entry in entries)
        {
            var windowed = new WindowEntry(entry);
            _window.Enqueue(windowed);
            _windowBytes += windowed.SizeBytes;
            if (entry.Article is { } article)
            {
                lock (_articles)
                {
                    if (!_byArticle.TryGetValue(article.ArticleKey, out var siblings))
                    {
                        _byArticle.Add(article.ArticleKey, siblings = []);
                    }

                    siblings.Add(windowed);
                }

                Follow(_ahead.TryGetValue(article.ArticleKey, out var ahead) && ahead.LastNumber > article.LastNumber ? ahead : article);
                Collect(memberships, windowed, Membership.OfAll(entry.IsPublic));
                foreach (var membership in entry.Memberships)
                {
                    Collect(memberships, windowed, membership);
                }
            }
        }

        foreach (var stream in _streams.Values)
        {
            if (memberships.TryGetValue(stream.Definition.StreamKey, out var items))
            {
                stream.Append(items, epoch);
            }
        }

        _head = new HeadBox(new LogReach(entries[^1].Position, epoch));
        foreach (var (key, ahead) in _ahead)
        {
            if (ahead.LastNumber <= Head.Number)
            {
                _ahead.TryRemove(key, out _);
            }
        }

        foreach (var stream in _streams.Values)
        {
            if (memberships.ContainsKey(stream.Definition.StreamKey))
            {
                stream.Wake();
            }
        }

        Trim();
        Added?.Invoke(entries);
    }

    private static void Collect(Dictionary<long, List<(WindowEntry Entry, Membership Membership)>> memberships, WindowEntry entry, Membership membership)
    {
        if (!memberships.TryGetValue(membership.StreamKey, out var items))
        {
            memberships.Add(membership.StreamKey, items = []);
        }

        items.Add((entry, membership));
    }

    /// <summary>Lets the window follow where an article stands; an older state than the known one changes nothing.</summary>
    private void Follow(ArticleRecord article)
    {
        var blanked = article.BlankedFor(heldTexts: false) is not null;
        if (blanked && article.LastNumber > Head.Number)
        {
            _ahead.AddOrUpdate(article.ArticleKey, article, (_, known) => known.LastNumber > article.LastNumber ? known : article);
        }

        var changed = false;
        lock (_articles)
        {
            if (_byArticle.TryGetValue(article.ArticleKey, out var siblings))
            {
                foreach (var sibling in siblings)
                {
                    changed |= sibling.Follow(article);
                }
            }
        }

        if (blanked)
        {
            Interlocked.Increment(ref _blankings);
        }

        if (changed)
        {
            foreach (var stream in _streams.Values)
            {
                stream.StopSharing();
            }
        }
    }

    private void Trim()
    {
        if (_windowBytes <= options.WindowBytes && _window.Count <= options.WindowEntries)
        {
            return;
        }

        while (_window.Count > 1 && (_windowBytes > options.WindowBytes || _window.Count > options.WindowEntries))
        {
            var dropped = _window.Dequeue();
            _windowBytes -= dropped.SizeBytes;
            lock (_articles)
            {
                if (dropped.ArticleKey is { } key && _byArticle.TryGetValue(key, out var siblings))
                {
                    siblings.Remove(dropped);
                    if (siblings.Count == 0)
                    {
                        _byArticle.Remove(key);
                    }
                }
            }
        }

        _firstNumber = Math.Max(_firstNumber, _window.Peek().Number);
        foreach (var stream in _streams.Values)
        {
            stream.Trim(_firstNumber);
        }
    }
}
