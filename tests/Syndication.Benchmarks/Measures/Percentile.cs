namespace Syndication.Benchmarks.Measures;

/// <summary>Places in a sorted list.</summary>
internal static class Percentile
{
    /// <summary>The value below which a share of the others lies; sorts the list.</summary>
    public static double Of(double[] values, double share)
    {
        Array.Sort(values);
        return values[Math.Min(values.Length - 1, (int)(values.Length * share))];
    }
}
