namespace Syndication.Findings.Languages;

/// <summary>What the rules know of a language.</summary>
/// <remarks>Rules that need words of a language find nothing in one that is not here.</remarks>
internal sealed partial class NewsLanguage
{
    private NewsLanguage(string code) => Code = code;

    /// <summary>The primary subtag; empty for a language that is not known.</summary>
    public string Code { get; }

    /// <summary>Whether quotations are put between single marks too.</summary>
    public bool QuotesWithSingleMarks { get; private init; }

    /// <summary>The marks that quotations usually have.</summary>
    public Texts.QuoteStyle UsualQuotes { get; private init; }

    /// <summary>Words that may stand twice in a row.</summary>
    public string[] Repeatable { get; private init; } = [];

    /// <summary>Words that cannot be a headline's last.</summary>
    public string[] NeverLast { get; private init; } = [];

    /// <summary>Words that say a day by the day of writing, weekdays among them; null where none are known.</summary>
    public System.Buffers.SearchValues<string>? RelativeDays { get; private init; }

    /// <summary>Names of months; null where none are known.</summary>
    public System.Buffers.SearchValues<string>? Months { get; private init; }

    /// <summary>Whether a word, or the first of a phrase, is one of <see cref="RelativeDays"/> and not the beginning of a longer word.</summary>
    public bool IsRelative(ReadOnlySpan<char> word)
    {
        foreach (var day in DayWords.GetValueOrDefault(Code, []))
        {
            if (word.Equals(day.AsSpan(0, day.IndexOf(' ') is > 0 and var end ? end : day.Length), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the day stands behind the month: June 17.</summary>
    public bool DayFollowsMonth { get; private init; }

    /// <summary>The language of a BCP 47 tag.</summary>
    public static NewsLanguage Of(ReadOnlySpan<char> tag)
    {
        var primary = PrimaryOf(tag);
        foreach (var language in All)
        {
            if (primary.Equals(language.Code, StringComparison.OrdinalIgnoreCase))
            {
                return language;
            }
        }

        return Unknown;
    }

    /// <summary>The part of a tag before the first hyphen.</summary>
    public static ReadOnlySpan<char> PrimaryOf(ReadOnlySpan<char> tag) => tag.IndexOf('-') is >= 0 and var end ? tag[..end] : tag;
}
