using Syndication.Log;
using Syndication.Publishing;
using Syndication.Receipts;
using Syndication.Tail;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>How a node of a test differs from the usual one.</summary>
public sealed record NodeOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Quick to poll and to try again.</summary>
    public TailOptions Tail { get; init; } = new()
    {
        PollInterval = TimeSpan.FromMilliseconds(20),
        MinRetryDelay = TimeSpan.FromMilliseconds(5),
        MaxRetryDelay = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>Null: for ever. Sweeps are the test's to start.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Whether embargoes and expiries are looked after; otherwise the test does it.</summary>
    public bool RunClock { get; init; }

    /// <summary>Whether new streams are searched for; otherwise the test does it.</summary>
    public bool RunBackfill { get; init; } = true;

    /// <summary>Replaces the store, below the hooks.</summary>
    public Func<ILogStore, ILogStore> Wrap { get; init; } = store => store;

    public WithdrawalOptions Withdrawals { get; init; } = new();

    public PublishingOptions Publishing { get; init; } = new();
}
