using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Syndication.Client;

namespace Syndication.Cli.Doctor;

/// <summary>Looks at the certificate of an https address, also at one that is not trusted.</summary>
internal static class TlsProbe
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static async Task<Diagnosis> RunAsync(Uri address, TlsOptions tls, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Check = "tls";
        var errors = SslPolicyErrors.None;
        var chain = "";
        using var client = new TcpClient();
        await client.ConnectAsync(address.DnsSafeHost, address.Port, cancellationToken);
        await using var stream = new SslStream(client.GetStream());
        var options = tls.ToAuthenticationOptions();
        options.TargetHost = address.DnsSafeHost;
        options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        options.RemoteCertificateValidationCallback = (_, _, built, found) =>
        {
            errors = found;
            chain = string.Join(", ", built?.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct() ?? []);
            return true;
        };
        await stream.AuthenticateAsClientAsync(options, cancellationToken);
        using var certificate = new X509Certificate2(stream.RemoteCertificate!);
        var until = new DateTimeOffset(certificate.NotAfter);
        var detail = string.Create(
            CultureInfo.InvariantCulture, $"{stream.SslProtocol}, {certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}, until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        return errors switch
        {
            _ when until < now => new(Check, CheckOutcome.Failed, $"the certificate has ended: {detail}", "The server needs a new certificate; or this machine's clock is wrong."),
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => new(
                Check, CheckOutcome.Failed, $"the certificate is not for {address.DnsSafeHost}: {detail}", "Use the name that the certificate has, or have one made for this name."),
            not SslPolicyErrors.None => new(
                Check, CheckOutcome.Failed, $"the certificate is not trusted ({chain}): {detail}", "For an authority of the house: --ca FILE, in the SDK Tls.CertificateAuthorityPath. Otherwise do not go on."),
            _ when stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2 => new(
                Check, CheckOutcome.Failed, $"no HTTP/2 is offered: {detail}", "gRPC needs HTTP/2 from end to end: let the proxy offer it (ALPN h2), or pass TLS through."),
            _ when until - now < Soon => new(Check, CheckOutcome.Warning, $"the certificate ends soon: {detail}", "Have it renewed."),
            _ => new(Check, CheckOutcome.Ok, detail),
        };
    }
}
