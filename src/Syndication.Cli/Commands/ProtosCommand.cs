using System.CommandLine;
using System.Text.Json;
using Syndication.Cli.Http;

namespace Syndication.Cli.Commands;

/// <summary>Writes the contract's files: <c>protos</c>.</summary>
internal static class ProtosCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "protos",
            "Write the proto files that the server speaks, with all that they import, into a folder. Needs no key. With --json a line per file, {\"file\":…}.",
            "protos protos",
            "protos protos --http https://wire.example && protoc -I protos --python_out=. protos/syndication/v1/*.proto");
        var directory = verb.AddArgument<string>("OUT_DIR", "The folder; made where it is missing. Files of the same names are replaced.");
        var http = new HttpOption(verb);
        verb.Run(io, async run =>
        {
            var options = run.ClientOptions();
            var address = http.Address(run, options.Address);
            using var client = HttpOption.Connect(address, options.Tls);
            IReadOnlyList<string> files;
            try
            {
                var zip = await Downloads.ReadAsync(client, "/protos.zip", ProtoArchive.MaxBytes, run.Token);
                files = await ProtoArchive.ExtractAsync(zip, run.FullPath(run.Get(directory)!), run.Token);
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !run.Token.IsCancellationRequested))
            {
                run.WriteError($"{address} does not hand out its protos: {exception.Message}");
                return ExitCode.Unavailable;
            }
            catch (InvalidDataException exception)
            {
                run.WriteError($"{address}: {exception.Message}");
                return ExitCode.Refused;
            }

            foreach (var file in run.Json ? files : [])
            {
                io.Out.WriteLine($"{{\"file\":{JsonSerializer.Serialize(file)}}}");
            }

            if (!run.Json)
            {
                io.Out.WriteLine($"{files.Count} files in {run.Get(directory)}");
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
