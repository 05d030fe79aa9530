using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>New versions: <c>publish</c> and <c>correct</c>.</summary>
internal static class PublishCommands
{
    public const string RequestIdHelp = "Makes the command repeatable: the same id with the same content changes nothing. Otherwise a new one.";

    public static Command Publish(CliIo io)
    {
        var verb = new Verb(
            "publish",
            "Publish an article, new or as the next version, from JSON or from flags.",
            "publish story.json",
            "get wire-42 --json | jq '.headline = \"Better\"' | wire publish -",
            "publish --id wire-42 --language fr --headline \"Un titre\" --body \"Le texte.\" --subject medtop:20000587",
            "publish story.json --embargo 2026-06-17T18:00+02:00 --expected-version 0");
        var file = verb.AddArgument<string?>("FILE", "The article as JSON of the contract; '-' reads standard input.", ArgumentArity.ZeroOrOne);
        var id = verb.AddOption<string?>("--id", "The article's id; without one the server gives a new article its own.", "ID");
        var article = new ArticleOptions(verb);
        var change = verb.AddOption<string?>("--change", "What it is to the version before: new, update or correction.", "CHANGE");
        change.AcceptOnlyFromAmong("new", "update", "correction");
        var expected = verb.AddOption<int?>("--expected-version", "Refuse unless the article is at this version; 0: unless it is new.", "N");
        var requestId = verb.AddOption<string?>("--request-id", RequestIdHelp, "ID");
        var gate = new GateOptions(verb, "Refuse it");
        verb.Run(io, async run =>
        {
            var content = await article.ReadAsync(run, run.Get(file), "publish");
            content.ArticleId = run.Get(id) ?? content.ArticleId;
            var request = new PublishArticleRequest
            {
                RequestId = run.UseRequestId(run.Get(requestId)),
                Article = content,
                FindingsGate = gate.Get(run),
                Change = run.Get(change) switch
                {
                    "new" => ChangeType.New,
                    "update" => ChangeType.Update,
                    "correction" => ChangeType.Correction,
                    _ => ChangeType.Unspecified,
                },
            };
            if (run.Get(expected) is { } version)
            {
                request.ExpectedVersion = version;
            }

            var response = await run.Client.Publishing.PublishArticleAsync(request, cancellationToken: run.Token);
            run.WriteReceipt(response, "Published", response.ArticleId, response.Version, response.Status);
            WriteFindings(run, response);
            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command Correct(CliIo io)
    {
        var verb = new Verb(
            "correct",
            "Correct an article: read its latest version, change what the flags name, publish it as a correction. Refused if somebody else published meanwhile.",
            "correct wire-42 --note \"The mayor's name was wrong.\" --headline \"Mayor Ada Dupont resigns\"",
            "correct wire-42 --note \"Figures corrected.\" --wrong \"3 million\" --right \"3 billion\" --file corrected.json");
        var id = verb.AddArgument<string>("ID", "The article.");
        var note = verb.AddOption<string>("--note", "What was wrong, for readers.", "TEXT", required: true);
        var wrong = verb.AddOption<string?>("--wrong", "The text that was wrong.", "TEXT");
        var right = verb.AddOption<string?>("--right", "What it should have said.", "TEXT");
        var article = new ArticleOptions(verb);
        var requestId = verb.AddOption<string?>("--request-id", RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            if (run.Get(article.File) is null && !article.AnyGiven(run))
            {
                throw new CliUsageException("Nothing is corrected: give --file, or the fields to change, such as --headline.");
            }

            var latest = await run.Client.Articles.GetArticleAsync(
                new() { ArticleId = run.Get(id), IncludeHeld = true }, cancellationToken: run.Token);
            var content = run.Get(article.File) is { } file ? await run.ReadJsonAsync<Article>(file) : latest.Article.Clone();
            await article.ApplyAsync(run, content);
            content.ArticleId = latest.Article.ArticleId;
            content.Correction = new()
            {
                Note = run.Get(note),
                WrongText = run.Get(wrong) ?? "",
                RightText = run.Get(right) ?? "",
            };
            var response = await run.Client.Publishing.PublishArticleAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    Article = content,
                    Change = ChangeType.Correction,
                    ExpectedVersion = latest.Article.Version,
                },
                cancellationToken: run.Token);
            run.WriteReceipt(response, "Corrected", response.ArticleId, response.Version, response.Status);
            WriteFindings(run, response);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static void WriteFindings(Invocation run, PublishArticleResponse response)
    {
        if (!run.Json)
        {
            FindingLines.Write(run.Io.Out, response.Findings, response.OmittedFindings);
        }
    }
}
