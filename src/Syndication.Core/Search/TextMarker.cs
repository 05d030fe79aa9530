using System.Text;
using Syndication.Streams;

namespace Syndication.Search;

/// <summary>
/// Marks where a query matches a text, for indexes that cannot: words are compared folded, as filters compare them. What the
/// index found by rules of its own, such as another way to divide words, may stay unmarked.
/// </summary>
public static class TextMarker
{
    /// <summary>How many words a snippet has, before and after which it is cut.</summary>
    private const int SnippetWords = 32;

    private const int NamesWords = 16;

    /// <summary>Words that are shown before the first match.</summary>
    private const int WordsBefore = 6;

    /// <summary>The snippets of a text: at most one for each field, from its first match on.</summary>
    public static IReadOnlyList<TextSnippet> Mark(SearchNode query, ArticleText text)
    {
        var terms = new List<Term>();
        Collect(query, terms);
        return
        [
            .. new[] { (SearchField.Headline, text.Headline, SnippetWords), (SearchField.Body, text.Body, SnippetWords), (SearchField.Names, text.Names, NamesWords) }
                .Select(field => Mark(terms, field.Item1, ArticleText.Decode(field.Item2), field.Item3))
                .OfType<TextSnippet>(),
        ];
    }

    private static void Collect(SearchNode node, List<Term> terms)
    {
        switch (node)
        {
            case SearchNode.Term term:
                var words = FoldedText.ToPhrase(term.Text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 0)
                {
                    terms.Add(new Term(words, term.IsPrefix, term.Field));
                }

                break;
            case SearchNode.And and:
                foreach (var part in and.Positive)
                {
                    Collect(part, terms);
                }

                break;
            case SearchNode.Or or:
                foreach (var part in or.Alternatives)
                {
                    Collect(part, terms);
                }

                break;
        }
    }

    private static TextSnippet? Mark(List<Term> terms, SearchField field, string text, int maxWords)
    {
        var words = Divide(text);
        var marks = new SortedDictionary<int, int>();
        foreach (var term in terms.Where(term => term.Field is null || term.Field == field))
        {
            for (var first = 0; first + term.Words.Length <= words.Count; first++)
            {
                if (Matches(term, words, first))
                {
                    marks[first] = Math.Max(marks.GetValueOrDefault(first), first + term.Words.Length);
                }
            }
        }

        if (marks.Count == 0)
        {
            return null;
        }

        var from = Math.Max(0, Math.Min(marks.Keys.First() - WordsBefore, words.Count - maxWords));
        var to = Math.Min(words.Count, from + maxWords);
        var start = from == 0 ? 0 : words[from].Start;
        var end = to == words.Count ? text.Length : words[to - 1].End;
        var snippet = new StringBuilder(from == 0 ? "" : "…").Append(text[start..end].TrimEnd().Replace('\n', ' ')).Append(to == words.Count ? "" : "…");
        var spans = new List<(int, int)>();
        var marked = 0;
        foreach (var (first, after) in marks.Where(mark => mark.Key < to && mark.Value > marked))
        {
            // Matches that overlap are marked once.
            var begin = Math.Max(first, marked);
            marked = Math.Min(after, to);
            spans.Add((Offset(words[begin].Start), Offset(words[marked - 1].End)));
        }

        return new TextSnippet(field, snippet.ToString(), spans);

        // In code points.
        int Offset(int position) => text[start..position].EnumerateRunes().Count() + (from == 0 ? 0 : 1);
    }

    private static bool Matches(Term term, List<Word> words, int first)
    {
        for (var i = 0; i < term.Words.Length; i++)
        {
            var isPrefix = term.IsPrefix && i == term.Words.Length - 1;
            var found = words[first + i].Folded;
            if (isPrefix ? !found.StartsWith(term.Words[i], StringComparison.Ordinal) : found != term.Words[i])
            {
                return false;
            }
        }

        return true;
    }

    private static List<Word> Divide(string text)
    {
        var words = new List<Word>();
        var start = 0;
        while (start < text.Length)
        {
            var end = start;
            while (end < text.Length && IsInWord(text, end))
            {
                end++;
            }

            if (end > start)
            {
                Add(words, text, start, end);
            }

            start = Math.Max(end, start + 1);
        }

        return words;
    }

    /// <summary>Adds a run of letters: a word, or in scripts without spaces a word for each letter.</summary>
    private static void Add(List<Word> words, string text, int start, int end)
    {
        var folded = FoldedText.ToPhrase(text[start..end]).Trim();
        if (!folded.Contains(' '))
        {
            words.Add(new Word(start, end, folded));
            return;
        }

        for (var at = start; at < end;)
        {
            var length = Rune.GetRuneAt(text, at).Utf16SequenceLength;
            words.Add(new Word(at, at + length, FoldedText.ToPhrase(text.Substring(at, length)).Trim()));
            at += length;
        }
    }

    private static bool IsInWord(string text, int at) =>
        char.IsLetterOrDigit(text, at) || char.IsLowSurrogate(text[at]) || char.IsSurrogatePair(text, at)
        || char.GetUnicodeCategory(text, at) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.Format;

    private readonly record struct Term(string[] Words, bool IsPrefix, SearchField? Field);

    private readonly record struct Word(int Start, int End, string Folded);
}
