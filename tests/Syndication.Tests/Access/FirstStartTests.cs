using Grpc.Core;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Access;

/// <summary>The first administrator: made once, in a file for its owner alone, or set by the operator.</summary>
public sealed class FirstStartTests : IDisposable
{
    private const string Announced = "Administrator key, shown once: ";

    private readonly DataDirectory _data = new();

    private string KeyFile => Path.Combine(_data.Path, "admin.key");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_first_start_makes_a_key_prints_it_once_and_keeps_it_for_its_owner()
    {
        string printed;
        await using (var first = await ServerProcess.StartAsync(_data, "BootstrapAdminKey="))
        {
            printed = first.Output.Split('\n').Single(line => line.StartsWith(Announced, StringComparison.Ordinal))[Announced.Length..].Trim();
            Assert.Equal(printed, (await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken)).Trim());
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
            }

            using var client = new Client(first.GrpcAddress, printed);
            var caller = await client.Server.GetCallerAsync(new());
            Assert.Equal(("admin", CallerRole.Administrator), (caller.Principal, Assert.Single(caller.Roles)));
            first.Terminate();
            await first.WaitForExitAsync();
        }

        await using var second = await ServerProcess.StartAsync(_data, "BootstrapAdminKey=");
        Assert.DoesNotContain(Announced, second.Output, StringComparison.Ordinal);
        using var again = new Client(second.GrpcAddress, printed);
        await again.Server.GetCallerAsync(new());
        Assert.Equal([KeyFile], Directory.GetFiles(_data.Path, "admin.key*"));
    }

    [Fact]
    public async Task A_start_that_ended_before_the_file_had_its_name_is_made_good()
    {
        await using (var first = await ServerProcess.StartAsync(_data, "BootstrapAdminKey="))
        {
            await first.KillAsync();
        }

        File.Move(KeyFile, Path.Combine(_data.Path, "admin.key.0.new"));
        await using var second = await ServerProcess.StartAsync(_data, "BootstrapAdminKey=");

        Assert.True(File.Exists(KeyFile));
    }

    [Fact]
    public async Task Of_two_servers_that_start_at_once_on_one_folder_one_makes_the_key()
    {
        var both = await Task.WhenAll(ServerProcess.StartAsync(_data, "BootstrapAdminKey="), ServerProcess.StartAsync(_data, "BootstrapAdminKey="));
        await using var one = both[0];
        await using var other = both[1];
        var key = (await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken)).Trim();

        Assert.Single(both, server => server.Output.Contains(Announced + key, StringComparison.Ordinal));
        foreach (var server in both)
        {
            using var client = new Client(server.GrpcAddress, key);
            Assert.Single((await client.Partners.ListApiKeysAsync(new())).Keys);
        }
    }

    [Fact]
    public async Task The_operators_key_works_after_every_start_also_when_it_was_revoked()
    {
        await using (var first = await ServerProcess.StartAsync(_data))
        {
            using var client = new Client(first.GrpcAddress, TestKeys.Admin);
            await client.Partners.IssueApiKeyAsync(new() { Principal = "chief", Role = CallerRole.Administrator });
            await client.Partners.RevokeApiKeyAsync(new() { KeyId = (await client.Server.GetCallerAsync(new())).KeyId });
            await Refusal.OfAsync(StatusCode.Unauthenticated, ErrorReason.CredentialInvalid, client.Server.GetCallerAsync(new()).ResponseAsync);
            first.Terminate();
            await first.WaitForExitAsync();
        }

        await using var second = await ServerProcess.StartAsync(_data);
        using var again = new Client(second.GrpcAddress, TestKeys.Admin);
        await again.Server.GetCallerAsync(new());
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task The_last_key_of_an_administrator_stays()
    {
        await using var server = await ServerFixture.StartAsync();
        var mine = (await server.Server.GetCallerAsync(new())).KeyId;

        await Refusal.OfAsync(
            StatusCode.FailedPrecondition, ErrorReason.LastAdministrator, server.Partners.RevokeApiKeyAsync(new() { KeyId = mine }).ResponseAsync);
        await server.IssueAsync("chief", CallerRole.Administrator);
        await server.Partners.RevokeApiKeyAsync(new() { KeyId = mine });
    }
}
