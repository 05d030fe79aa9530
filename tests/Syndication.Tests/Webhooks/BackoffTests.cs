using Syndication.Deliveries;

namespace Syndication.Tests.Webhooks;

/// <summary>When a delivery is tried again, and when not any more.</summary>
public sealed class BackoffTests
{
    private static readonly WebhookOptions Options = new()
    {
        MinBackoff = TimeSpan.FromSeconds(1),
        MaxBackoff = TimeSpan.FromMinutes(10),
        MaxAttempts = 5,
        RetryFor = TimeSpan.FromHours(1),
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(10, 512)]
    [InlineData(11, 600)]
    [InlineData(1_000_000, 600)]
    public void The_wait_is_anything_up_to_a_bound_that_doubles(int failures, double seconds)
    {
        var backoff = new WebhookBackoff(Options, new Random(7));
        var delays = Enumerable.Range(0, 2000).Select(_ => backoff.Delay(failures, null).TotalSeconds).ToList();

        // Full jitter: all over the range, half of it below its middle.
        Assert.InRange(delays.Min(), 0, seconds / 50);
        Assert.InRange(delays.Max(), seconds * 0.98, seconds);
        Assert.InRange(delays.Average(), seconds * 0.45, seconds * 0.55);
    }

    [Fact]
    public void The_receivers_wish_lengthens_the_wait_up_to_a_day_and_never_shortens_it()
    {
        var backoff = new WebhookBackoff(Options, new Random(7));
        Assert.Equal(TimeSpan.FromHours(2), backoff.Delay(1, TimeSpan.FromHours(2)));
        Assert.Equal(TimeSpan.FromDays(1), backoff.Delay(1, TimeSpan.FromDays(400)));
        Assert.Contains(Enumerable.Range(0, 100).Select(_ => backoff.Delay(10, TimeSpan.FromSeconds(1))), delay => delay > TimeSpan.FromMinutes(2));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(backoff.Delay(10, TimeSpan.FromSeconds(1)) >= TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(4, 30, false)]
    [InlineData(5, 1, true)]
    [InlineData(1, 61, true)]
    [InlineData(1, 60, false)]
    public void Attempts_and_time_are_both_limits(int failures, int minutes, bool isUsedUp)
    {
        var first = DateTimeOffset.UnixEpoch;
        Assert.Equal(isUsedUp, new WebhookBackoff(Options, new Random(7)).IsUsedUp(failures, first, first.AddMinutes(minutes)));
    }
}
