using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Syndication.Cli;

/// <summary>Times as people write and read them.</summary>
internal static class Times
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK",
        "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary>ISO 8601; local time where no offset is given. Strict, so that no cursor is taken for a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out time);

    /// <summary>Local time to the second; empty when there is none.</summary>
    public static string Local(this TimeProvider clock, Timestamp? time) => time is null ? "" : clock.Local(time.ToDateTimeOffset());

    /// <summary>Local time to the second.</summary>
    public static string Local(this TimeProvider clock, DateTimeOffset time) =>
        TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
