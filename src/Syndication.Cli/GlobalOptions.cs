using System.CommandLine;

namespace Syndication.Cli;

/// <summary>Options that every verb has.</summary>
internal static class GlobalOptions
{
    public const string DefaultServer = "http://localhost:5080";
    public const string ServerVariable = "SYNDICATION_SERVER";
    public const string KeyVariable = "SYNDICATION_KEY";
    public const string AuthorityVariable = "SYNDICATION_CA";

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write one JSON object per line, as the contract spells it; errors too, on stderr.",
        Recursive = true,
    };

    public static readonly Option<string?> Server = new("--server")
    {
        Description = $"The server's address. Otherwise {ServerVariable}, otherwise {DefaultServer}.",
        HelpName = "URL",
        Recursive = true,
    };

    public static readonly Option<string?> Key = new("--key")
    {
        Description = $"The API key. Otherwise {KeyVariable}, otherwise, for a server on this machine, ./data/admin.key.",
        HelpName = "KEY",
        Recursive = true,
    };

    public static readonly Option<string?> Authority = new("--ca")
    {
        Description = $"A PEM file with the authorities to trust over https, for a server with a certificate of its house. Otherwise {AuthorityVariable}, otherwise the system's.",
        HelpName = "FILE",
        Recursive = true,
    };
}
