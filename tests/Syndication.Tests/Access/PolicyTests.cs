using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Access;

/// <summary>Every call of the contract with every role and every kind of credential.</summary>
public sealed class PolicyTests
{
    private static IEnumerable<MethodDescriptor> Methods => ContractTests.Services.SelectMany(service => service.Methods);

    [Fact]
    public void Every_call_of_the_contract_names_who_may_make_it()
    {
        foreach (var method in Methods)
        {
            Assert.True(RpcPolicies.RolesOf(PathOf(method)).Count > 0, $"{method.FullName} has no policy");
        }
    }

    [Fact]
    public async Task A_call_is_let_through_for_the_roles_of_its_policy_and_for_no_other()
    {
        await using var server = await ServerFixture.StartAsync();
        var partner = await server.CreatePartnerAsync("outlet");
        var keys = new Dictionary<CallerRole, string>
        {
            [CallerRole.Administrator] = TestKeys.Admin,
            [CallerRole.Publisher] = (await server.IssueAsync("newsdesk", CallerRole.Publisher)).Secret,
            [CallerRole.Reader] = (await server.IssueAsync("archive", CallerRole.Reader)).Secret,
            [CallerRole.Partner] = partner,
        };
        foreach (var (role, key) in keys)
        {
            using var client = server.As(key);
            foreach (var method in Methods)
            {
                var error = await RawCall.SendAsync(client.Calls, method, []);
                var allowed = RpcPolicies.RolesOf(PathOf(method)).Contains(role);
                var refused = error is not null && Refusal.Of(error).Reason == RpcErrors.NameOf(ErrorReason.RoleRequired);
                Assert.True(allowed != refused, $"{role} {method.FullName}: {error?.Status}");
                Assert.NotEqual(StatusCode.Unauthenticated, error?.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Without_a_credential_that_works_no_call_is_answered()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreatePartnerAsync("outlet");
        var revoked = await server.IssueAsync("outlet", CallerRole.Partner);
        await server.Partners.RevokeApiKeyAsync(new() { KeyId = revoked.Key.KeyId });
        var expired = await server.Partners.IssueApiKeyAsync(new()
        {
            Principal = "outlet",
            Role = CallerRole.Partner,
            ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddSeconds(1)),
        });
        using var late = server.As(expired.Secret);
        await Eventually.TrueAsync(() => Expired(late));
        using var open = server.As(null);
        foreach (var method in Methods)
        {
            await MustRefuseAsync(open, method, default, ErrorReason.CredentialMissing);
            foreach (var credential in new[]
            {
                $"Bearer {revoked.Secret}",
                $"Bearer {expired.Secret}",
                "Bearer syn_aaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                $"Bearer {TestKeys.Admin[..^1]}",
                $"Basic {TestKeys.Admin}",
                "Bearer",
                "Bearer a b",
            })
            {
                await MustRefuseAsync(open, method, new CallOptions(new Metadata { { "authorization", credential } }), ErrorReason.CredentialInvalid);
            }
        }
    }

    [Fact]
    public async Task Health_and_reflection_need_no_credential()
    {
        await using var server = await ServerFixture.StartAsync();
        using var open = TestKeys.Connect(server.GrpcAddress, null);

        var health = await new Grpc.Health.V1.Health.HealthClient(open).CheckAsync(new());
        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        using var reflection = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(open).ServerReflectionInfo();
        await reflection.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await reflection.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Contains(reflection.ResponseStream.Current.ListServicesResponse.Service, service => service.Name == "syndication.v1.PartnerService");
    }

    [Fact]
    public async Task A_disabled_partner_is_told_so_and_may_come_back()
    {
        await using var server = await ServerFixture.StartAsync();
        using var outlet = server.As(await server.CreatePartnerAsync("outlet"));
        await outlet.Server.GetCallerAsync(new());

        await server.Partners.DisablePartnerAsync(new() { Partner = "outlet", Reason = "Unpaid." });
        await Refusal.OfAsync(StatusCode.PermissionDenied, ErrorReason.PartnerDisabled, outlet.Server.GetCallerAsync(new()).ResponseAsync);

        await server.Partners.DisablePartnerAsync(new() { Partner = "outlet", Enable = true });
        Assert.Equal("outlet", (await outlet.Server.GetCallerAsync(new())).Principal);
    }

    private static bool Expired(Client client)
    {
        try
        {
            client.Server.GetCaller(new());
            return false;
        }
        catch (RpcException error)
        {
            return error.StatusCode == StatusCode.Unauthenticated;
        }
    }

    private static async Task MustRefuseAsync(Client client, MethodDescriptor method, CallOptions options, ErrorReason reason)
    {
        var error = await RawCall.SendAsync(client.Calls, method, [], options);
        Assert.True(error is not null, $"{method.FullName} was answered");
        Refusal.Of(error).MustBe(StatusCode.Unauthenticated, reason);
    }

    private static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";
}
