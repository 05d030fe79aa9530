using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syndication.Client;

/// <summary>Which unary calls are repeated, after which errors, and when.</summary>
internal sealed class CallRetry(SyndicationClientOptions options)
{
    private const string RequestId = "request_id";

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor?> RequestIds = [];

    public TimeProvider TimeProvider => options.TimeProvider;

    /// <summary>
    /// Whether sending the request twice has the effect of sending it once. Every change of the contract has a
    /// <c>request_id</c>, by which the server knows a repeat; a request that has no such field is a read.
    /// </summary>
    public static bool IsRepeatable(object request)
    {
        if (request is not IMessage message)
        {
            return false;
        }

        var field = RequestIds.GetOrAdd(message.Descriptor, static descriptor => descriptor.FindFieldByName(RequestId));
        return field is null || field.Accessor.GetValue(message) is string { Length: > 0 };
    }

    /// <summary>How long to wait before the next attempt; null when there is none.</summary>
    /// <param name="attempts">How many there were.</param>
    /// <param name="error">What the last one ended with.</param>
    /// <param name="deadline">Of all attempts together, by the system's clock; null when there is none.</param>
    public TimeSpan? DelayAfter(int attempts, SyndicationException error, DateTime? deadline)
    {
        if (!error.IsTransient || attempts >= options.MaxCallAttempts)
        {
            return null;
        }

        var delay = Backoff.Next(options.CallRetryBaseDelay, MaxDelay, attempts - 1) + (error.RetryDelay ?? TimeSpan.Zero);

        // Nothing is gained by waiting for a deadline: the caller is better off with what the server said.
        return deadline is { } end && DateTime.UtcNow + delay >= end.ToUniversalTime() ? null : delay;
    }
}
