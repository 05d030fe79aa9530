using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Syndication.Server.Demo;
using Syndication.Tests.Cli;
using Syndication.Tests.Server;

namespace Syndication.Tests.Demo;

/// <summary>What the README's first page tells people to type does what it says.</summary>
public sealed partial class ReadmeTests
{
    private const string Wire = "dotnet run --project src/Syndication.Cli -- ";

    private static readonly DirectoryInfo Root = Repository.Root;

    private static readonly string[] Commands =
    [
        .. ShellBlock().Matches(File.ReadAllText(Path.Combine(Root.FullName, "README.md")))
            .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ];

    [Fact]
    public void The_first_two_commands_are_the_demo_and_the_tests() =>
        Assert.Equal(["dotnet run --project src/Syndication.Server -- --demo", "dotnet test"], Commands.Take(2));

    [Fact]
    public void Every_project_that_a_command_runs_exists() => Assert.All(
        Commands.SelectMany(command => Project().Matches(command)),
        match => Assert.True(Directory.Exists(Path.Combine(Root.FullName, match.Groups[1].Value)), match.Value));

    [Fact]
    public async Task Every_wire_command_succeeds_against_a_server_with_the_demo_streams()
    {
        using var folder = new TemporaryFolder();
        await using var node = await DemoNode.StartAsync(folder.Path, services => services.AddSingleton<DemoDesk>());
        foreach (var request in DemoStreams.Requests)
        {
            await node.Services.GetRequiredService<DemoDesk>().CreateAsync(request, TestContext.Current.CancellationToken);
        }

        // Where the server of a clone leaves it.
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "admin.key"), TestKeys.Admin, TestContext.Current.CancellationToken);
        var wire = Commands.Where(command => command.StartsWith(Wire, StringComparison.Ordinal)).Select(command => Split(command[Wire.Length..])).ToList();
        Assert.Contains(wire, args => args[0] == "publish");
        Assert.Contains(wire, args => args[0] == "follow");
        foreach (var args in wire)
        {
            // It follows without end; the update is the one that the README publishes before.
            string[] end = args[0] == "follow" ? ["--count", "1"] : [];
            var run = await CliRun.StartAsync(
                node.Address.ToString(), "", folder.Path, TestContext.Current.CancellationToken, [.. args, .. end]);

            Assert.True(run.ExitCode == 0, $"{string.Join(' ', args)}: {run.ExitCode} {run.Error}");
        }
    }

    private static string[] Split(string command) =>
        [.. Word().Matches(command).Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Value)];

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"--project (\S+)")]
    private static partial Regex Project();

    [GeneratedRegex("\"([^\"]*)\"|\\S+")]
    private static partial Regex Word();
}
