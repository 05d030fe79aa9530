namespace Syndication.Server.Http.Feeds;

/// <summary>The key of a feed's reader that can send no header, and has it in the address: <c>?key=…</c>. Only where the configuration allows it.</summary>
/// <param name="Secret">The key.</param>
public sealed record FeedKey(string Secret)
{
    /// <summary>The parameter's name.</summary>
    public const string Parameter = "key";
}
