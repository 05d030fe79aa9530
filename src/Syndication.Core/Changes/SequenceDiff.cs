using System.Runtime.InteropServices;

namespace Syndication.Changes;

/// <summary>
/// Finds where two sequences differ: the shortest script of E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986),
/// where the two are near each other; otherwise the items that occur once in both (B. Cohen's patience diff) part the sequences,
/// and each part is compared by itself.
/// </summary>
/// <remarks>
/// Own code, because a library's O(ND) has no bound: two long texts without a word in common would take minutes. Here the steps
/// of all comparisons that share one <see cref="DiffBudget"/> are bounded; when they are used up, what is left counts as
/// replaced, which is true, only not the shortest way to say it.
/// </remarks>
internal static class SequenceDiff
{
    /// <summary>Scripts are looked for up to this length before the sequences are parted; their memory is its square.</summary>
    private const int MaxEdits = 200;

    /// <summary>Each part has unique items of its own; texts that need more levels are made to.</summary>
    private const int MaxDepth = 12;

    /// <summary>The differences, in order, with at least one equal item between any two.</summary>
    public static List<Hunk> Compare(ReadOnlySpan<int> older, ReadOnlySpan<int> newer, DiffBudget budget)
    {
        var hunks = new List<Hunk>();
        Compare(older, 0, newer, 0, 0, budget, hunks);
        return hunks;
    }

    private static void Compare(ReadOnlySpan<int> older, int oldAt, ReadOnlySpan<int> newer, int newAt, int depth, DiffBudget budget, List<Hunk> hunks)
    {
        var prefix = older.CommonPrefixLength(newer);
        older = older[prefix..];
        newer = newer[prefix..];
        (oldAt, newAt) = (oldAt + prefix, newAt + prefix);
        var suffix = 0;
        while (suffix < older.Length && suffix < newer.Length && older[^(suffix + 1)] == newer[^(suffix + 1)])
        {
            suffix++;
        }

        older = older[..^suffix];
        newer = newer[..^suffix];
        if (older.IsEmpty || newer.IsEmpty)
        {
            Add(hunks, new Hunk(oldAt, older.Length, newAt, newer.Length));
            return;
        }

        if (TryShortest(older, oldAt, newer, newAt, budget, hunks))
        {
            return;
        }

        var anchors = depth < MaxDepth && budget.TryTake(older.Length + newer.Length) ? Anchors(older, newer) : [];
        if (anchors.Count == 0)
        {
            Add(hunks, new Hunk(oldAt, older.Length, newAt, newer.Length));
            return;
        }

        var (oldFrom, newFrom) = (0, 0);
        foreach (var (oldAnchor, newAnchor) in anchors)
        {
            Compare(older[oldFrom..oldAnchor], oldAt + oldFrom, newer[newFrom..newAnchor], newAt + newFrom, depth + 1, budget, hunks);
            (oldFrom, newFrom) = (oldAnchor + 1, newAnchor + 1);
        }

        Compare(older[oldFrom..], oldAt + oldFrom, newer[newFrom..], newAt + newFrom, depth + 1, budget, hunks);
    }

    /// <summary>Myers' greedy search, forwards. Nothing is added where the script would be too long.</summary>
    private static bool TryShortest(ReadOnlySpan<int> older, int oldAt, ReadOnlySpan<int> newer, int newAt, DiffBudget budget, List<Hunk> hunks)
    {
        var max = Math.Min(older.Length + newer.Length, MaxEdits);

        // How far each diagonal (place in the older minus place in the newer) was reached; a copy for each length of script.
        var reached = new int[(2 * max) + 2];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= max; edits++)
        {
            trace.Add(reached[(max - edits)..(max + edits + 2)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var at = max + diagonal;
                var down = diagonal == -edits || (diagonal != edits && reached[at - 1] < reached[at + 1]);
                var x = down ? reached[at + 1] : reached[at - 1] + 1;
                var y = x - diagonal;
                var equal = x <= older.Length && y <= newer.Length ? older[x..].CommonPrefixLength(newer[y..]) : 0;
                if (!budget.TryTake(equal + 1))
                {
                    return false;
                }

                reached[at] = x + equal;
                if (x + equal == older.Length && y + equal == newer.Length)
                {
                    WalkBack(trace, older.Length, oldAt, newer.Length, newAt, hunks);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Follows a script from its end to its beginning.</summary>
    private static void WalkBack(List<int[]> trace, int x, int oldAt, int y, int newAt, List<Hunk> hunks)
    {
        var first = hunks.Count;
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            var reached = trace[edits];
            var diagonal = x - y;
            var at = edits + diagonal;
            var down = diagonal == -edits || (diagonal != edits && reached[at - 1] < reached[at + 1]);
            var before = down ? reached[at + 1] : reached[at - 1];
            var (fromX, fromY) = (before, before - (down ? diagonal + 1 : diagonal - 1));
            hunks.Add(new Hunk(oldAt + fromX, down ? 0 : 1, newAt + fromY, down ? 1 : 0));
            (x, y) = (fromX, fromY);
        }

        hunks.Reverse(first, hunks.Count - first);
        var kept = first;
        for (var i = first; i < hunks.Count; i++)
        {
            kept = Join(CollectionsMarshal.AsSpan(hunks), kept, first, hunks[i]);
        }

        hunks.RemoveRange(kept, hunks.Count - kept);
    }

    /// <summary>Puts a hunk after those that are kept, or makes the last of them longer where they touch.</summary>
    private static int Join(Span<Hunk> hunks, int kept, int first, Hunk next)
    {
        if (kept > first && hunks[kept - 1] is var last && last.OldEnd == next.OldStart && last.NewEnd == next.NewStart)
        {
            hunks[kept - 1] = last with { OldCount = last.OldCount + next.OldCount, NewCount = last.NewCount + next.NewCount };
            return kept;
        }

        hunks[kept] = next;
        return kept + 1;
    }

    private static void Add(List<Hunk> hunks, Hunk hunk)
    {
        if (hunk.OldCount > 0 || hunk.NewCount > 0)
        {
            hunks.Add(hunk);
        }
    }

    /// <summary>The longest chain of items that occur once in each sequence and stand in the same order in both.</summary>
    private static List<(int Old, int New)> Anchors(ReadOnlySpan<int> older, ReadOnlySpan<int> newer)
    {
        var inOld = Once(older);
        var inNew = Once(newer);
        var pairs = new List<(int Old, int New)>();
        for (var i = 0; i < older.Length; i++)
        {
            if (inOld[older[i]] >= 0 && inNew.TryGetValue(older[i], out var place) && place >= 0)
            {
                pairs.Add((i, place));
            }
        }

        // Patience sorting: piles[n] is the pair with the smallest place in the newer sequence that ends a chain of n + 1.
        var piles = new List<int>();
        var before = new int[pairs.Count];
        for (var i = 0; i < pairs.Count; i++)
        {
            int low = 0, high = piles.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = pairs[piles[middle]].New < pairs[i].New ? (middle + 1, high) : (low, middle);
            }

            before[i] = low == 0 ? -1 : piles[low - 1];
            if (low == piles.Count)
            {
                piles.Add(i);
            }
            else
            {
                piles[low] = i;
            }
        }

        var chain = new List<(int, int)>();
        for (var i = piles.Count == 0 ? -1 : piles[^1]; i >= 0; i = before[i])
        {
            chain.Add(pairs[i]);
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>Where each item stands that occurs once; -1 for the others.</summary>
    private static Dictionary<int, int> Once(ReadOnlySpan<int> items)
    {
        var places = new Dictionary<int, int>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            places[items[i]] = places.ContainsKey(items[i]) ? -1 : i;
        }

        return places;
    }
}

/// <summary>How many steps the comparisons that share it may take together.</summary>
internal sealed class DiffBudget(long steps)
{
    /// <summary>Takes steps.</summary>
    /// <returns>False when there are none left.</returns>
    public bool TryTake(long count) => (steps -= count) >= 0;
}
