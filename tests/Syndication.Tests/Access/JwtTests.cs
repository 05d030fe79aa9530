using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Access;

/// <summary>Tokens that an OpenID Connect provider signs, against a provider of the test's own on loopback.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private const string Audience = "syndication";

    private readonly RSA _rsa = RSA.Create(2048);
    private WebApplication _provider = null!;
    private ServerFixture _server = null!;
    private string _authority = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        _provider = builder.Build();
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(includePrivateParameters: false)) { KeyId = "k" });
        _provider.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = _authority, jwks_uri = $"{_authority}/keys" }));
        _provider.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = "RSA", kid = "k", use = "sig", alg = "RS256", n = key.N, e = key.E } } }));
        await _provider.StartAsync(TestContext.Current.CancellationToken);
        _authority = _provider.Urls.Single();
        _server = await ServerFixture.StartAsync($"Jwt:Authority={_authority}", $"Jwt:Audience={Audience}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
        _rsa.Dispose();
    }

    [Fact]
    public async Task Roles_come_from_the_claims_and_the_name_cannot_pass_for_one_of_ours()
    {
        using var desk = _server.As(Token(("sub", "admin"), ("roles", "publisher"), ("roles", "janitor")));

        var caller = await desk.Server.GetCallerAsync(new());
        Assert.Equal(("jwt:admin", CallerRole.Publisher), (caller.Principal, Assert.Single(caller.Roles)));
        Assert.NotNull(caller.ExpireTime);
        await desk.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make() });
        await Refusal.OfAsync(
            StatusCode.PermissionDenied, ErrorReason.RoleRequired, desk.Partners.ListPartnersAsync(new()).ResponseAsync);
    }

    [Fact]
    public async Task A_token_for_a_partner_reads_what_the_partner_may()
    {
        await _server.CreateStreamAsync("fr", "fr");
        await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        using var outlet = _server.As(Token(("sub", "u1"), ("partner", "outlet"), ("roles", "administrator")));

        Assert.Equal(CallerRole.Partner, Assert.Single((await outlet.Server.GetCallerAsync(new())).Roles));
        using var reader = outlet.Subscribe("fr");
        await reader.UntilAsync(Kind.CaughtUp);
        await _server.Partners.RevokeStreamAsync(new() { Partner = "outlet", Stream = "fr" });
        (await reader.EndAsync()).MustBe(StatusCode.PermissionDenied, ErrorReason.GrantEnded);
    }

    [Fact]
    public async Task A_token_that_is_wrong_in_any_way_is_refused()
    {
        using var other = RSA.Create(2048);
        string[] wrong =
        [
            Token(_rsa, _authority, "another-service", TimeSpan.FromMinutes(5), ("sub", "a"), ("roles", "administrator")),
            Token(_rsa, "https://elsewhere.example", Audience, TimeSpan.FromMinutes(5), ("sub", "a"), ("roles", "administrator")),
            Token(_rsa, _authority, Audience, TimeSpan.FromMinutes(-10), ("sub", "a"), ("roles", "administrator")),
            Token(other, _authority, Audience, TimeSpan.FromMinutes(5), ("sub", "a"), ("roles", "administrator")),
            Token(("sub", "a")),
            Token(("roles", "administrator")),
            Token(("sub", "a"), ("partner", "nobody")),
            Token(("sub", "a"), ("roles", "partner")),
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwicm9sZXMiOiJhZG1pbmlzdHJhdG9yIn0.",
            "a.b.c",
        ];
        foreach (var token in wrong)
        {
            using var client = _server.As(token);
            await Refusal.OfAsync(StatusCode.Unauthenticated, ErrorReason.CredentialInvalid, client.Server.GetCallerAsync(new()).ResponseAsync);
        }
    }

    private string Token(params (string Name, string Value)[] claims) => Token(_rsa, _authority, Audience, TimeSpan.FromMinutes(5), claims);

    private static string Token(RSA rsa, string issuer, string audience, TimeSpan life, params (string Name, string Value)[] claims) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = DateTime.UtcNow.AddHours(-1),
            IssuedAt = DateTime.UtcNow.AddHours(-1),
            Expires = DateTime.UtcNow + life,
            Claims = claims.GroupBy(claim => claim.Name).ToDictionary(
                group => group.Key, object (group) => group.Count() == 1 ? group.Single().Value : group.Select(claim => claim.Value).ToArray()),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "k" }, SecurityAlgorithms.RsaSha256),
        });
}
