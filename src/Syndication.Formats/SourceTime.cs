using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;

namespace Syndication.Formats;

/// <summary>Moments as formats write them.</summary>
internal static partial class SourceTime
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd", "yyyy-MM", "yyyy", "yyyy-MM-dd HH:mm:ssK",
        "yyyyMMdd'T'HHmmssK", "yyyyMMdd'T'HHmmK", "yyyyMMdd'T'HHmmss", "yyyyMMdd",
    ];

    private static readonly string[] MailForms = ["d MMM yyyy H:mm:ss zzz", "d MMM yyyy H:mm zzz", "d MMM yy H:mm:ss zzz", "d MMM yy H:mm zzz", "d MMM yyyy H:mm:ss", "d MMM yyyy H:mm", "d MMM yyyy"];

    /// <summary>
    /// A moment in a form of ISO 8601, extended or basic, or of RFC 822, with or without a day of the week. Without an offset it is UTC; a day alone is its midnight.
    /// </summary>
    /// <returns>Null where it is none, or is not of the years 1 to 9999.</returns>
    public static Timestamp? Parse(string? text)
    {
        text = SourceText.Line(text);
        if (text.Length is 0 or > 64)
        {
            return null;
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (DateTimeOffset.TryParseExact(BasicOffset().Replace(text, "$1:$2"), Forms, CultureInfo.InvariantCulture, Styles, out var time)
            || DateTimeOffset.TryParseExact(Mail(text), MailForms, CultureInfo.InvariantCulture, Styles, out time))
        {
            return time.UtcDateTime == DateTime.MinValue ? null : Timestamp.FromDateTimeOffset(time);
        }

        return null;
    }

    /// <summary>RFC 3339 in UTC, with fractions of a second only where there are any.</summary>
    public static string Format(Timestamp time) =>
        time.ToDateTime().ToString(time.Nanos == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    // "Thu, 01 Jan 2004 19:48:21 GMT" as .NET reads it.
    private static string Mail(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        text = Zone().Replace(text[(comma + 1)..].Trim(), match => " " + match.Groups[1].Value.ToUpperInvariant() switch
        {
            "EST" => "-05:00",
            "EDT" => "-04:00",
            "CST" => "-06:00",
            "CDT" => "-05:00",
            "MST" => "-07:00",
            "MDT" => "-06:00",
            "PST" => "-08:00",
            "PDT" => "-07:00",
            _ => "+00:00",
        });
        return BasicOffset().Replace(text, "$1:$2");
    }

    [GeneratedRegex(@"([+-]\d{2})(\d{2})$")]
    private static partial Regex BasicOffset();

    [GeneratedRegex(@"\s(UT|GMT|Z|EST|EDT|CST|CDT|MST|MDT|PST|PDT)$", RegexOptions.IgnoreCase)]
    private static partial Regex Zone();
}
