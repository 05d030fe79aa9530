using System.Globalization;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>How far a reader is behind.</summary>
internal static class Lags
{
    /// <summary>The server counts no further.</summary>
    private const int Most = 1000;

    /// <summary>Such as <c>12, 3.4 s</c>; <c>0</c> at the end of the stream.</summary>
    public static string Text(Lag? lag) => lag switch
    {
        null => "",
        { Duration: { } duration } => $"{Count(lag)}, {Text(duration.ToTimeSpan())}",
        _ => Count(lag),
    };

    private static string Count(Lag lag) => lag.Updates.ToString("N0", CultureInfo.InvariantCulture) + (lag.Updates >= Most ? "+" : "");

    private static string Text(TimeSpan time) => time.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : time.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h");
}
