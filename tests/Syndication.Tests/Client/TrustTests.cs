using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Syndication.Client;
using Syndication.Tests.Cli;
using Syndication.Tests.Server;

namespace Syndication.Tests.Client;

/// <summary>Authorities of a house, and certificates of clients.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trust-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_server_of_the_house_is_trusted_by_its_authority_and_by_nobody_else()
    {
        Write("house", Write("server", "127.0.0.1"));
        Write("other", Write("unused", "127.0.0.1"));
        await using var server = await ServerFixture.StartTlsAsync($"Tls:CertificatePath={PathOf("server.pem")}", $"Tls:KeyPath={PathOf("server.key")}");

        using var client = Connect(server.GrpcAddress, new() { CertificateAuthorityPath = PathOf("house.pem") });
        Assert.Equal("admin", (await client.Server.GetCallerAsync(new(), cancellationToken: Token)).Principal);
        foreach (var tls in new[] { new TlsOptions(), new TlsOptions { CertificateAuthorityPath = PathOf("other.pem") } })
        {
            using var stranger = Connect(server.GrpcAddress, tls);
            var error = await Assert.ThrowsAsync<SyndicationException>(async () => await stranger.Server.GetCallerAsync(new(), cancellationToken: Token));
            Assert.Equal((StatusCode.Internal, null), (error.StatusCode, error.ReasonName));
        }

        string[] command = ["doctor", "--key", TestKeys.Admin, "--json"];
        var trusting = await CliRun.StartAsync(server.GrpcAddress.ToString(), "", _folder.FullName, Token, [.. command, "--ca", "house.pem"]);
        Assert.Equal((0, ""), (trusting.ExitCode, trusting.Error));
        Assert.Contains(trusting.Lines, line => line.StartsWith("{\"check\":\"tls\",\"outcome\":\"warning\"", StringComparison.Ordinal));
        var strange = await CliRun.StartAsync(server.GrpcAddress.ToString(), "", _folder.FullName, Token, command);
        Assert.Equal(3, strange.ExitCode);
        Assert.Contains(strange.Lines, line => line.Contains("\"check\":\"tls\",\"outcome\":\"failed\"", StringComparison.Ordinal) && line.Contains("--ca", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_of_the_client_is_shown_to_whoever_asks()
    {
        var certificate = Write("server", "127.0.0.1");
        Write("house", certificate);
        var own = Write("client", "partner");
        var seen = "";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) =>
            {
                seen = shown.Thumbprint;
                return true;
            };
        })));
        await using var app = builder.Build();
        app.MapFallback(() => Results.StatusCode(404));
        await app.StartAsync(Token);

        using var client = Connect(new(app.Urls.Single()), new()
        {
            CertificateAuthorityPath = PathOf("house.pem"),
            ClientCertificatePath = PathOf("client.pem"),
            ClientCertificateKeyPath = PathOf("client.key"),
        });
        await Assert.ThrowsAsync<SyndicationException>(async () => await client.Server.GetCallerAsync(new(), cancellationToken: Token));

        Assert.Equal(own.Thumbprint, seen);
    }

    private static SyndicationClient Connect(Uri address, TlsOptions tls) =>
        new(new() { Address = address, ApiKey = TestKeys.Admin, Tls = tls, MaxCallAttempts = 1 });

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>A certificate that vouches for itself, and is its own authority.</summary>
    private X509Certificate2 Write(string file, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        File.WriteAllText(PathOf(file + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf(file + ".key"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private void Write(string file, X509Certificate2 certificate) => File.WriteAllText(PathOf(file + ".pem"), certificate.ExportCertificatePem());
}
