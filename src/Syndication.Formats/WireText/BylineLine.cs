using System.Buffers;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Lines that say who signs an article.</summary>
/// <remarks>
/// Such a line has at most 120 UTF-16 units and begins with Par, By, Von, Por, Di or Door, capitalised or in capitals, then
/// a name: words that begin with a capital or are particles (<c>de</c>, <c>van</c>, <c>and</c> …), at least two of the former or one
/// that is all capitals (<c>Par AFP</c>), and no digits. After a comma anything may follow, such as a role. No full stop,
/// question mark, exclamation mark or colon ends it.
/// Names are parted by commas, ampersands, slashes and the word "and" in the same languages; what is no name is not a
/// contributor.
/// </remarks>
internal static class BylineLine
{
    private const int MaxLength = 120;

    private static readonly HashSet<string> Openings = new(
        ["Par", "PAR", "By", "BY", "Von", "VON", "Por", "POR", "Di", "DI", "Door", "DOOR"], StringComparer.Ordinal);

    private static readonly HashSet<string> Particles = new(
        ["de", "du", "des", "d", "la", "le", "del", "della", "di", "da", "do", "dos", "das", "van", "von", "der", "den", "ten", "ter", "zu", "bin", "ibn", "al", "el", "af", "av"],
        StringComparer.Ordinal);

    private static readonly HashSet<string> Conjunctions = new(["et", "and", "und", "y", "e", "en", "avec", "with", "mit", "con", "com", "met"], StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> NoName = SearchValues.Create(":;!?()[]«»“”\"");

    public static bool Is(ReadOnlySpan<char> line) =>
        line.Length <= MaxLength
        && !line.ContainsAny('\n', '\t')
        && line.IndexOf(' ') is > 1 and < 5 and var space
        && Openings.GetAlternateLookup<ReadOnlySpan<char>>().Contains(line[..space])
        && line[^1] is not ('?' or '!' or ':' or ';' or ',' or '…')
        && !(line[^1] == '.' && !IsInitial(line))
        && IsName(FirstSegment(line[space..]), mayJoin: true);

    public static Byline ToByline(string line)
    {
        var byline = new Byline { Text = line };
        var names = new List<string>();
        foreach (var segment in line[line.IndexOf(' ', StringComparison.Ordinal)..].Split([',', '&', '/']))
        {
            var from = 0;
            var words = segment.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i <= words.Length; i++)
            {
                if (i == words.Length || Conjunctions.Contains(words[i]))
                {
                    names.Add(string.Join(' ', words[from..i]));
                    from = i + 1;
                }
            }
        }

        // The contract's bound.
        foreach (var name in names.Where(name => IsName(name, mayJoin: false)).Take(50))
        {
            byline.Contributors.Add(new Contributor { Name = name });
        }

        return byline;
    }

    private static ReadOnlySpan<char> FirstSegment(ReadOnlySpan<char> text) => text.IndexOf(',') is > 0 and var comma ? text[..comma] : text;

    private static bool IsInitial(ReadOnlySpan<char> line) => line.Length > 2 && char.IsUpper(line[^2]);

    private static bool IsName(ReadOnlySpan<char> text, bool mayJoin)
    {
        var (capitalised, allCapitals) = (0, 0);
        foreach (var range in text.Split(' '))
        {
            var word = text[range];
            if (word.IsEmpty || word is "&" or "/")
            {
                continue;
            }

            if (word.ContainsAnyInRange('0', '9') || word.ContainsAny(NoName))
            {
                return false;
            }

            if (char.IsUpper(word[0]))
            {
                capitalised++;
                allCapitals += word.Length > 1 && !ContainsLower(word) ? 1 : 0;
            }
            else if (!(word is ['d' or 'l' or 'o', '\'' or '’', ..] && word.Length > 2 && char.IsUpper(word[2]))
                && !Particles.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)
                && !(mayJoin && Conjunctions.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)))
            {
                return false;
            }
        }

        return capitalised >= 2 || (capitalised == 1 && allCapitals == 1);
    }

    private static bool ContainsLower(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (char.IsLower(c))
            {
                return true;
            }
        }

        return false;
    }
}
