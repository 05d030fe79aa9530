using System.Globalization;
using System.Runtime.CompilerServices;

namespace Syndication.Findings.Texts;

/// <summary>A run of letters and digits; an apostrophe or a hyphen parts words, a soft hyphen does not.</summary>
/// <param name="Start">Its first UTF-16 unit in its text.</param>
/// <param name="Length">How many it has.</param>
/// <param name="Traits">What can be told while it is read.</param>
internal readonly record struct Word(int Start, int Length, WordTraits Traits)
{
    public int End => Start + Length;

    /// <summary>Whether it begins with a capital.</summary>
    public bool IsCapitalised => (Traits & WordTraits.Capitalised) != 0;

    /// <summary>Finds the words of a text.</summary>
    public static void Collect(string text, PooledList<Word> words)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (KindOf(text[i]) == Kind.Other)
            {
                continue;
            }

            var start = i;
            var traits = char.IsUpper(text[i]) ? WordTraits.Capitalised : WordTraits.None;
            for (; i < text.Length; i++)
            {
                var kind = KindOf(text[i]);
                if (kind == Kind.Other)
                {
                    if (text[i] == '\u00AD' && i + 1 < text.Length && KindOf(text[i + 1]) != Kind.Other)
                    {
                        continue;
                    }

                    break;
                }

                if (kind == Kind.Digit)
                {
                    traits |= WordTraits.HasDigit;
                }
                else if ((traits & WordTraits.HasDigit) != 0)
                {
                    traits |= WordTraits.LetterAfterDigit;
                }
            }

            words.Add(new Word(start, i - start, traits));
        }
    }

    // Looked up for nearly all that newsrooms write: this is asked for every character of every article.
    private static readonly Kind[] Kinds = [.. Enumerable.Range(0, 0x530).Select(code => Tell((char)code))];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Kind KindOf(char c) => c < Kinds.Length ? Kinds[c] : Tell(c);

    private static Kind Tell(char c) => char.IsAsciiDigit(c) ? Kind.Digit
        : char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark ? Kind.Letter
        : Kind.Other;

    private enum Kind : byte
    {
        Other,
        Letter,
        Digit,
    }
}

/// <summary>What can be told of a word while it is read.</summary>
[Flags]
internal enum WordTraits : byte
{
    None = 0,
    Capitalised = 1,
    HasDigit = 2,
    LetterAfterDigit = 4,
}
