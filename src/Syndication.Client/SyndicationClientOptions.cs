using System.Security.Cryptography;

namespace Syndication.Client;

/// <summary>How a <see cref="SyndicationClient"/> reaches its server. Copied when the client is constructed.</summary>
public sealed class SyndicationClientOptions
{
    /// <summary>The server: an absolute http (clear-text HTTP/2) or https address. Default <c>http://localhost:5080</c>.</summary>
    public Uri Address { get; set; } = new("http://localhost:5080");

    /// <summary>
    /// Sent as <c>authorization: Bearer …</c> with every call, also over plain http; null or empty sends nothing. Anyone on
    /// the way can read it there: use https outside of a trusted network.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>Whom to trust over https, and how to prove who one is. Default: the system's authorities, no certificate of one's own.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Replaces the whole HTTP transport, for tests and proxies; <see cref="Tls"/> and the settings for connecting, idling and
    /// pinging below are then the handler's own. The caller disposes it. Default: none.
    /// </summary>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>Tells time for back-off, silence and acknowledgements. Deadlines are measured by the system's clock whatever this is.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The largest answer or frame in bytes, at least 1. Default 4 MiB, which no server exceeds.</summary>
    public int MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long a unary call may take, with all its attempts, when it sets no deadline of its own; <c>PullUpdates</c> has its
    /// <c>max_wait</c> on top. <see cref="Timeout.InfiniteTimeSpan"/> sets none. Default 30 s.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a unary call is tried in all, 1 to 20; 1 never repeats. Repeated is only what the contract allows:
    /// reads, and changes that carry a <c>request_id</c>; and only after UNAVAILABLE, or RESOURCE_EXHAUSTED that says how long
    /// to wait. Not when the next attempt would begin after the deadline. Default 4.
    /// </summary>
    public int MaxCallAttempts { get; set; } = 4;

    /// <summary>
    /// The upper bound of the first wait before a unary call is repeated; it doubles each time up to 5 s, and the wait itself
    /// is drawn evenly from zero to the bound, on top of what the server asks for. Default 200 ms.
    /// </summary>
    public TimeSpan CallRetryBaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long establishing a connection may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how much silence on a connection with calls a ping is sent; at least 1 s. Default 30 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may stay unanswered before the connection counts as broken; at least 1 s. Default 10 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What subscriptions ask for that name no interval of their own: 1 s to 5 min. One that hears nothing for two and a half
    /// intervals reconnects. Default 15 s.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The upper bound of the first wait before reconnecting; it doubles with each attempt in vain, and the wait itself is
    /// drawn evenly from zero to the bound ("full jitter"), so that clients of a restarted server do not return at once.
    /// Default 500 ms.
    /// </summary>
    public TimeSpan ReconnectBaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where that bound stops growing; at least <see cref="ReconnectBaseDelay"/>. Default 30 s.</summary>
    public TimeSpan ReconnectMaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often in a row a subscription reconnects in vain before it gives up and throws; 0 never reconnects. A frame that
    /// arrives starts the count again. Default: no limit.
    /// </summary>
    public int? MaxReconnectAttempts { get; set; }

    internal SyndicationClientOptions Copy() => (SyndicationClientOptions)MemberwiseClone();

    /// <summary>What is wrong, a sentence each; also whether the files of certificates can be read.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return $"Address is '{Address}': an absolute http or https address.";
        }

        if (TimeProvider is null || Tls is null)
        {
            yield return "TimeProvider and Tls must not be null.";
        }

        if (ApiKey?.Any(character => character is <= ' ' or >= (char)127) is true)
        {
            yield return "ApiKey holds a character that no key has: is it cut, or quoted wrongly?";
        }

        if (MaxReceiveMessageSize < 1)
        {
            yield return $"MaxReceiveMessageSize is {MaxReceiveMessageSize}: at least 1.";
        }

        if (MaxCallAttempts is < 1 or > 20)
        {
            yield return $"MaxCallAttempts is {MaxCallAttempts}: 1 to 20.";
        }

        if (CallTimeout <= TimeSpan.Zero && CallTimeout != Timeout.InfiniteTimeSpan)
        {
            yield return $"CallTimeout is {CallTimeout}: more than zero, or infinite.";
        }

        if (CallRetryBaseDelay <= TimeSpan.Zero)
        {
            yield return $"CallRetryBaseDelay is {CallRetryBaseDelay}: more than zero.";
        }

        if (ConnectTimeout <= TimeSpan.Zero)
        {
            yield return $"ConnectTimeout is {ConnectTimeout}: more than zero.";
        }

        if (KeepAlivePingDelay < TimeSpan.FromSeconds(1) || KeepAlivePingTimeout < TimeSpan.FromSeconds(1))
        {
            yield return $"KeepAlivePingDelay is {KeepAlivePingDelay}, KeepAlivePingTimeout {KeepAlivePingTimeout}: at least 1 s each.";
        }

        if (HeartbeatInterval < TimeSpan.FromSeconds(1) || HeartbeatInterval > TimeSpan.FromMinutes(5))
        {
            yield return $"HeartbeatInterval is {HeartbeatInterval}: 1 s to 5 min.";
        }

        if (ReconnectBaseDelay <= TimeSpan.Zero || ReconnectMaxDelay < ReconnectBaseDelay)
        {
            yield return $"ReconnectBaseDelay is {ReconnectBaseDelay}, ReconnectMaxDelay {ReconnectMaxDelay}: more than zero, and not less than the former.";
        }

        if (MaxReconnectAttempts < 0)
        {
            yield return $"MaxReconnectAttempts is {MaxReconnectAttempts}: 0 or more.";
        }

        if (Tls is not null && CertificateFault() is { } fault)
        {
            yield return fault;
        }
    }

    private string? CertificateFault()
    {
        try
        {
            Tls.Check();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"Tls: {exception.Message}";
        }
    }
}
