namespace Syndication.Client;

/// <summary>How a <see cref="SyndicationClient"/> reaches its server. Read once, when the client is constructed.</summary>
public sealed class SyndicationClientOptions
{
    /// <summary>The server: an absolute http (clear-text HTTP/2) or https address. Default <c>http://localhost:5080</c>.</summary>
    public Uri Address { get; init; } = new("http://localhost:5080");

    /// <summary>
    /// Sent as <c>authorization: Bearer …</c> with every call, also over plain http; null or empty sends nothing. Anyone on
    /// the way can read it there: use https outside of a trusted network.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Replaces the whole HTTP transport, for tests and proxies; the settings for connecting, idling and pinging below are
    /// then the handler's own. The caller disposes it. Default: none.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Tells time for back-off and silence. Deadlines are measured by the system's clock whatever this is.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The largest answer or frame in bytes, at least 1. Default 4 MiB, which no server exceeds.</summary>
    public int MaxReceiveMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long a unary call may take when it sets no deadline of its own; <c>PullUpdates</c> has its <c>max_wait</c> on top.
    /// <see cref="Timeout.InfiniteTimeSpan"/> sets none. Default 30 s.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long establishing a connection may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how much silence on a connection with calls a ping is sent; at least 1 s. Default 30 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may stay unanswered before the connection counts as broken; at least 1 s. Default 10 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What subscriptions ask for that name no interval of their own: 1 s to 5 min. One that hears nothing for two and a half
    /// intervals reconnects. Default 15 s.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The upper bound of the first wait before reconnecting; it doubles with each attempt in vain, and the wait itself is
    /// drawn evenly from zero to the bound ("full jitter"), so that clients of a restarted server do not return at once.
    /// Default 500 ms.
    /// </summary>
    public TimeSpan ReconnectBaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where that bound stops growing; at least <see cref="ReconnectBaseDelay"/>. Default 30 s.</summary>
    public TimeSpan ReconnectMaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often in a row a subscription reconnects in vain before it gives up and throws; 0 never reconnects. A frame that
    /// arrives starts the count again. Default: no limit.
    /// </summary>
    public int? MaxReconnectAttempts { get; init; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{Address}' is not an absolute http or https address.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MaxReceiveMessageSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatInterval, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HeartbeatInterval, TimeSpan.FromMinutes(5));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ReconnectBaseDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectMaxDelay, ReconnectBaseDelay);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxReconnectAttempts ?? 0);
        if (CallTimeout <= TimeSpan.Zero && CallTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentException($"CallTimeout is {CallTimeout}: more than zero, or infinite.");
        }
    }
}
