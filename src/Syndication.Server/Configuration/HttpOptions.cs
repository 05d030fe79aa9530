namespace Syndication.Server.Configuration;

/// <summary>Which web pages may call the server from browsers (CORS). None by default.</summary>
public sealed class CorsOptions
{
    /// <summary>The origin that stands for all.</summary>
    public const string Any = "*";

    /// <summary>Origins such as <c>https://www.example.com</c>, separated by commas; <c>*</c> for all. Empty: none.</summary>
    public string Origins { get; set; } = "";

    /// <summary>The origins one by one.</summary>
    public IReadOnlyList<string> List => Origins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>How feeds (Atom, JSON Feed) are served.</summary>
public sealed class FeedOptions
{
    /// <summary>
    /// Whether readers that can send no header may have their key in the address: <c>?key=…</c>. Default: no, because addresses are
    /// kept in more places than headers, such as the logs of proxies. This server logs none of them.
    /// </summary>
    public bool KeyInQuery { get; set; }

    /// <summary>Whether the addresses of further pages carry the key of a reader that had it in the address. Default: no; such a reader gets the first page alone.</summary>
    public bool KeyInLinks { get; set; }

    /// <summary>Whether feeds leave out the texts, whatever is asked for. Default: no.</summary>
    public bool HeadlinesOnly { get; set; }

    /// <summary>The address under which readers know the server, such as <c>https://wire.example.com</c>. Empty: the one that each request names.</summary>
    public string PublicUrl { get; set; } = "";
}
