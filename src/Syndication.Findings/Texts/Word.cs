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
            if (!IsPart(text[i]))
            {
                continue;
            }

            var start = i;
            var traits = char.IsUpper(text[i]) ? WordTraits.Capitalised : WordTraits.None;
            for (; i < text.Length && (IsPart(text[i]) || (text[i] == '\u00AD' && i + 1 < text.Length && IsPart(text[i + 1]))); i++)
            {
                if (char.IsAsciiDigit(text[i]))
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPart(char c) => c < 128
        ? char.IsAsciiLetterOrDigit(c)
        : char.IsLetterOrDigit(c) || (c >= 0x300 && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
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
