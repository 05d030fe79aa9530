using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Syndication.Formats.Html;

/// <summary>Days as texts write them, in the languages that texts are recognised in: <c>1er août 2012</c>, <c>4 July 2012</c>.</summary>
internal static class LeadingDates
{
    private static readonly CultureInfo[] Cultures = [.. new[] { "fr-FR", "en-GB", "de-DE", "es-ES", "it-IT", "nl-NL", "pt-PT" }.Select(CultureInfo.GetCultureInfo)];

    /// <summary>The day's midnight in UTC; null where it is none.</summary>
    public static Timestamp? Parse(string text)
    {
        var parts = text.Split([' ', '\u00a0', '\u202f'], StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var day, var month, var year] || !int.TryParse(string.Concat(day.TakeWhile(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        foreach (var culture in Cultures)
        {
            if (DateTime.TryParseExact($"{number} {month.TrimEnd('.', ',')} {year}", ["d MMMM yyyy", "d MMM yyyy"], culture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
            {
                return Timestamp.FromDateTime(date);
            }
        }

        return null;
    }
}
