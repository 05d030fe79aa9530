using System.Collections.Frozen;

namespace Syndication.Articles;

/// <summary>
/// BCP 47 language tags (RFC 5646) and language ranges (RFC 4647). The known subtags are those of the IANA Language Subtag
/// Registry, embedded as <c>LanguageSubtags.txt</c>: .NET's own data depends on the ICU of the machine and knows every
/// made-up tag. Grandfathered tags are refused; the registry names a replacement for nearly all of them.
/// </summary>
public static class LanguageTag
{
    // From RFC 5646, 2.1.1: no limit there, but tags of more than 35 characters do not occur outside private use.
    private const int MaxLength = 100;

    private static readonly SubtagLists Known = SubtagLists.Load();

    /// <summary>What is wrong with a language tag.</summary>
    /// <returns>Null when it is well-formed and its language, script and region are known.</returns>
    public static string? FindProblem(ReadOnlySpan<char> tag)
    {
        if (tag.Length > MaxLength)
        {
            return $"is longer than {MaxLength} characters";
        }

        var rest = tag;
        var subtag = Next(ref rest);
        if (subtag.Length is not (2 or 3) || !IsLetters(subtag))
        {
            return "is not a BCP 47 language tag such as fr or fr-CA";
        }

        if (!Known.Languages.Contains(subtag))
        {
            return $"has an unknown language, {subtag}";
        }

        subtag = Next(ref rest);
        for (var extended = 0; extended < 3 && subtag.Length == 3 && IsLetters(subtag); extended++)
        {
            // Every extended language is also registered as a language.
            if (!Known.Languages.Contains(subtag))
            {
                return $"has an unknown language, {subtag}";
            }

            subtag = Next(ref rest);
        }

        if (subtag.Length == 4 && IsLetters(subtag))
        {
            if (!Known.Scripts.Contains(subtag))
            {
                return $"has an unknown script, {subtag}";
            }

            subtag = Next(ref rest);
        }

        if ((subtag.Length == 2 && IsLetters(subtag)) || (subtag.Length == 3 && IsDigits(subtag)))
        {
            if (!Known.Regions.Contains(subtag))
            {
                return $"has an unknown region, {subtag}";
            }

            subtag = Next(ref rest);
        }

        return IsTail(subtag, rest) && !tag.EndsWith('-') ? null : "is not a BCP 47 language tag such as fr or fr-CA";
    }

    /// <summary>Whether the text is a basic language range of RFC 4647: <c>*</c>, or subtags of letters and digits.</summary>
    public static bool IsRange(ReadOnlySpan<char> range)
    {
        if (range is "*")
        {
            return true;
        }

        if (range.EndsWith('-'))
        {
            return false;
        }

        var rest = range;
        var subtag = Next(ref rest);
        if (subtag.Length is 0 or > 8 || !IsLetters(subtag))
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            subtag = Next(ref rest);
            if (subtag.Length is 0 or > 8 || !IsLettersOrDigits(subtag))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Basic filtering of RFC 4647, 3.3.1: the range is the tag, or the tag goes on after it with a hyphen.</summary>
    public static bool Matches(ReadOnlySpan<char> range, ReadOnlySpan<char> tag) =>
        range is "*"
        || (tag.StartsWith(range, StringComparison.OrdinalIgnoreCase) && (tag.Length == range.Length || tag[range.Length] == '-'));

    /// <summary>Whether the text is a current code of ISO 3166-1 alpha-2, in upper case.</summary>
    public static bool IsTerritory(ReadOnlySpan<char> code) =>
        code.Length == 2 && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiLetterUpper(code[1]) && Known.Territories.Contains(code);

    // Variants, extensions and private use, by their form alone: RFC 5646, 2.1.
    private static bool IsTail(ReadOnlySpan<char> subtag, ReadOnlySpan<char> rest)
    {
        var singleton = '\0';
        var needsMore = false;
        for (; !subtag.IsEmpty; subtag = Next(ref rest))
        {
            if (subtag.Length > 8 || !IsLettersOrDigits(subtag))
            {
                return false;
            }

            if (subtag.Length == 1 && singleton is not ('x' or 'X'))
            {
                if (needsMore)
                {
                    return false;
                }

                singleton = subtag[0];
                needsMore = true;
            }
            else if (singleton == '\0')
            {
                if (subtag.Length < 4 || (subtag.Length == 4 && !char.IsAsciiDigit(subtag[0])))
                {
                    return false;
                }
            }
            else
            {
                needsMore = false;
            }
        }

        // An empty subtag in the middle ends the loop early.
        return rest.IsEmpty && !needsMore;
    }

    private static ReadOnlySpan<char> Next(scoped ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('-');
        var subtag = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return subtag;
    }

    private static bool IsLetters(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(AsciiText.Letters);

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsLettersOrDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(AsciiText.LettersAndDigits);

    private sealed class SubtagLists
    {
        private SubtagLists(Dictionary<string, List<string>> sections)
        {
            Languages = Index(sections["language"]);
            Scripts = Index(sections["script"]);
            Territories = Index(sections["territory"]);
            Regions = Index([.. sections["territory"], .. sections["region"]]);
        }

        public FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Languages { get; }

        public FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Scripts { get; }

        public FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Territories { get; }

        public FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Regions { get; }

        public static SubtagLists Load()
        {
            using var reader = new StreamReader(typeof(LanguageTag).Assembly.GetManifestResourceStream("LanguageSubtags.txt")!);
            var sections = new Dictionary<string, List<string>>();
            var section = new List<string>();
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('['))
                {
                    section = sections[line.Trim('[', ']')] = [];
                }
                else if (!line.StartsWith('#'))
                {
                    section.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                }
            }

            return new SubtagLists(sections);
        }

        private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Index(List<string> subtags) =>
            subtags.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
