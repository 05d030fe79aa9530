using System.Text;
using Syndication.Cli;
using Syndication.Tests.Client;
using Syndication.Tests.Server;

namespace Syndication.Tests.Cli;

/// <summary>A run of <c>wire</c> inside the test's process.</summary>
/// <param name="ExitCode">What the process would have ended with.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CliRun> StartAsync(FakeServer server, params string[] args) =>
        StartAsync(server.Address.ToString(), "", Directory.GetCurrentDirectory(), TestContext.Current.CancellationToken, args);

    /// <summary>A run that is watched while it goes on.</summary>
    public static Task<int> StartAsync(string server, TextWriter output, TimeProvider clock, CancellationToken token, params string[] args) =>
        Syndication.Cli.Program.RunAsync(
            args,
            new() { Out = output, Error = output, In = Stream.Null, Environment = name => name switch { "SYNDICATION_SERVER" => server, "SYNDICATION_KEY" => TestKeys.Admin, _ => null }, TimeProvider = clock },
            token);

    public static Task<CliRun> StartAsync(string server, string input, string directory, CancellationToken token, params string[] args) =>
        StartAsync(server, Encoding.UTF8.GetBytes(input), directory, token, args);

    public static async Task<CliRun> StartAsync(
        string server, byte[] input, string directory, CancellationToken token, params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var io = new CliIo
        {
            Out = output,
            Error = error,
            In = new MemoryStream(input),
            Environment = name => name == "SYNDICATION_SERVER" ? server : null,
            Directory = directory,
        };
        var exitCode = await Syndication.Cli.Program.RunAsync(args, io, token);
        return new(exitCode, output.ToString(), error.ToString());
    }
}
