using System.Diagnostics;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>Waits for a condition of which no event tells.</summary>
public static class Eventually
{
    /// <summary>Far longer than anything here takes on a slow machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns as soon as the condition holds.</summary>
    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    /// <summary>Returns as soon as the condition holds.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waiting.Elapsed < Patience, $"Not within {Patience}: {what}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
