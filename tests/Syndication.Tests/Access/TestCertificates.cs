using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Syndication.Tests.Access;

/// <summary>Certificates that vouch for themselves.</summary>
internal static class TestCertificates
{
    public static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
    }

    /// <summary>Trusts them.</summary>
    /// <param name="onSeen">Told the thumbprint of the one that was served.</param>
    public static SslClientAuthenticationOptions Trusting(Action<string> onSeen) => new()
    {
        // The one that the test signed itself: no authority vouches for it, and nothing else may be wrong.
        RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            onSeen(((X509Certificate2)certificate!).Thumbprint);
            return (errors & SslPolicyErrors.RemoteCertificateNotAvailable) == 0;
        },
    };
}
