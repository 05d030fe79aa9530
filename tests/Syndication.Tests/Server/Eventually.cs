using System.Diagnostics;

namespace Syndication.Tests.Server;

/// <summary>Waits for what announces itself to nobody.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < FrameReader.Patience, "It did not come true in time.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
