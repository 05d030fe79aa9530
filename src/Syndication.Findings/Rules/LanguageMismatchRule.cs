using Syndication.Findings.Languages;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>A text in another language than its tag says.</summary>
internal sealed class LanguageMismatchRule() : Rule(
    "language-mismatch",
    FindingSeverity.Warning,
    "A body of 20 words or more that is in another language than the article says, as its function words tell (de, en, es, fr, it, nl, pt), or in another script. In doubt it finds nothing.",
    new RuleExample(
        "en",
        "Le gouvernement a présenté la réforme devant les députés, qui ont voté le texte dans la nuit avec une large majorité pour les mesures de la ministre.",
        "The government has presented the reform to the members, who have voted for it in the night with a large majority for the plans of the minister."))
{
    private const int MinWords = 20;
    private const int MaxWords = 100;

    internal override void Check(ArticleScan scan)
    {
        var tag = scan.Article.Language;
        if (tag.Length == 0 || tag.StartsWith("und", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        Span<int> hits = stackalloc int[LanguageDetector.Languages.Length];
        hits.Clear();
        var (words, latin) = (0, 0);
        foreach (ref readonly var part in scan.Parts)
        {
            foreach (var word in part.IsBody ? scan.WordsOf(part) : [])
            {
                if (words == MaxWords)
                {
                    break;
                }

                words++;
                latin += part.Text[word.Start] < 0x250 ? 1 : 0;
                LanguageDetector.Count(part.Text.AsSpan(word.Start, word.Length), hits);
            }
        }

        var said = NewsLanguage.PrimaryOf(tag);
        if (words < MinWords)
        {
            return;
        }

        if (NonLatin(said) is { } script && tag.IndexOf("-Latn", StringComparison.OrdinalIgnoreCase) < 0)
        {
            if (latin * 10 > words * 9)
            {
                scan.Report(this, "language", $"The tag is \"{tag}\", the text is not in {script} script.", tag);
            }
        }
        else if (Contradicting(hits, said, words) is { } found)
        {
            scan.Report(this, "language", $"The tag is \"{tag}\", the text looks like \"{found}\".", tag);
        }
    }

    /// <summary>The language that has twice as many function words as the one that is said; only of languages that are known to the detector.</summary>
    private static string? Contradicting(ReadOnlySpan<int> hits, ReadOnlySpan<char> said, int words)
    {
        var (best, own) = (0, -1);
        for (var i = 0; i < hits.Length; i++)
        {
            best = hits[i] > hits[best] ? i : best;
            own = said.Equals(LanguageDetector.Languages[i], StringComparison.OrdinalIgnoreCase) ? i : own;
        }

        return own >= 0 && best != own && hits[best] * 5 >= words && hits[best] >= hits[own] * 2 ? LanguageDetector.Languages[best] : null;
    }

    private static string? NonLatin(ReadOnlySpan<char> language) => language switch
    {
        "ru" or "uk" or "bg" or "be" or "mk" => "Cyrillic",
        "el" => "Greek",
        "ar" or "fa" or "ur" or "ps" => "Arabic",
        "he" or "yi" => "Hebrew",
        "zh" or "ja" => "Han",
        "ko" => "Hangul",
        "th" => "Thai",
        "hi" or "mr" or "ne" => "Devanagari",
        "ka" => "Georgian",
        "hy" => "Armenian",
        _ => null,
    };
}
