namespace Syndication.Server.Configuration;

/// <summary>Tokens that another party signs (OpenID Connect), beside the server's own keys. Off while <see cref="Authority"/> is empty.</summary>
public sealed class JwtOptions
{
    /// <summary>Who signs: the address under which <c>.well-known/openid-configuration</c> is found; https, or http on loopback.</summary>
    public string Authority { get; set; } = "";

    /// <summary>For whom the tokens must be meant. Required with an authority.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim that names the caller. Default <c>sub</c>; the server knows it as <c>jwt:</c> and this name.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>The claim that holds roles: <c>administrator</c>, <c>publisher</c>, <c>reader</c>. Others are ignored. Default <c>roles</c>.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>The claim that names the partner that a token is for; such a token has no roles. Default <c>partner</c>.</summary>
    public string PartnerClaim { get; set; } = "partner";
}

/// <summary>The certificate. With one, gRPC and HTTP/1.1 share the port of gRPC (ALPN), and the port of HTTP is not opened.</summary>
public sealed class TlsOptions
{
    /// <summary>A PEM file with the certificate and its chain, or a PFX file. Read again when it changes.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>A PEM file with the private key; empty when the certificate's file holds it.</summary>
    public string KeyPath { get; set; } = "";

    /// <summary>The password of a PFX file or of an encrypted key.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// Whether the server may listen without TLS beyond this machine: keys and articles can be read on the way then. For a
    /// server behind a proxy that ends TLS.
    /// </summary>
    public bool AllowClearTextBeyondLoopback { get; set; }

    /// <summary>Whether there is a certificate.</summary>
    public bool IsConfigured => CertificatePath.Length > 0;
}

/// <summary>What one client may take of the server.</summary>
public sealed class LimitOptions
{
    /// <summary>How many connections at once: 1 to 1,000,000. Default 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>How many calls at once on one connection: 1 to 100,000. Default 10,000.</summary>
    public int MaxStreamsPerConnection { get; set; } = 10_000;

    /// <summary>How large a request's headers are at most, in bytes: 1 KiB to 1 MiB. Default 16 KiB.</summary>
    public int MaxHeaderBytes { get; set; } = 16 * 1024;

    /// <summary>How long a client may take for a request's headers: 1 s to 5 min. Default 15 s.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);
}
