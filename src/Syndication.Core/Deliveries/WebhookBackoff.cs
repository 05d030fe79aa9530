namespace Syndication.Deliveries;

/// <summary>
/// When a delivery is tried again: exponential backoff with full jitter, which spreads best
/// (<see href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"/>), and not before the receiver wants it.
/// </summary>
public sealed class WebhookBackoff(WebhookOptions options, Random random)
{
    /// <summary>The longest wait that a receiver's <c>Retry-After</c> can ask for.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    /// <summary>How long to wait.</summary>
    /// <param name="failures">How many attempts have failed, at least 1.</param>
    /// <param name="retryAfter">What the receiver asks for; null when it does not.</param>
    public TimeSpan Delay(int failures, TimeSpan? retryAfter)
    {
        // Beyond 40 doublings of the shortest wait is the longest in any case.
        var ceiling = Math.Min(options.MaxBackoff.TotalSeconds, options.MinBackoff.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 40)));
        var delay = TimeSpan.FromSeconds(random.NextDouble() * ceiling);
        return retryAfter is { } wanted && wanted > delay ? (wanted < MaxRetryAfter ? wanted : MaxRetryAfter) : delay;
    }

    /// <summary>Whether to give up.</summary>
    /// <param name="failures">How many attempts have failed.</param>
    /// <param name="firstFailure">When the first of them was made.</param>
    /// <param name="next">When the next one would be made.</param>
    public bool IsUsedUp(int failures, DateTimeOffset firstFailure, DateTimeOffset next) =>
        failures >= options.MaxAttempts || next - firstFailure > options.RetryFor;
}
