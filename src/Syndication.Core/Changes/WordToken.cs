using System.Globalization;
using System.Text;
using Syndication.Streams;

namespace Syndication.Changes;

/// <summary>A piece of a text that changes as a whole.</summary>
/// <param name="Start">Its first UTF-16 unit.</param>
/// <param name="Length">Its length in UTF-16 units.</param>
/// <param name="Shape">What it is made of.</param>
/// <remarks>
/// .NET has the grapheme clusters of UAX 29 but not its words, so these rules stand in for them. A word is a run of letters, marks
/// and digits; an apostrophe ends it and belongs to it (<c>l’</c>, <c>accord</c>), unless at most two letters follow
/// (<c>don’t</c>). A figure begins with a digit, goes on over <c>. , : / -</c> between digits and over a space before a group of
/// three, and takes the letters that follow (<c>2nd</c>). In scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) each
/// letter is a word. A run of white space is one token; of anything else each grapheme cluster is one. So no token cuts one.
/// </remarks>
internal readonly record struct WordToken(int Start, int Length, TokenShape Shape)
{
    /// <summary>The unit after it.</summary>
    public int End => Start + Length;

    /// <summary>Cuts a text into tokens that together are the whole of it.</summary>
    public static List<WordToken> Split(string text)
    {
        var tokens = new List<WordToken>();
        for (var at = 0; at < text.Length;)
        {
            var (end, shape) = Next(text, at);
            tokens.Add(new WordToken(at, end - at, shape));
            at = end;
        }

        return tokens;
    }

    private static (int End, TokenShape Shape) Next(string text, int start)
    {
        if (char.IsWhiteSpace(text[start]))
        {
            var end = start + 1;
            while (end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            return (end, TokenShape.Space);
        }

        if (char.IsDigit(text[start]))
        {
            return (EndOfFigure(text, start), TokenShape.Figure);
        }

        if (!IsLetter(text, start, out var length))
        {
            return (start + StringInfo.GetNextTextElementLength(text, start), TokenShape.Sign);
        }

        return FoldedText.IsUnspaced(text, start)
            ? (EndOfMarks(text, start + length), TokenShape.Word)
            : (EndOfWord(text, start + length), TokenShape.Word);
    }

    private static int EndOfFigure(string text, int start)
    {
        var end = start;
        var group = 0;
        while (true)
        {
            while (end < text.Length && char.IsDigit(text[end]))
            {
                (end, group) = (end + 1, group + 1);
            }

            if (end + 1 >= text.Length || !char.IsDigit(text[end + 1]))
            {
                break;
            }

            if (text[end] is '.' or ',' or ':' or '/' or '-')
            {
                (end, group) = (end + 1, 0);
            }
            else if (text[end] is ' ' or '\u00A0' or '\u2009' or '\u202F' && group <= 3 && IsGroupOfThree(text, end + 1))
            {
                (end, group) = (end + 1, 0);
            }
            else
            {
                break;
            }
        }

        return end < text.Length && IsLetter(text, end, out var length) && !FoldedText.IsUnspaced(text, end) ? EndOfWord(text, end + length) : end;
    }

    private static bool IsGroupOfThree(string text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < 4 && char.IsDigit(text[end]))
        {
            end++;
        }

        return end - start == 3;
    }

    private static int EndOfWord(string text, int end)
    {
        while (end < text.Length)
        {
            if (IsMark(text, end, out var length) || ((IsLetter(text, end, out length) || char.IsDigit(text[end])) && !FoldedText.IsUnspaced(text, end)))
            {
                end += Math.Max(length, 1);
            }
            else if (text[end] is '\'' or '’' && end + 1 < text.Length && IsLetter(text, end + 1, out _))
            {
                var rest = EndOfLetters(text, end + 1);
                return rest - end > 3 ? end + 1 : rest;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    private static int EndOfLetters(string text, int end)
    {
        while (end < text.Length && (IsLetter(text, end, out var length) || IsMark(text, end, out length)))
        {
            end += length;
        }

        return end;
    }

    private static int EndOfMarks(string text, int end)
    {
        while (end < text.Length && IsMark(text, end, out var length))
        {
            end += length;
        }

        return end;
    }

    private static bool IsLetter(string text, int at, out int length) => Is(text, at, out length) is <= UnicodeCategory.OtherLetter;

    /// <summary>A mark or an invisible sign belongs to what it follows.</summary>
    private static bool IsMark(string text, int at, out int length) =>
        Is(text, at, out length) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private static UnicodeCategory Is(string text, int at, out int length)
    {
        if (Rune.TryGetRuneAt(text, at, out var rune))
        {
            length = rune.Utf16SequenceLength;
            return Rune.GetUnicodeCategory(rune);
        }

        length = 1;
        return UnicodeCategory.Surrogate;
    }
}

/// <summary>What a token is made of.</summary>
internal enum TokenShape
{
    /// <summary>White space.</summary>
    Space,

    /// <summary>Letters.</summary>
    Word,

    /// <summary>Digits first.</summary>
    Figure,

    /// <summary>Anything else.</summary>
    Sign,
}
