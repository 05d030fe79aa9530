using System.CommandLine;
using System.Security.Cryptography;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Publishes files of a text wire: <c>import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "import",
            "Publish plain-text wire files as articles. An article's id comes from its file's bytes: importing a file again changes nothing. A file that fails does not stop the others (exit code 4).",
            "import wire/*.txt",
            "import story.txt --json");
        var files = verb.AddArgument<string[]>("FILE", "The files.", ArgumentArity.OneOrMore);
        var language = verb.AddOption<string?>("--language", "The texts' language, such as fr; otherwise it is recognised.", "TAG");
        verb.Run(io, async run =>
        {
            var errors = new ErrorWriter(io.Error, json: false);
            var options = new WireTextOptions { Language = run.Get(language) };
            var failed = 0;
            foreach (var file in run.Get(files) ?? [])
            {
                ImportLine line;
                try
                {
                    line = await ImportAsync(run, file, options);
                }
                // A server that is gone is gone for the other files too; they can be imported again.
                catch (SyndicationException error) when (ExitCode.Of(error) == ExitCode.Refused)
                {
                    errors.WriteItem(file, error.Message, error);
                    line = new(file, "failed") { Error = ErrorLine.Of(error).Error };
                }
                catch (Exception error) when (error is WireTextException or IOException or UnauthorizedAccessException)
                {
                    errors.WriteItem(file, error.Message);
                    line = new(file, "failed") { Error = new("INVALID_ARGUMENT", null, error.Message, null, null) };
                }

                failed += line.Error is null ? 0 : 1;
                Write(run, line);
            }

            return failed == 0 ? ExitCode.Ok : ExitCode.SomeFailed;
        });
        return verb;
    }

    private static async Task<ImportLine> ImportAsync(Invocation run, string file, WireTextOptions options)
    {
        var source = await File.ReadAllBytesAsync(run.FullPath(file), run.Token);
        var hash = Convert.ToHexStringLower(SHA256.HashData(source));
        var article = WireTextReader.Read(source, Path.GetFileName(file), options);
        article.ArticleId = "wire-" + hash[..32];
        try
        {
            var response = await run.Client.Publishing.PublishArticleAsync(
                new() { RequestId = "import-" + hash, Article = article, ExpectedVersion = 0, Change = ChangeType.New },
                cancellationToken: run.Token);
            return Line(file, "imported", article, response.Version);
        }
        // The same bytes were imported before, under another file name, by another caller, or by a reader that understood
        // less. The article may have been edited since: an import does not undo that.
        catch (SyndicationException error) when (error.Reason is ErrorReason.VersionMismatch or ErrorReason.RequestIdReused)
        {
            var existing = await run.Client.Articles.GetArticleAsync(
                new() { ArticleId = article.ArticleId, IncludeHeld = true }, cancellationToken: run.Token);
            return Line(file, "unchanged", existing.Article, existing.Article.Version);
        }
    }

    private static ImportLine Line(string file, string outcome, Article article, int version) => new(file, outcome)
    {
        ArticleId = article.ArticleId,
        Version = version,
        Language = article.Language,
        Sections = article.Body.Count(block => block.KindCase == Block.KindOneofCase.Heading),
        Links = article.Links.Count,
        Headline = article.Headline,
    };

    private static void Write(Invocation run, ImportLine line)
    {
        if (run.Json)
        {
            run.Io.Out.WriteLine(JsonLines.Format(line));
        }
        else if (line.Error is null)
        {
            run.Io.Out.WriteLine(Terminal.Clean(
                $"{line.Outcome,-9}  {line.ArticleId} version {line.Version}  {line.Language}  "
                + $"{line.Sections} sections, {line.Links} links  {line.File}: {line.Headline}"));
        }

        run.Io.Out.Flush();
    }
}

/// <summary>What became of a file.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Outcome"><c>imported</c> (also when the same import is repeated), <c>unchanged</c> or <c>failed</c>.</param>
internal sealed record ImportLine(string File, string Outcome)
{
    public string? ArticleId { get; init; }

    public int? Version { get; init; }

    public string? Language { get; init; }

    public int? Sections { get; init; }

    public int? Links { get; init; }

    public string? Headline { get; init; }

    public ErrorBody? Error { get; init; }
}
