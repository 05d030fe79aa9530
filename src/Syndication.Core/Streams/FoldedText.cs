using System.Buffers;
using System.Globalization;
using System.Text;

namespace Syndication.Streams;

/// <summary>
/// Text made ready for the search of whole words: the words, folded, each between two spaces, so that a phrase is found by
/// one search for its own folded form.
/// </summary>
/// <remarks>
/// A word is a run of letters, digits and combining marks. Folding drops letter case (ß is ss, ς is σ), accents (the
/// combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic), and invisible characters such as the soft hyphen; it is
/// blind to how accents are composed. In scripts that put no spaces between words (Han, kana, Thai, Lao, Khmer, Burmese)
/// every letter is a word, so that a phrase of them is found inside a sentence. Not thread-safe; dispose it.
/// </remarks>
internal ref struct FoldedText
{
    // Apart from every folded letter and from the space, so that no phrase reaches over it.
    private const char TextEnd = '\u0001';

    private char[] _buffer;
    private int _length;
    private bool _inWord;

    public FoldedText(int capacity)
    {
        _buffer = ArrayPool<char>.Shared.Rent(capacity);
        _buffer[0] = ' ';
        _length = 1;
    }

    public readonly ReadOnlySpan<char> Words => _buffer.AsSpan(0, _length);

    /// <summary>The phrase that <see cref="Contains"/> looks for: the text's words with a space around each.</summary>
    /// <returns>Empty when the text has no word.</returns>
    public static string ToPhrase(string text)
    {
        var folded = new FoldedText(text.Length + 16);
        try
        {
            folded.AppendWords(text);
            return folded._length > 1 ? folded.Words.ToString() : "";
        }
        finally
        {
            folded.Dispose();
        }
    }

    /// <summary>Whether the letter at a place is of a script that puts no spaces between words.</summary>
    public static bool IsUnspaced(string text, int at) =>
        Folding.IsUnspaced(text[at]) || (Rune.TryGetRuneAt(text, at, out var rune) && IsSupplementaryHan(rune));

    public readonly bool Contains(string phrase) => Words.IndexOf(phrase) >= 0;

    /// <summary>Adds a text that no phrase of the one before goes on into.</summary>
    public void Append(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        AppendWords(text);
        Add(TextEnd);
        Add(' ');
    }

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void AppendWords(string text)
    {
        Reserve(text.Length + 2);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var folded = Folding.Of(c);
            if (folded > Folding.LastSpecial)
            {
                AddToWord(folded);
                continue;
            }

            switch (folded)
            {
                case Folding.Dropped:
                    break;

                case Folding.Separator:
                    EndWord();
                    break;

                case Folding.OwnWord:
                    EndWord();
                    AddToWord(c);
                    EndWord();
                    break;

                case Folding.Several:
                    foreach (var part in Folding.SeveralOf(c))
                    {
                        AddToWord(part);
                    }

                    break;

                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                    {
                        AppendRune(new Rune(c, text[++i]));
                    }
                    else
                    {
                        EndWord();
                    }

                    break;
            }
        }

        EndWord();
    }

    private void AppendRune(Rune rune)
    {
        if (!Folding.IsWordPart(Rune.GetUnicodeCategory(rune)))
        {
            EndWord();
            return;
        }

        var isHan = IsSupplementaryHan(rune);
        if (isHan)
        {
            EndWord();
        }

        Span<char> units = stackalloc char[2];
        Rune.ToLowerInvariant(rune).EncodeToUtf16(units);
        AddToWord(units[0]);
        AddToWord(units[1]);
        if (isHan)
        {
            EndWord();
        }
    }

    /// <summary>Planes 2 and 3 are Han alone.</summary>
    private static bool IsSupplementaryHan(Rune rune) => rune.Plane is 2 or 3;

    private void AddToWord(char c)
    {
        _inWord = true;
        Add(c);
    }

    private void EndWord()
    {
        if (_inWord)
        {
            _inWord = false;
            Add(' ');
        }
    }

    private void Add(char c)
    {
        if (_length == _buffer.Length)
        {
            Reserve(1);
        }

        _buffer[_length++] = c;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<char>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>What each character of the basic plane becomes, by pages of 256 that are made when first needed.</summary>
    private static class Folding
    {
        public const char Dropped = '\0';
        public const char Separator = '\u0001';
        public const char OwnWord = '\u0002';
        public const char Several = '\u0003';
        public const char Surrogate = '\u0004';
        public const char LastSpecial = Surrogate;

        private static readonly char[]?[] Pages = new char[256][];

        public static char Of(char c) => (Pages[c >> 8] ?? MakePage(c >> 8))[c & 0xFF];

        public static string SeveralOf(char c) => c is 'ß' or 'ẞ' ? "ss" : Decompose(c);

        public static bool IsWordPart(UnicodeCategory category) => category
            is <= UnicodeCategory.OtherLetter // Lu, Ll, Lt, Lm, Lo
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

        // Two threads may make the same page; both make it alike, and storing a reference is atomic.
        private static char[] MakePage(int page)
        {
            var folded = new char[256];
            for (var i = 0; i < folded.Length; i++)
            {
                folded[i] = Fold((char)((page << 8) | i));
            }

            Volatile.Write(ref Pages[page], folded);
            return folded;
        }

        private static char Fold(char c)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(c);
            if (category == UnicodeCategory.Surrogate)
            {
                return Surrogate;
            }

            // Invisible inside words, but for the zero-width space, which exists to part them.
            if (category == UnicodeCategory.Format)
            {
                return c == '\u200B' ? Separator : Dropped;
            }

            if (IsAccent(c))
            {
                return Dropped;
            }

            if (!IsWordPart(category))
            {
                return Separator;
            }

            if (c is 'ß' or 'ẞ')
            {
                return Several;
            }

            if (IsUnspaced(c))
            {
                return OwnWord;
            }

            var decomposed = Decompose(c);
            return decomposed.Length switch
            {
                0 => Dropped,
                1 => decomposed[0],
                _ => Several,
            };
        }

        private static string Decompose(char c)
        {
            var parts = new StringBuilder();
            foreach (var part in c.ToString().Normalize(NormalizationForm.FormD))
            {
                if (!IsAccent(part))
                {
                    var lower = char.ToLowerInvariant(part);
                    parts.Append(lower == 'ς' ? 'σ' : lower);
                }
            }

            return parts.ToString();
        }

        // Only where a mark is an accent or a reading aid: in the scripts of India it is a letter.
        private static bool IsAccent(char c) => c
            is (>= '\u0300' and <= '\u036F') or (>= '\u0483' and <= '\u0487') or (>= '\u1AB0' and <= '\u1AFF')
            or (>= '\u1DC0' and <= '\u1DFF') or (>= '\u20D0' and <= '\u20FF') or (>= '\uFE20' and <= '\uFE2F')
            or (>= '\u0591' and <= '\u05BD') or '\u05BF' or '\u05C1' or '\u05C2' or '\u05C4' or '\u05C5' or '\u05C7'
            or (>= '\u0610' and <= '\u061A') or '\u0640' or (>= '\u064B' and <= '\u065F') or '\u0670' or (>= '\u06D6' and <= '\u06DC')
            or (>= '\u06DF' and <= '\u06E4') or '\u06E7' or '\u06E8' or (>= '\u06EA' and <= '\u06ED');

        public static bool IsUnspaced(char c) => c
            is (>= '\u0E00' and <= '\u0EFF') // Thai, Lao
            or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') // Burmese, Khmer
            or (>= '\u3005' and <= '\u3007') or (>= '\u3041' and <= '\u30FF') or (>= '\u31F0' and <= '\u31FF') // kana
            or (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF'); // Han
    }
}
