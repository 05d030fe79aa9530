using System.Collections.Frozen;

namespace Syndication.Findings.Languages;

/// <summary>Tells the language of a text by its function words.</summary>
/// <remarks>
/// Each of the first 2,000 words that is among a language's commonest function words counts for that language; some words
/// count for several. The language with the most wins, if it has at least three, at least one word in twelve (running text
/// has about four in ten), and more than every other. Otherwise the answer is <c>und</c>.
/// </remarks>
public static class LanguageDetector
{
    private const int MaxWords = 2_000;
    private const int MinHits = 3;
    private const int MinShare = 12;

    private static readonly string[] Known = ["de", "en", "es", "fr", "it", "nl", "pt"];

    // Grammars' closed classes: articles, pronouns, prepositions, conjunctions, auxiliary verbs. French and Italian with
    // the parts that an apostrophe leaves.
    private static readonly string[] FunctionWords =
    [
        "der die das den dem des ein eine einen einem einer und oder aber nicht auch ist sind war wird werden wurde hat haben sich von mit für auf aus bei nach zu zum zur im in am an als wie es er sie wir ich dass",
        "the a an and or but not is are was were be been has have had will would of to in on at by for from with as that this which who it he she they we his her their its said after",
        "el la los las un una y o pero no es son fue era ha han ser se de del en por para con sin sobre como que su sus lo al más este esta entre también le cuando muy ya",
        "le la les un une des du de et ou mais ne pas est sont était a ont sera être se ce cette ces qui que qu l d c n s en dans par pour sur avec sans au aux son sa ses leur il elle ils plus été",
        "il lo la gli le i un una uno e o ma non è sono era ha hanno stato si di del della dei delle degli in nel nella per con su sul come che da dal alla al anche più questo questa tra dopo l",
        "de het een en of maar niet is zijn was waren wordt worden werd heeft hebben had zich van met voor op uit bij naar te tot in aan als dat die deze dit hij zij ze er ook om door over nog",
        "o a os as um uma e ou mas não é são foi era tem têm ser se de do da dos das em no na nos nas por pelo pela para com sem sobre como que seu sua ao à mais este esta também",
    ];

    // Word to a bit per language.
    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Profiles = FunctionWords
        .SelectMany((words, language) => words.Split(' ').Distinct().Select(word => (Word: word, Bit: 1 << language)))
        .GroupBy(entry => entry.Word, entry => entry.Bit)
        .ToFrozenDictionary(group => group.Key, group => group.Sum(), StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int MaxLength = FunctionWords.Max(words => words.Split(' ').Max(word => word.Length));

    /// <summary>The languages that it knows.</summary>
    public static ReadOnlySpan<string> Languages => Known;

    /// <summary>Counts a word for the languages whose function word it is.</summary>
    /// <param name="word">In any letter case.</param>
    /// <param name="hits">One number for each of <see cref="Languages"/>.</param>
    public static void Count(ReadOnlySpan<char> word, Span<int> hits)
    {
        if (word.Length <= MaxLength && Profiles.TryGetValue(word, out var bits))
        {
            for (var language = 0; language < hits.Length; language++)
            {
                hits[language] += (bits >> language) & 1;
            }
        }
    }

    /// <summary>The language of a text.</summary>
    /// <returns><c>de</c>, <c>en</c>, <c>es</c>, <c>fr</c>, <c>it</c>, <c>nl</c>, <c>pt</c>, or <c>und</c>.</returns>
    public static string Detect(ReadOnlySpan<char> text)
    {
        Span<int> hits = stackalloc int[Known.Length];
        hits.Clear();
        var words = 0;
        for (var start = 0; start < text.Length && words < MaxWords; start++)
        {
            var end = start;
            while (end < text.Length && char.IsLetter(text[end]))
            {
                end++;
            }

            if (end > start)
            {
                words++;
                Count(text[start..end], hits);
                start = end;
            }
        }

        var best = 0;
        for (var language = 1; language < hits.Length; language++)
        {
            if (hits[language] > hits[best])
            {
                best = language;
            }
        }

        return hits[best] >= MinHits && hits[best] * MinShare >= words && hits.Count(hits[best]) == 1 ? Languages[best] : "und";
    }
}
