using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>Compares two bodies: which blocks came, went, moved, or say something else.</summary>
internal sealed class BlockComparer(IReadOnlyList<Block> older, IReadOnlyList<Block> newer, TextComparer texts, DiffBudget budget)
{
    /// <summary>Below this, two blocks are two, not one that was changed: of all their words, how many are the same.</summary>
    private const double MinLikeness = 0.4;

    /// <summary>As many pairs of blocks are tried between two that stayed.</summary>
    private const int MaxPairs = 2_500;

    private readonly Dictionary<int, int[]> _oldWords = [];
    private readonly Dictionary<int, int[]> _newWords = [];

    /// <summary>The changes, in the order of the newer body; what is gone stands before what came in its place.</summary>
    public List<BlockChange> Compare()
    {
        var ids = new Dictionary<ByteString, int>();
        var oldIds = IdsOf(older, ids);
        var newIds = IdsOf(newer, ids);
        var hunks = SequenceDiff.Compare(oldIds, newIds, budget);
        var partners = new Dictionary<int, int>();
        foreach (var hunk in hunks)
        {
            Pair(hunk, partners);
        }

        // What is gone here and has come elsewhere, unchanged.
        var taken = partners.Values.ToHashSet();
        var gone = hunks.SelectMany(hunk => Enumerable.Range(hunk.OldStart, hunk.OldCount))
            .Where(place => !taken.Contains(place))
            .GroupBy(place => oldIds[place])
            .ToDictionary(places => places.Key, places => new Queue<int>(places));
        foreach (var place in hunks.SelectMany(hunk => Enumerable.Range(hunk.NewStart, hunk.NewCount)).Where(place => !partners.ContainsKey(place)).ToList())
        {
            if (gone.TryGetValue(newIds[place], out var places) && places.TryDequeue(out var from))
            {
                partners.Add(place, from);
                taken.Add(from);
            }
        }

        var changes = new List<BlockChange>();
        foreach (var hunk in hunks)
        {
            Write(hunk, partners, taken, oldIds, newIds, changes);
        }

        return changes;
    }

    private static int[] IdsOf(IReadOnlyList<Block> blocks, Dictionary<ByteString, int> ids)
    {
        var found = new int[blocks.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var encoded = blocks[i].ToByteString();
            if (!ids.TryGetValue(encoded, out found[i]))
            {
                ids.Add(encoded, found[i] = ids.Count);
            }
        }

        return found;
    }

    /// <summary>Finds the blocks of a hunk that are one block with other words, without crossing: the pairs that are most alike together.</summary>
    private void Pair(Hunk hunk, Dictionary<int, int> partners)
    {
        if (hunk.OldCount * (long)hunk.NewCount > MaxPairs)
        {
            // As they stand: the first with the first.
            for (var i = 0; i < Math.Min(hunk.OldCount, hunk.NewCount); i++)
            {
                if (Likeness(hunk.OldStart + i, hunk.NewStart + i) >= MinLikeness)
                {
                    partners.Add(hunk.NewStart + i, hunk.OldStart + i);
                }
            }

            return;
        }

        var likeness = new double[hunk.OldCount + 1, hunk.NewCount + 1];
        var best = new double[hunk.OldCount + 1, hunk.NewCount + 1];
        for (var i = hunk.OldCount - 1; i >= 0; i--)
        {
            for (var j = hunk.NewCount - 1; j >= 0; j--)
            {
                likeness[i, j] = Likeness(hunk.OldStart + i, hunk.NewStart + j);
                var paired = likeness[i, j] >= MinLikeness ? likeness[i, j] + best[i + 1, j + 1] : 0;
                best[i, j] = Math.Max(paired, Math.Max(best[i + 1, j], best[i, j + 1]));
            }
        }

        for (int i = 0, j = 0; i < hunk.OldCount && j < hunk.NewCount;)
        {
            if (likeness[i, j] >= MinLikeness && best[i, j] <= likeness[i, j] + best[i + 1, j + 1])
            {
                partners.Add(hunk.NewStart + j++, hunk.OldStart + i++);
            }
            else if (best[i, j] <= best[i + 1, j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    /// <summary>The share of words that two blocks have in common, 0 to 1. Blocks without words are alike when they are of one kind.</summary>
    private double Likeness(int oldPlace, int newPlace)
    {
        var before = WordsOf(older, oldPlace, _oldWords);
        var after = WordsOf(newer, newPlace, _newWords);
        if (before.Length + after.Length == 0)
        {
            return older[oldPlace].KindCase == newer[newPlace].KindCase ? 1 : 0;
        }

        if (!budget.TryTake(before.Length + after.Length))
        {
            return 0;
        }

        var common = 0;
        for (int i = 0, j = 0; i < before.Length && j < after.Length;)
        {
            common += before[i] == after[j] ? 1 : 0;
            (i, j) = (i + (before[i] <= after[j] ? 1 : 0), j + (after[j] <= before[i] ? 1 : 0));
        }

        return 2.0 * common / (before.Length + after.Length);
    }

    private int[] WordsOf(IReadOnlyList<Block> blocks, int place, Dictionary<int, int[]> known)
    {
        if (!known.TryGetValue(place, out var words))
        {
            words = texts.WordsOf(BlockText.Of(blocks[place]));
            Array.Sort(words);
            known.Add(place, words);
        }

        return words;
    }

    private void Write(Hunk hunk, Dictionary<int, int> partners, HashSet<int> taken, int[] oldIds, int[] newIds, List<BlockChange> changes)
    {
        var removed = hunk.OldStart;
        for (var place = hunk.NewStart; place < hunk.NewEnd; place++)
        {
            if (!partners.TryGetValue(place, out var from))
            {
                changes.Add(new BlockChange { Kind = ChangeKind.Added, NewIndex = place, Text = BlockText.Of(newer[place]) });
                continue;
            }

            if (oldIds[from] == newIds[place])
            {
                changes.Add(new BlockChange { Kind = ChangeKind.Moved, OldIndex = from, NewIndex = place });
                continue;
            }

            for (; removed < from; removed++)
            {
                WriteRemoved(removed, taken, changes);
            }

            changes.Add(Modified(from, place));
        }

        for (; removed < hunk.OldEnd; removed++)
        {
            WriteRemoved(removed, taken, changes);
        }
    }

    private void WriteRemoved(int place, HashSet<int> taken, List<BlockChange> changes)
    {
        if (!taken.Contains(place))
        {
            changes.Add(new BlockChange { Kind = ChangeKind.Removed, OldIndex = place, Text = BlockText.Of(older[place]) });
        }
    }

    private BlockChange Modified(int from, int place)
    {
        var (oldText, newText) = (BlockText.Of(older[from]), BlockText.Of(newer[place]));
        return new BlockChange
        {
            Kind = ChangeKind.Modified,
            OldIndex = from,
            NewIndex = place,
            Edits = { texts.Compare(oldText, newText) },
            MarkupChanged = oldText == newText || MarkupOf(older[from]) != MarkupOf(newer[place]),
        };
    }

    /// <summary>What a block is besides its words. Where marks begin and end follows the words, so that alone is no change.</summary>
    private static string MarkupOf(Block block) => block.KindCase switch
    {
        Block.KindOneofCase.Paragraph => "p" + MarksOf(block.Paragraph.Content),
        Block.KindOneofCase.Heading => $"h{Math.Max(block.Heading.Level, 1)}{MarksOf(block.Heading.Content)}",
        Block.KindOneofCase.Quote => "q" + MarksOf(block.Quote.Content),
        Block.KindOneofCase.List => (block.List.Ordered ? "o" : "u") + string.Concat(block.List.Items.Select(MarksOf)),
        Block.KindOneofCase.Table => "t" + string.Concat(
            block.Table.Rows.Select(row => (row.Header ? "h" : "r") + string.Concat(row.Cells.Select(MarksOf)))),
        _ => $"{block.KindCase}",
    };

    private static string MarksOf(RichText? content) => string.Concat((content?.Marks ?? []).Select(mark => $"[{mark.Type} {mark.Uri}]"));
}
