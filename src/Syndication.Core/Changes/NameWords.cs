using System.Collections.Concurrent;
using System.Globalization;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>What a version knows of words beyond their letters: the calendar of its language, and the names that it lists.</summary>
internal sealed class NameWords
{
    /// <summary>Languages that write all nouns with a capital: German, Luxembourgish, Low German, Swiss German, Bavarian, Ripuarian, North Frisian.</summary>
    private static readonly HashSet<string> CapitalNouns = ["de", "lb", "nds", "gsw", "bar", "ksh", "frr"];

    /// <summary>By primary subtag, of which articles have known ones only.</summary>
    private static readonly ConcurrentDictionary<string, HashSet<string>> Calendars = new();

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _calendar;
    private readonly bool _capitalsAreNames;

    public NameWords(Article article)
    {
        var language = article.Language.Split('-')[0].ToLowerInvariant();
        _calendar = Calendars.GetOrAdd(language, CalendarOf);
        _capitalsAreNames = !CapitalNouns.Contains(language);
        foreach (var concept in article.People.Concat(article.Organisations).Concat(article.Places))
        {
            foreach (var token in WordToken.Split(concept.Name).Where(token => token.Shape == TokenShape.Word))
            {
                // "de" in "Banque de France" is no name; in scripts without case every word is one.
                var word = concept.Name.Substring(token.Start, token.Length);
                if (!char.IsLower(word[0]))
                {
                    _names.Add(word);
                }
            }
        }
    }

    /// <summary>Whether capitals begin names only, sentences apart.</summary>
    public bool CapitalsAreNames => _capitalsAreNames;

    /// <summary>Whether a word is part of a listed name.</summary>
    public bool IsListed(string word) => _names.Contains(word);

    /// <summary>Whether a word is a month or a weekday: in the letter case of the language, or with a capital at the start of a sentence.</summary>
    public bool IsCalendar(string word) => _calendar.Contains(word)
        || (char.IsUpper(word[0]) && _calendar.Contains(char.ToLowerInvariant(word[0]) + word[1..]));

    /// <summary>ICU's names. Short ones count where they are no other word: of four letters or more, without their full stop.</summary>
    private static HashSet<string> CalendarOf(string language)
    {
        DateTimeFormatInfo format;
        try
        {
            format = CultureInfo.GetCultureInfo(language).DateTimeFormat;
        }
        catch (CultureNotFoundException)
        {
            return [];
        }

        return
        [
            .. format.MonthNames.Concat(format.MonthGenitiveNames).Concat(format.DayNames),
            .. format.AbbreviatedMonthNames.Concat(format.AbbreviatedMonthGenitiveNames).Concat(format.AbbreviatedDayNames)
                .Select(name => name.TrimEnd('.')).Where(name => name.Length >= 4),
        ];
    }
}
