using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Keys of partners and of the staff: <c>keys issue|list|revoke</c>.</summary>
internal static class KeyCommands
{
    private static readonly string[] Columns = ["Key", "Principal", "Role", "Name", "State", "Created", "Expires", "Last used"];

    public static Command Create(CliIo io) =>
        new Verb("keys", "Issue and revoke keys. For administrators; a partner sees its own.", "keys issue lemonde", "keys list")
        {
            Issue(io),
            List(io),
            Revoke(io),
        };

    private static Verb Issue(CliIo io)
    {
        var verb = new Verb(
            "issue",
            "Issue a key to a partner, or with --role to somebody of the staff. Its secret is shown once, on standard output.",
            "keys issue lemonde --display-name \"production CMS\" --expires 2027-12-31T00:00:00Z",
            "keys issue newsdesk --role publisher");
        var principal = verb.AddArgument<string>("PRINCIPAL", "The partner, or the name of somebody of the staff.");
        var role = verb.AddOption<string>("--role", "partner (by default), publisher, reader or administrator.", "ROLE");
        role.DefaultValueFactory = _ => "partner";
        role.AcceptOnlyFromAmong("partner", "publisher", "reader", "administrator");
        var displayName = verb.AddOption<string?>("--display-name", "What the key is for.", "TEXT");
        var expires = verb.AddTimeOption("--expires", "When it stops working; otherwise when it is revoked.");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Partners.IssueApiKeyAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    Principal = run.Get(principal),
                    Role = System.Enum.Parse<CallerRole>(run.Get(role)!, ignoreCase: true),
                    DisplayName = run.Get(displayName) ?? "",
                    ExpireTime = run.Get(expires) is { } time ? Timestamp.FromDateTimeOffset(time) : null,
                },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else if (response.Secret.Length == 0)
            {
                io.Error.WriteLine($"{response.Key.KeyId} was issued before: its secret is not shown again.");
            }
            else
            {
                // Alone on standard output, so that it can go straight into a file.
                io.Error.WriteLine($"{response.Key.KeyId} for {response.Key.Principal}; the secret is shown this once:");
                io.Out.WriteLine(response.Secret);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb List(CliIo io)
    {
        var verb = new Verb("list", "List keys, newest first, revoked and expired ones among them.", "keys list", "keys list lemonde --json");
        var principal = verb.AddArgument<string?>("PRINCIPAL", "Whose; otherwise all that you may see.");
        principal.Arity = ArgumentArity.ZeroOrOne;
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<ApiKey>(run, int.MaxValue, Columns, Cells, async (size, token) =>
            {
                var page = await run.Client.Partners.ListApiKeysAsync(
                    new() { Principal = run.Get(principal) ?? "", PageSize = size, PageToken = token }, cancellationToken: run.Token);
                return (page.Keys, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Revoke(CliIo io)
    {
        var verb = new Verb("revoke", "Refuse a key from now on, and end the calls that came with it.", "keys revoke syn_abcdefghijkm");
        var keyId = verb.AddArgument<string>("KEY", "The key's id, as 'keys list' shows it.");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Partners.RevokeApiKeyAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), KeyId = run.Get(keyId) }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response.Key);
            }
            else
            {
                io.Out.WriteLine($"Revoked {response.Key.KeyId} of {Terminal.Clean(response.Key.Principal)}.");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static string[] Cells(TimeProvider time, ApiKey key) =>
    [
        key.KeyId,
        key.Principal,
        key.Role.ToString().ToLowerInvariant(),
        key.DisplayName,
        key.RevokeTime is not null ? "revoked" : key.ExpireTime is { } expires && expires.ToDateTimeOffset() <= time.GetUtcNow() ? "expired" : "works",
        time.Local(key.CreateTime),
        key.ExpireTime is null ? "" : time.Local(key.ExpireTime),
        key.LastUsedTime is null ? "" : time.Local(key.LastUsedTime),
    ];
}
