using System.CommandLine;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>What became of kills: <c>receipts</c> for the desk, <c>confirm</c> for partners.</summary>
internal static class WithdrawalCommands
{
    private static readonly string[] Columns = ["Article", "Partner", "State", "Withdrawn", "Sent", "Confirmed", "Contact", "Streams", "Note"];

    private static readonly string[] States = ["not-withdrawn", "pending", "sent", "confirmed", "overdue", "unreachable"];

    public static Command Receipts(CliIo io)
    {
        var verb = new Verb(
            "receipts",
            "Show who was sent an article and, of a killed one, who was sent the kill, who has confirmed it, who is overdue and who cannot be reached. For the desk.",
            "receipts",
            "receipts --state overdue --state unreachable",
            "receipts a1 --partner lemonde --json");
        var article = verb.AddArgument<string?>("ARTICLE", "The article, killed or not; otherwise all kills, newest first.", ArgumentArity.ZeroOrOne);
        var partner = verb.AddOption<string?>("--partner", "Only of this partner.", "PARTNER");
        var states = verb.AddOption<string[]>("--state", $"Only in this state, repeatable: {string.Join(", ", States)}.", "STATE");
        states.AcceptOnlyFromAmong(States);
        var paging = new PagingOptions(verb, 100);
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<WithdrawalReceipt>(run, paging.Limit(run), Columns, Cells, async (size, token) =>
            {
                var page = await run.Client.Subscriptions.ListWithdrawalReceiptsAsync(
                    new()
                    {
                        ArticleId = run.Get(article) ?? "",
                        Partner = run.Get(partner) ?? "",
                        States = { (run.Get(states) ?? []).Select(StateOf) },
                        PageSize = size,
                        PageToken = token,
                    },
                    cancellationToken: run.Token);
                return (page.Receipts, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    public static Command Confirm(CliIo io)
    {
        var verb = new Verb(
            "confirm",
            "Tell the desk that a killed article is taken down. For partners.",
            "confirm a1 --consumer cms --note \"removed from site and app\"");
        var article = verb.AddArgument<string>("ARTICLE", "The killed article.");
        var consumer = verb.AddOption<string?>("--consumer", "Which of your systems confirms it; otherwise 'default'.", "NAME");
        var note = verb.AddOption<string?>("--note", "What was done, for the desk.", "TEXT");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Subscriptions.ConfirmWithdrawalAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    ArticleId = run.Get(article),
                    Consumer = run.Get(consumer) ?? "",
                    Note = run.Get(note) ?? "",
                },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                io.Out.WriteLine($"Confirmed since {io.TimeProvider.Local(response.ConfirmTime)}.");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static string[] Cells(TimeProvider time, WithdrawalReceipt receipt) =>
    [
        receipt.ArticleId,
        receipt.Partner,
        TextOf(receipt.State),
        time.Local(receipt.WithdrawTime),
        time.Local(receipt.SentTime),
        time.Local(receipt.ConfirmTime),
        receipt.Contact,
        string.Join(' ', receipt.Streams),
        receipt.ConfirmNote,
    ];

    private static ReceiptState StateOf(string text) => Enum.Parse<ReceiptState>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    private static string TextOf(ReceiptState state) => States.FirstOrDefault(text => StateOf(text) == state, $"{state}");
}
