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
