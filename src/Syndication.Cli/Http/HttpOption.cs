using System.CommandLine;
using System.Net.Security;
using Syndication.Client;

namespace Syndication.Cli.Http;

/// <summary>The flag <c>--http</c>: where the server speaks HTTP/1.1, for what it offers beside gRPC.</summary>
internal sealed class HttpOption(Verb verb)
{
    public const string Variable = "SYNDICATION_HTTP";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Option<string?> _address = verb.AddOption<string?>(
        "--http", $"The server's address for HTTP. Otherwise {Variable}, otherwise that of --server; in clear text its next port.", "URL");

    /// <summary>The address.</summary>
    public Uri Address(Invocation run, Uri server)
    {
        var given = run.Get(_address) ?? run.Io.Environment(Variable);
        if (string.IsNullOrEmpty(given))
        {
            // With TLS both protocols share one port; without, HTTP is one beside gRPC: 5080 and 5081.
            return server.Scheme == Uri.UriSchemeHttps ? server : new UriBuilder(server) { Port = Math.Min(server.Port + 1, 65_535) }.Uri;
        }

        return Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address!
            : throw new CliUsageException($"'{given}' is not an http or https address.");
    }

    /// <summary>A client that trusts whom the SDK's trusts.</summary>
    public static HttpClient Connect(Uri address, TlsOptions tls)
    {
        SslClientAuthenticationOptions security;
        try
        {
            security = tls.ToAuthenticationOptions();
        }
        catch (System.Security.Cryptography.CryptographicException exception)
        {
            throw new CliUsageException(exception.Message, exception);
        }

        return new HttpClient(new SocketsHttpHandler { SslOptions = security, UseProxy = !address.IsLoopback, ConnectTimeout = Timeout })
        {
            BaseAddress = address,
            Timeout = Timeout,
        };
    }
}
