using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Access;

/// <summary>TLS: one port for both protocols, and a certificate that is renewed without a restart.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls-");

    private string CertificatePath => Path.Combine(_folder.FullName, "server.pem");

    private string KeyPath => Path.Combine(_folder.FullName, "server.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task One_port_serves_both_protocols_and_a_renewed_certificate_at_once()
    {
        var first = await WritePemAsync("first");
        await using var server = await ServerFixture.StartTlsAsync($"Tls:CertificatePath={CertificatePath}", $"Tls:KeyPath={KeyPath}");
        Assert.Equal(first, await CallAsync(server.GrpcAddress));
        Assert.Equal((HttpStatusCode.OK, new Version(1, 1)), await GetAsync(server.GrpcAddress));

        var second = await WritePemAsync("second");
        File.SetLastWriteTimeUtc(CertificatePath, DateTime.UtcNow.AddSeconds(5));
        var served = first;
        while (served != second)
        {
            served = await CallAsync(server.GrpcAddress);
        }
    }

    [Fact]
    public async Task A_pfx_file_with_a_password_will_do()
    {
        using var certificate = TestCertificates.Make("pfx");
        var path = Path.Combine(_folder.FullName, "server.pfx");
        await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pkcs12, "open sesame"), TestContext.Current.CancellationToken);

        await using var server = await ServerFixture.StartTlsAsync($"Tls:CertificatePath={path}", "Tls:Password=open sesame");

        Assert.Equal(certificate.Thumbprint, await CallAsync(server.GrpcAddress));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_named()
    {
        await File.WriteAllTextAsync(CertificatePath, "nothing", TestContext.Current.CancellationToken);
        using var data = new DataDirectory();
        var (exitCode, output) = await ServerProcess.RunAsync(
            $"--Syndication:DataDirectory={data.Path}", "--Syndication:Grpc:Url=https://127.0.0.1:0", $"--Syndication:Tls:CertificatePath={CertificatePath}");

        Assert.Equal(1, exitCode);
        Assert.Contains("Syndication:Tls:CertificatePath", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private async Task<string> WritePemAsync(string name)
    {
        using var certificate = TestCertificates.Make(name);
        await File.WriteAllTextAsync(KeyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(CertificatePath, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        return certificate.Thumbprint;
    }

    /// <returns>The thumbprint of the certificate that was served.</returns>
    private static async Task<string> CallAsync(Uri address)
    {
        var seen = "";
        using var handler = new SocketsHttpHandler { SslOptions = TestCertificates.Trusting(certificate => seen = certificate) };
        using var channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler });
        var caller = await new ServerService.ServerServiceClient(channel)
            .GetCallerAsync(new(), new Metadata { { "authorization", $"Bearer {TestKeys.Admin}" } }, DateTime.UtcNow + FrameReader.Patience);
        Assert.Equal("admin", caller.Principal);
        return seen;
    }

    private static async Task<(HttpStatusCode Status, Version Version)> GetAsync(Uri address)
    {
        using var handler = new SocketsHttpHandler { SslOptions = TestCertificates.Trusting(_ => { }) };
        using var http = new HttpClient(handler);
        using var response = await http.GetAsync(new Uri(address, "/health/live"), TestContext.Current.CancellationToken);
        return (response.StatusCode, response.Version);
    }
}
