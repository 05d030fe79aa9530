using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Syndication.Client;

/// <summary>Whom a <see cref="SyndicationClient"/> trusts over https, and how it proves who it is. Files are read when the client is constructed.</summary>
public sealed class TlsOptions
{
    /// <summary>
    /// A PEM file with one or several authorities that are trusted in place of the system's, for a server with a certificate of
    /// its house. Names and times are checked as usual, revocation is not. Default: the system's authorities.
    /// </summary>
    public string? CertificateAuthorityPath { get; set; }

    /// <summary>A PEM file with the certificate by which the client proves who it is, where a proxy asks for one. Default: none.</summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>A PEM file with that certificate's key, unencrypted; null when it is in the same file.</summary>
    public string? ClientCertificateKeyPath { get; set; }

    /// <summary>Reads the files and forgets them.</summary>
    internal void Check() => ToAuthenticationOptions();

    /// <summary>The same for a transport of one's own, such as that of an <see cref="HttpClient"/> for what the server offers over HTTP.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file holds no certificate, or no key that fits.</exception>
    public SslClientAuthenticationOptions ToAuthenticationOptions()
    {
        var options = new SslClientAuthenticationOptions();
        if (CertificateAuthorityPath is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authorities);
            if (policy.CustomTrustStore.Count == 0)
            {
                throw new CryptographicException($"{authorities} holds no certificate in PEM.");
            }

            options.CertificateChainPolicy = policy;
        }

        if (ClientCertificatePath is { } path)
        {
            using var fromPem = X509Certificate2.CreateFromPemFile(path, ClientCertificateKeyPath);

            // Once more through PKCS #12: on Windows a key that is in memory alone is not sent.
            options.ClientCertificates = [X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null)];
        }
        else if (ClientCertificateKeyPath is not null)
        {
            throw new ArgumentException("ClientCertificateKeyPath is set, ClientCertificatePath is not.");
        }

        return options;
    }
}
