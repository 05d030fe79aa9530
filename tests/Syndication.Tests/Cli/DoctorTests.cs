using System.Text.Json;
using Syndication.Cli.Doctor;
using Syndication.Tests.Access;
using Syndication.Tests.Client;
using Syndication.V1;

namespace Syndication.Tests.Cli;

public sealed class DoctorTests : WireTests
{
    private static readonly string[] All = ["address", "grpc", "clock", "version", "health", "contract", "credentials", "grants", "stream"];

    private string[] Http => ["--http", Server.HttpAddress.ToString()];

    [Fact]
    public async Task Where_all_is_well_every_check_says_so()
    {
        var run = await RunAsync(["doctor", .. Http]);
        var json = await RunAsync(["doctor", "--json", .. Http]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(run.Lines, line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("the same on both sides", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("you are admin (administrator)", StringComparison.Ordinal));
        Assert.Equal(All.Select(check => (check, "ok")), json.Lines.Select(Outcome));
    }

    [Fact]
    public async Task A_partner_without_grants_is_told_and_one_with_them_opens_its_stream()
    {
        await Server.CreateStreamAsync("s", "en");
        var stranger = await Server.CreatePartnerAsync("stranger");
        var partner = await Server.CreatePartnerAsync("partner", new Grant { Stream = "s" });

        var none = await RunAsync(["doctor", "--json", "--key", stranger, .. Http]);
        var one = await RunAsync(["doctor", "--key", partner, .. Http]);
        var other = await RunAsync(["doctor", "--key", partner, "--stream", "t", .. Http]);

        Assert.Equal(1, none.ExitCode);
        Assert.Equal([("grants", "failed"), ("stream", "skipped")], none.Lines.Select(Outcome).TakeLast(2));
        Assert.Contains("wire grants add", none.Lines[^2], StringComparison.Ordinal);
        Assert.Equal(0, one.ExitCode);
        Assert.Contains("s opens", one.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("there is no grant for t", other.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--key", "wrong", "the key is refused", 1)]
    [InlineData("--http", "http://127.0.0.1:9", "is not reached", 0)]
    public async Task What_is_wrong_is_named_with_advice(string flag, string value, string expected, int exitCode)
    {
        string[] http = flag == "--http" ? [] : Http;
        var run = await RunAsync(["doctor", flag, value, .. http]);

        Assert.Equal(exitCode, run.ExitCode);
        var at = Array.FindIndex(run.Lines, line => line.Contains(expected, StringComparison.Ordinal));
        Assert.True(at >= 0, run.Out);
        Assert.StartsWith("         ", run.Lines[at + 1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_one_is_asked_for()
    {
        File.Delete(PathOf("data/admin.key"));
        var run = await RunAsync(["doctor", .. Http]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--key", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_something_else_in_its_place_is_code_3()
    {
        var nobody = await CliRun.StartAsync("http://127.0.0.1:9", "", Directory.GetCurrentDirectory(), Token, "doctor", "--json");
        var unknown = await CliRun.StartAsync("http://no-such-host.invalid", "", Directory.GetCurrentDirectory(), Token, "doctor", "--json");
        var wrongPort = await CliRun.StartAsync(Server.HttpAddress.ToString(), "", Directory.GetCurrentDirectory(), Token, ["doctor", "--json", .. Http]);

        Assert.Equal((3, ("address", "failed")), (nobody.ExitCode, Outcome(Assert.Single(nobody.Lines))));
        Assert.Equal((3, ("address", "failed")), (unknown.ExitCode, Outcome(Assert.Single(unknown.Lines))));
        Assert.Equal(3, wrongPort.ExitCode);
        Assert.Contains(("grpc", "failed"), wrongPort.Lines.Select(Outcome));
        Assert.Contains("5081", wrongPort.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_and_another_contract_are_seen()
    {
        // Its clock stands in 2023, and it names no contract.
        await using var fake = await FakeServer.StartAsync();
        var run = await CliRun.StartAsync(fake, "doctor", "--json");

        Assert.Equal(1, run.ExitCode);
        var outcomes = run.Lines.Select(Outcome).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        Assert.Equal(("warning", "failed", "failed"), (outcomes["clock"], outcomes["version"], outcomes["credentials"]));
        Assert.Contains("ahead of the server", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Contracts_are_compared_by_what_is_on_the_wire()
    {
        var own = new Dictionary<string, string> { ["A.x"] = "1 String", ["A.y"] = "2 String", ["S/Call"] = "A B" };
        Check([], [], 0, new(own));
        Check(["A.y"], [], 0, new() { ["A.x"] = "1 String", ["S/Call"] = "A B" });
        Check([], ["A.x"], 1, new() { ["A.x"] = "3 String", ["A.y"] = "2 String", ["S/Call"] = "A B", ["A.z"] = "4 Int32" });

        void Check(string[] missing, string[] changed, int added, Dictionary<string, string> server)
        {
            var comparison = ContractComparison.Of(server, own);
            Assert.Equal(missing, comparison.Missing);
            Assert.Equal(changed, comparison.Changed);
            Assert.Equal(added, comparison.Added);
        }
    }

    private static (string, string) Outcome(string line)
    {
        var finding = JsonDocument.Parse(line).RootElement;
        return (finding.GetProperty("check").GetString()!, finding.GetProperty("outcome").GetString()!);
    }
}
