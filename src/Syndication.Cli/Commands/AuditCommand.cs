using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Who did what: <c>audit</c>.</summary>
internal static class AuditCommand
{
    private static readonly string[] Columns = ["Time", "Action", "Principal", "Subject", "Detail", "Key", "Address", "Count"];

    /// <summary>As people write them: <c>publish</c>, <c>read-held</c>.</summary>
    private static readonly Dictionary<string, AuditAction> Actions = System.Enum.GetValues<AuditAction>()
        .Where(action => action != AuditAction.Unspecified)
        .ToDictionary(action => string.Concat($"{action}".Select((character, i) =>
            char.IsUpper(character) && i > 0 ? $"-{char.ToLowerInvariant(character)}" : $"{char.ToLowerInvariant(character)}")));

    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "audit",
            "Show who did what, newest first: publishing, administration, reads under embargo, refused logins. For administrators. With --json --all an export.",
            "audit --since 2026-06-17",
            "audit --action refuse-login --action revoke-key",
            "audit --subject a1 --json --all > audit.ndjson");
        var principal = verb.AddOption<string?>("--principal", "Only what it did.", "NAME");
        var actions = verb.AddOption<string[]>("--action", $"Only these, repeatable: {string.Join(", ", Actions.Keys)}.", "ACTION");
        actions.AcceptOnlyFromAmong([.. Actions.Keys]);
        var subject = verb.AddOption<string?>("--subject", "Only what concerns this article, stream, partner, key or webhook.", "ID");
        var since = verb.AddTimeOption("--since", "Only from this time on.");
        var until = verb.AddTimeOption("--until", "Only before this time.");
        var paging = new PagingOptions(verb, 100);
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<AuditEvent>(run, paging.Limit(run), Columns, Cells, async (size, token) =>
            {
                var page = await run.Client.Partners.ListAuditEventsAsync(
                    new()
                    {
                        Principal = run.Get(principal) ?? "",
                        Actions = { (run.Get(actions) ?? []).Select(action => Actions[action]) },
                        Subject = run.Get(subject) ?? "",
                        StartTime = run.Get(since) is { } start ? Timestamp.FromDateTimeOffset(start) : null,
                        EndTime = run.Get(until) is { } end ? Timestamp.FromDateTimeOffset(end) : null,
                        PageSize = size,
                        PageToken = token,
                    },
                    cancellationToken: run.Token);
                return (page.Events, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static string[] Cells(TimeProvider time, AuditEvent one) =>
    [
        time.Local(one.Time),
        Actions.FirstOrDefault(pair => pair.Value == one.Action).Key ?? $"{one.Action}",
        one.Principal,
        one.Subject,
        one.Detail,
        one.KeyId,
        one.Address,
        one.Count == 1 ? "" : $"{one.Count}",
    ];
}
