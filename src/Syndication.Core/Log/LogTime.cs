using Google.Protobuf.WellKnownTypes;

namespace Syndication.Log;

/// <summary>Times as the log keeps them: whole microseconds, UTC, because not every store keeps more.</summary>
public static class LogTime
{
    /// <summary>The last microsecond at or before a time: for what has happened.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The first microsecond at or after a time: for what must not happen before.</summary>
    public static DateTimeOffset? Ceiling(Timestamp? time)
    {
        if (time is null)
        {
            return null;
        }

        var exact = time.ToDateTimeOffset();
        var floor = Floor(exact);
        return floor == exact ? floor : floor.AddTicks(TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public static long ToMicroseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time that is so many microseconds after 1970-01-01 UTC.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
