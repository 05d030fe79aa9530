namespace Syndication.Client;

/// <summary>In which way a subscription lost its connection.</summary>
public enum DisconnectCause
{
    /// <summary>The server or the transport ended it with an error after which one may come back.</summary>
    Failed,

    /// <summary>Nothing was heard for two and a half heartbeat intervals.</summary>
    Silent,

    /// <summary>The server ended it without an error.</summary>
    Ended,
}
