namespace Syndication.Client;

/// <summary>Growing, random waits: "full jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.</summary>
internal static class Backoff
{
    /// <summary>How long to wait.</summary>
    /// <param name="first">The upper bound of the first wait; it doubles with each further one.</param>
    /// <param name="most">Where the bound stops growing.</param>
    /// <param name="before">How many waits there were before this one.</param>
    public static TimeSpan Next(TimeSpan first, TimeSpan most, int before)
    {
        var bound = first * Math.Pow(2, Math.Min(before, 30));
        return (bound < most ? bound : most) * Random.Shared.NextDouble();
    }
}
