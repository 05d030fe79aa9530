using System.CommandLine;
using Google.Protobuf.Collections;
using Syndication.Cli.Output;
using Syndication.Formats.Vocabularies;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>What filters know of concepts: <c>vocabularies load|list|get|delete</c>.</summary>
internal static class VocabularyCommands
{
    private static readonly string[] Columns = ["Scheme", "Revision", "Concepts", "Loaded", "URI"];
    private static readonly string[] ConceptColumns = ["Code", "Label", "Below", ""];

    public static Command Create(CliIo io) =>
        new Verb(
            "vocabularies",
            "Load vocabularies such as IPTC's Media Topics: filters then match narrower concepts, too.",
            "vocabularies load medtop.rdf --language en --language fr",
            "vocabularies list")
        {
            Load(io),
            List(io),
            Get(io),
            Delete(io),
        };

    private static Verb Load(CliIo io)
    {
        var verb = new Verb(
            "load",
            "Load a vocabulary from a NewsCodes file: SKOS in RDF/XML, or the JSON of cv.iptc.org. Streams for which it changes what they hold get a new revision, and their subscribers take a snapshot.",
            "vocabularies load medtop.rdf --language en --language fr",
            "vocabularies load genre.json --scheme genre");
        var file = verb.AddArgument<string>("FILE", "The file; '-' is standard input.");
        var scheme = verb.AddOption<string?>("--scheme", "What articles call it, where the file does not say.", "SCHEME");
        var languages = verb.AddOption<string[]>("--language", "Keep labels in this language; may be repeated; otherwise all are kept.", "TAG");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var path = run.Get(file)!;
            Vocabulary vocabulary;
            try
            {
                vocabulary = VocabularyFile.Read(await ReadAsync(run, path), run.Get(scheme), run.Get(languages) ?? []);
            }
            catch (VocabularyFileException wrong)
            {
                throw new CliUsageException($"{path}{(wrong.Line > 0 ? $":{wrong.Line}" : "")}: {wrong.Reason}", wrong);
            }

            var response = await run.Client.Vocabularies.LoadVocabularyAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Vocabulary = vocabulary }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
                return ExitCode.Ok;
            }

            io.Out.WriteLine($"Loaded {vocabulary.Scheme}: {vocabulary.Concepts.Count} concepts, revision {response.Info?.Revision}.");
            WriteChanged(io, response.ChangedStreams);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb List(CliIo io)
    {
        var verb = new Verb("list", "List the vocabularies that are loaded.", "vocabularies list --json");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Vocabularies.ListVocabulariesAsync(new(), cancellationToken: run.Token);
            await Paged.WriteAsync<VocabularyInfo>(
                run,
                int.MaxValue,
                Columns,
                (clock, info) => [info.Scheme, $"{info.Revision}", $"{info.ConceptCount}", clock.Local(info.LoadTime), info.Uri],
                (_, _) => Task.FromResult<(IEnumerable<VocabularyInfo>, string)>((response.Vocabularies, "")));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Get(CliIo io)
    {
        var verb = new Verb("get", "Show the concepts of a vocabulary. With --json the Vocabulary, whole.", "vocabularies get medtop");
        var scheme = verb.AddArgument<string>("SCHEME", "The vocabulary.");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Vocabularies.GetVocabularyAsync(new() { Scheme = run.Get(scheme) }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response.Vocabulary);
                return ExitCode.Ok;
            }

            var table = Terminal.NewTable(io, ConceptColumns);
            foreach (var concept in response.Vocabulary.Concepts)
            {
                var note = concept.ReplacedBy.Length > 0 ? $"retired: {concept.ReplacedBy}" : concept.Retired ? "retired" : "";
                table.Add(concept.Code, ConceptLabels.Of(concept), string.Join(", ", concept.Broader), note);
            }

            run.Console.Write(table);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Delete(CliIo io)
    {
        var verb = new Verb("delete", "Delete a vocabulary: its codes match literally again.", "vocabularies delete medtop");
        var scheme = verb.AddArgument<string>("SCHEME", "The vocabulary.");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Vocabularies.DeleteVocabularyAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Scheme = run.Get(scheme) }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
                return ExitCode.Ok;
            }

            io.Out.WriteLine($"Deleted {run.Get(scheme)}.");
            WriteChanged(io, response.ChangedStreams);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static void WriteChanged(CliIo io, RepeatedField<string> streams)
    {
        if (streams.Count > 0)
        {
            io.Out.WriteLine($"Streams that hold something else now: {string.Join(", ", streams)}.");
        }
    }

    private static async Task<byte[]> ReadAsync(Invocation run, string path)
    {
        if (path != "-" && Directory.Exists(run.FullPath(path)))
        {
            throw new CliUsageException($"{path} is a folder: name the file.");
        }

        await using var file = path == "-" ? run.Io.In : File.OpenRead(run.FullPath(path));
        using var content = new MemoryStream();
        var buffer = new byte[81_920];
        while (await file.ReadAsync(buffer, run.Token) is > 0 and var read)
        {
            // One byte more than is allowed is enough to be refused for it.
            content.Write(buffer, 0, read);
            if (content.Length > VocabularyFile.MaxBytes)
            {
                break;
            }
        }

        return content.ToArray();
    }
}
