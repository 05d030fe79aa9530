namespace Syndication.Benchmarks.Reports;

/// <summary>One line of the report: what a node did in each round, and what the bare loop did in the same round.</summary>
/// <param name="Group">What was measured.</param>
/// <param name="Name">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="HigherIsBetter">Which way is good.</param>
internal sealed record Figure(string Group, string Name, string Unit, bool HigherIsBetter)
{
    /// <summary>What must be reached; null where the figure is only reported.</summary>
    public Target? Target { get; set; }

    /// <summary>Whether it is; null without a target.</summary>
    public bool? IsMet => Target is not { } target ? null : (target.IsRatio ? Ratio : Server) is { } reached
        && (HigherIsBetter ? reached.Median >= target.Limit : reached.Median <= target.Limit);

    private readonly List<double> _server = [];
    private readonly List<double> _bare = [];

    /// <summary>What the server did.</summary>
    public Spread Server => Spread.Of(_server);

    /// <summary>What the bare loop did; null for a figure that it does not have.</summary>
    public Spread? Bare => _bare.Count == 0 ? null : Spread.Of(_bare);

    /// <summary>Server to bare, taken within each round: what slows the machine slows both.</summary>
    public Spread? Ratio => _bare.Count == 0 ? null : Spread.Of(_server.Zip(_bare, static (server, bare) => server / bare));

    /// <summary>Adds a round.</summary>
    public void Add(double server, double? bare = null)
    {
        _server.Add(server);
        if (bare is { } value)
        {
            _bare.Add(value);
        }
    }
}

/// <summary>The middle of some rounds, and their ends.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}

/// <summary>What a figure must reach.</summary>
/// <param name="Limit">At least, or at most, as the figure's direction says.</param>
/// <param name="IsRatio">Of the ratio; otherwise of the server's own value.</param>
/// <param name="IsGate">Whether it is one of the figures that must not be missed.</param>
internal sealed record Target(double Limit, bool IsRatio, bool IsGate);
