using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>What stops and resumes the use of an article: <c>withdraw</c>, <c>withhold</c>, <c>release</c>.</summary>
internal static class HoldCommands
{
    private const string ExpectedHelp = "Refuse unless the article is at this version.";

    public static Command Withdraw(CliIo io)
    {
        var verb = new Verb(
            "withdraw",
            "Kill an article: finally, for all versions. Everybody who could have received it is told.",
            "withdraw wire-42 --advisory \"Kill: the person named is not the accused.\" --reason \"Legal, case 17\"");
        var id = verb.AddArgument<string>("ID", "The article.");
        var advisory = verb.AddOption<string>("--advisory", "Why, and what to do: for everybody who had it.", "TEXT", required: true);
        var reason = verb.AddOption<string?>("--reason", "Why: for the desk alone.", "TEXT");
        var expected = verb.AddOption<int?>("--expected-version", ExpectedHelp, "N");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var request = new WithdrawArticleRequest
            {
                RequestId = run.UseRequestId(run.Get(requestId)),
                ArticleId = run.Get(id),
                Advisory = run.Get(advisory),
                InternalReason = run.Get(reason) ?? "",
            };
            if (run.Get(expected) is { } version)
            {
                request.ExpectedVersion = version;
            }

            var response = await run.Client.Publishing.WithdrawArticleAsync(request, cancellationToken: run.Token);
            run.WriteReceipt(response, "Withdrew", response.ArticleId, response.Version);
            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command Withhold(CliIo io)
    {
        var verb = new Verb(
            "withhold",
            "Hold an article back, with all its versions, until it is released.",
            "withhold wire-42 --advisory \"Do not use: being checked.\"");
        var id = verb.AddArgument<string>("ID", "The article.");
        var advisory = verb.AddOption<string?>("--advisory", "Why: for everybody who had it.", "TEXT");
        var reason = verb.AddOption<string?>("--reason", "Why: for the desk alone.", "TEXT");
        var expected = verb.AddOption<int?>("--expected-version", ExpectedHelp, "N");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var request = new WithholdArticleRequest
            {
                RequestId = run.UseRequestId(run.Get(requestId)),
                ArticleId = run.Get(id),
                Advisory = run.Get(advisory) ?? "",
                InternalReason = run.Get(reason) ?? "",
            };
            if (run.Get(expected) is { } version)
            {
                request.ExpectedVersion = version;
            }

            var response = await run.Client.Publishing.WithholdArticleAsync(request, cancellationToken: run.Token);
            run.WriteReceipt(response, "Withheld", response.ArticleId, response.Version);
            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command Release(CliIo io)
    {
        var verb = new Verb(
            "release",
            "End the hold on an article; end an embargo before its time only with --lift-embargo.",
            "release wire-42",
            "release wire-42 --lift-embargo");
        var id = verb.AddArgument<string>("ID", "The article.");
        var lift = verb.AddOption<bool>("--lift-embargo", "Also end an embargo before its time.");
        var expected = verb.AddOption<int?>("--expected-version", ExpectedHelp, "N");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var request = new ReleaseArticleRequest
            {
                RequestId = run.UseRequestId(run.Get(requestId)),
                ArticleId = run.Get(id),
                LiftEmbargo = run.Get(lift),
            };
            if (run.Get(expected) is { } version)
            {
                request.ExpectedVersion = version;
            }

            var response = await run.Client.Publishing.ReleaseArticleAsync(request, cancellationToken: run.Token);
            run.WriteReceipt(response, "Released", response.ArticleId, response.Version, response.Status);
            return ExitCode.Ok;
        });
        return verb;
    }
}
