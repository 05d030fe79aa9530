using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Asks the server what it would say of an article: <c>validate</c>.</summary>
internal static class ValidateCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "validate",
            "Ask the server what is wrong with an article, without publishing it: fields for which it would be refused (exit code 1), and findings, which stop nothing.",
            "validate story.json",
            "get wire-42 --json | wire validate -",
            "validate --language fr --headline \"Un titre\" --body \"Le texte.\"");
        var file = verb.AddArgument<string?>("FILE", "The article as JSON of the contract; '-' reads standard input.", ArgumentArity.ZeroOrOne);
        var article = new ArticleOptions(verb);
        verb.Run(io, async run =>
        {
            var content = await article.ReadAsync(run, run.Get(file), "validate");
            var response = await run.Client.Publishing.ValidateArticleAsync(new ValidateArticleRequest { Article = content }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                foreach (var error in response.FieldErrors)
                {
                    run.Io.Out.WriteLine(Terminal.Clean($"  {error.Field}: {error.Description}"));
                }

                FindingLines.Write(run.Io.Out, response.Findings, response.OmittedFindings);
                run.Io.Out.WriteLine(response.FieldErrors.Count > 0 ? "It would be refused." : "It can be published.");
            }

            return response.FieldErrors.Count > 0 ? ExitCode.Refused : ExitCode.Ok;
        });
        return verb;
    }
}
