using System.Diagnostics.Metrics;

namespace Syndication.Log;

/// <summary>What a node asks of its database: counters of a meter, which cost next to nothing where nobody listens.</summary>
public sealed class StoreMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Syndication.Store";

    private readonly Counter<long> _transactions;
    private readonly Counter<long> _statements;

    /// <summary>Makes the meter: one for each node.</summary>
    public StoreMetrics()
    {
        _transactions = Meter.CreateCounter<long>("syndication.store.transactions", description: "Transactions, reading and writing ones.");
        _statements = Meter.CreateCounter<long>("syndication.store.statements", description: "Statements that were run, but for those that begin and end transactions.");
    }

    /// <summary>The meter of this node.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Counts a transaction.</summary>
    public void OnTransaction() => _transactions.Add(1);

    /// <summary>Counts a statement.</summary>
    public void OnStatement() => _statements.Add(1);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
