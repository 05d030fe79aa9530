using System.Text;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>Compares texts word by word.</summary>
internal sealed class TextComparer(Article older, Article newer, DiffBudget budget)
{
    private readonly NameWords _oldNames = new(older);
    private readonly NameWords _newNames = new(newer);
    private readonly Dictionary<string, int> _ids = [];

    /// <summary>Where the words of two texts differ, in order; none where the texts are equal.</summary>
    public IEnumerable<TextChange> Compare(string oldText, string newText)
    {
        if (oldText == newText)
        {
            return [];
        }

        var before = new MarkedWords(oldText, _oldNames);
        var after = new MarkedWords(newText, _newNames);
        return Write(before, after, WithoutIslands(before, SequenceDiff.Compare(IdsOf(before), IdsOf(after), budget)));
    }

    /// <summary>The words and figures of a text, each as a number that is the same wherever the same letters stand.</summary>
    public int[] WordsOf(string text)
    {
        var words = new MarkedWords(text, _oldNames);
        return [.. IdsOf(words).Where((_, i) => words.Tokens[i].Shape is TokenShape.Word or TokenShape.Figure)];
    }

    private int[] IdsOf(MarkedWords words)
    {
        var lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var ids = new int[words.Tokens.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            if (!lookup.TryGetValue(words[i], out ids[i]))
            {
                ids[i] = _ids.Count;
                lookup[words[i]] = ids[i];
            }
        }

        return ids;
    }

    /// <summary>Nothing but a space between two changes says nothing to a reader: they are one.</summary>
    private static List<Hunk> WithoutIslands(MarkedWords before, List<Hunk> hunks)
    {
        var joined = new List<Hunk>(hunks.Count);
        foreach (var hunk in hunks)
        {
            if (joined.Count > 0 && joined[^1] is var last && hunk.OldStart - last.OldEnd == 1 && before.Tokens[last.OldEnd].Shape == TokenShape.Space)
            {
                joined[^1] = new Hunk(last.OldStart, hunk.OldEnd - last.OldStart, last.NewStart, hunk.NewEnd - last.NewStart);
            }
            else
            {
                joined.Add(hunk);
            }
        }

        return joined;
    }

    private static IEnumerable<TextChange> Write(MarkedWords before, MarkedWords after, List<Hunk> hunks)
    {
        var (oldAt, newAt) = (new CodePoints(before.Text), new CodePoints(after.Text));
        foreach (var hunk in hunks)
        {
            var oldText = TextOf(before, hunk.OldStart, hunk.OldCount, out var oldStart);
            var newText = TextOf(after, hunk.NewStart, hunk.NewCount, out var newStart);
            yield return new TextChange
            {
                OldStart = oldAt.Before(oldStart),
                OldText = oldText,
                NewStart = newAt.Before(newStart),
                NewText = newText,
                Kinds = { KindsOf(before, hunk.OldStart, hunk.OldEnd).Concat(KindsOf(after, hunk.NewStart, hunk.NewEnd)).DefaultIfEmpty(TokenKind.Other).Distinct().Order() },
            };
        }
    }

    private static string TextOf(MarkedWords words, int first, int count, out int start)
    {
        start = first == words.Tokens.Count ? words.Text.Length : words.Tokens[first].Start;
        return count == 0 ? "" : words.Text[start..words.Tokens[first + count - 1].End];
    }

    private static IEnumerable<TokenKind> KindsOf(MarkedWords words, int start, int end)
    {
        for (var token = start; token < end; token++)
        {
            if (words.Tokens[token].Shape != TokenShape.Space)
            {
                yield return words.KindOf(token);
            }
        }
    }

    /// <summary>Counts the code points of a text on the way to places that only ascend.</summary>
    private sealed class CodePoints(string text)
    {
        private int _unit;
        private int _count;

        public int Before(int unit)
        {
            while (_unit < unit)
            {
                _unit += Rune.TryGetRuneAt(text, _unit, out var rune) ? rune.Utf16SequenceLength : 1;
                _count++;
            }

            return _count;
        }
    }
}
