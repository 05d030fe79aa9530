using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Streams that the server posts to an outlet: <c>webhooks …</c>.</summary>
internal static class WebhookCommands
{
    private const string WebhookHelp = "The webhook, as 'webhooks list' shows it.";

    private static readonly string[] Columns = ["Webhook", "Partner", "Stream", "Consumer", "State", "Lag", "Accepted", "Next attempt", "Last error", "URL"];
    private static readonly string[] DeliveryColumns = ["Attempt", "Time", "Result", "Took", "Updates", "Id", "Answer"];

    public static Command Create(CliIo io) =>
        new Verb(
            "webhooks",
            "Have streams posted to an outlet that cannot hold one. A partner manages its own, an administrator everybody's.",
            "webhooks create world-fr https://cms.lemonde.example/wire",
            "webhooks list")
        {
            CreateOne(io),
            List(io),
            Get(io),
            Update(io),
            Change(io, "delete", "Delete a webhook with its history.", "Deleted", static async (run, id, requestId) =>
            {
                await run.Client.Deliveries.DeleteWebhookAsync(new() { RequestId = requestId, Webhook = id }, cancellationToken: run.Token);
                return new Webhook { WebhookId = id };
            }),
            Change(io, "pause", "Stop sending until it is resumed.", "Paused", static async (run, id, requestId) =>
                (await run.Client.Deliveries.PauseWebhookAsync(new() { RequestId = requestId, Webhook = id }, cancellationToken: run.Token)).Webhook),
            Change(io, "resume", "Go on from its place: after a pause, after it was parked, or without waiting for the next attempt.", "Resumed", static async (run, id, requestId) =>
                (await run.Client.Deliveries.ResumeWebhookAsync(new() { RequestId = requestId, Webhook = id }, cancellationToken: run.Token)).Webhook),
            Rewind(io),
            RotateSecret(io),
            Deliveries(io),
            Test(io),
        };

    private static Verb CreateOne(CliIo io)
    {
        var verb = new Verb(
            "create",
            "Create a webhook, which sends at once. Its secret is shown once, on standard output.",
            "webhooks create world-fr https://cms.lemonde.example/wire",
            "webhooks create sport-en https://cms.example/hook --partner daily --consumer cms --from snapshot > hook.secret");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var url = verb.AddArgument<string>("URL", "Where to post to: an https address.");
        var partner = verb.AddOption<string?>("--partner", "For administrators: whose it is.", "PARTNER");
        var consumer = verb.AddOption<string?>("--consumer", "Which of the partner's systems it is; otherwise 'default'.", "NAME");
        var displayName = verb.AddOption<string?>("--display-name", "What people call it.", "TEXT");
        var headlines = verb.AddOption<bool>("--headlines", "Everything but the texts.");
        var held = verb.AddOption<bool>("--held", "Also articles under embargo, where the grant allows it.");
        var max = verb.AddOption<int?>("--max", "How many updates a delivery has at most, 1 to 1,000; 64 by default.", "N");
        var snapshot = verb.AddOption<bool>("--snapshot-when-lost", "Go on with a snapshot where its place in the stream is lost; otherwise it is parked then.");
        var start = new StartOption(verb);
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Deliveries.CreateWebhookAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    Webhook = new()
                    {
                        Partner = run.Get(partner) ?? "",
                        Stream = run.Get(stream),
                        Consumer = run.Get(consumer) ?? "",
                        Url = run.Get(url),
                        DisplayName = run.Get(displayName) ?? "",
                        View = run.Get(headlines) ? ArticleView.Headlines : ArticleView.Full,
                        IncludeHeld = run.Get(held),
                        MaxBatchUpdates = run.Within(max, 1, 1000) ?? 0,
                        SnapshotWhenLost = run.Get(snapshot),
                    },
                    Start = start.Get(run),
                },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                WriteSecret(io, response.Webhook, response.Secret);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb List(CliIo io)
    {
        var verb = new Verb("list", "List webhooks, with what is still to be sent.", "webhooks list --state parked", "webhooks list --json");
        var partner = verb.AddOption<string?>("--partner", "Only this partner's.", "PARTNER");
        var stream = verb.AddOption<string?>("--stream", "Only those of this stream.", "STREAM");
        var states = verb.AddOption<string[]>("--state", "Only these, repeatable: active, paused, parked.", "STATE");
        states.AcceptOnlyFromAmong("active", "paused", "parked");
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<Webhook>(run, int.MaxValue, Columns, Cells, async (size, token) =>
            {
                var page = await run.Client.Deliveries.ListWebhooksAsync(
                    new()
                    {
                        Partner = run.Get(partner) ?? "",
                        Stream = run.Get(stream) ?? "",
                        States = { (run.Get(states) ?? []).Select(state => System.Enum.Parse<WebhookState>(state, ignoreCase: true)) },
                        PageSize = size,
                        PageToken = token,
                    },
                    cancellationToken: run.Token);
                return (page.Webhooks, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Get(CliIo io)
    {
        var verb = new Verb("get", "Show a webhook, and how its sending goes.", "webhooks get whk_abcdefghijkmnpqr");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        verb.Run(io, async run =>
        {
            Write(run, (await run.Client.Deliveries.GetWebhookAsync(new() { Webhook = run.Get(webhook) }, cancellationToken: run.Token)).Webhook);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Update(CliIo io)
    {
        var verb = new Verb("update", "Change what is named of a webhook, and have it try at once.", "webhooks update whk_abcdefghijkmnpqr --url https://new.example/wire");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        var url = verb.AddOption<string?>("--url", "Where to post to.", "URL");
        var displayName = verb.AddOption<string?>("--display-name", "What people call it.", "TEXT");
        var max = verb.AddOption<int?>("--max", "How many updates a delivery has at most, 1 to 1,000.", "N");
        var snapshot = verb.AddOption<bool?>("--snapshot-when-lost", "Whether to go on with a snapshot where its place is lost: true or false.", "BOOL");
        var revision = verb.AddOption<int?>("--revision", "Refuse unless the webhook is at this revision; otherwise the one it is at now.", "N");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var request = new UpdateWebhookRequest
            {
                RequestId = run.UseRequestId(run.Get(requestId)),
                Webhook = new()
                {
                    WebhookId = run.Get(webhook),
                    Url = run.Get(url) ?? "",
                    DisplayName = run.Get(displayName) ?? "",
                    MaxBatchUpdates = run.Within(max, 1, 1000) ?? 0,
                    SnapshotWhenLost = run.Get(snapshot) ?? false,
                },
                UpdateMask = new(),
            };
            foreach (var (option, path) in new (System.CommandLine.Option, string)[]
            {
                (url, "url"), (displayName, "display_name"), (max, "max_batch_updates"), (snapshot, "snapshot_when_lost"),
            })
            {
                if (run.Has(option))
                {
                    request.UpdateMask.Paths.Add(path);
                }
            }

            if (request.UpdateMask.Paths.Count == 0)
            {
                throw new CliUsageException("Nothing to change: name --url, --display-name, --max or --snapshot-when-lost.");
            }

            request.Revision = run.Within(revision, 1, int.MaxValue)
                ?? (await run.Client.Deliveries.GetWebhookAsync(new() { Webhook = run.Get(webhook) }, cancellationToken: run.Token)).Webhook.Revision;
            Write(run, (await run.Client.Deliveries.UpdateWebhookAsync(request, cancellationToken: run.Token)).Webhook);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Change(CliIo io, string name, string description, string done, Func<Invocation, string, string, Task<Webhook>> changeAsync)
    {
        var verb = new Verb(name, description, $"webhooks {name} whk_abcdefghijkmnpqr");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var changed = await changeAsync(run, run.Get(webhook)!, run.UseRequestId(run.Get(requestId)));
            if (run.Json)
            {
                run.WriteJson(changed);
            }
            else
            {
                io.Out.WriteLine($"{done} {changed.WebhookId}.");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Rewind(CliIo io)
    {
        var verb = new Verb(
            "rewind",
            "Put a webhook to another place in its stream, forwards or backwards. What is sent again has other ids.",
            "webhooks rewind whk_abcdefghijkmnpqr --from 2026-06-17T18:00",
            "webhooks rewind whk_abcdefghijkmnpqr --from snapshot");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        var start = new StartOption(verb);
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Deliveries.RewindWebhookAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Webhook = run.Get(webhook), Start = start.Get(run) }, cancellationToken: run.Token);
            Write(run, response.Webhook);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb RotateSecret(CliIo io)
    {
        var verb = new Verb(
            "rotate-secret",
            "Give a webhook a new secret, shown once, on standard output. Deliveries are signed with both for a while.",
            "webhooks rotate-secret whk_abcdefghijkmnpqr",
            "webhooks rotate-secret whk_abcdefghijkmnpqr --overlap 0");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        var overlap = verb.AddOption<int?>("--overlap", "For how many hours the old secret still signs, 0 to 720; otherwise as the server is set.", "HOURS");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Deliveries.RotateWebhookSecretAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    Webhook = run.Get(webhook),
                    Overlap = run.Within(overlap, 0, 720) is { } hours ? Duration.FromTimeSpan(TimeSpan.FromHours(hours)) : null,
                },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                WriteSecret(io, response.Webhook, response.Secret);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Deliveries(CliIo io)
    {
        var verb = new Verb("deliveries", "List the latest attempts of a webhook, newest first.", "webhooks deliveries whk_abcdefghijkmnpqr", "webhooks deliveries whk_abcdefghijkmnpqr --json --all");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        var paging = new PagingOptions(verb, 50);
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<WebhookDelivery>(run, paging.Limit(run), DeliveryColumns, DeliveryCells, async (size, token) =>
            {
                var page = await run.Client.Deliveries.ListWebhookDeliveriesAsync(
                    new() { Webhook = run.Get(webhook), PageSize = size, PageToken = token }, cancellationToken: run.Token);
                return (page.Deliveries, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Test(CliIo io)
    {
        var verb = new Verb("test", "Post a ping, once, and show what came of it. Exit code 1 where it was not accepted.", "webhooks test whk_abcdefghijkmnpqr");
        var webhook = verb.AddArgument<string>("WEBHOOK", WebhookHelp);
        var requestId = verb.AddOption<string?>("--request-id", "Names the ping: repeated, it has the same id. Otherwise a new one.", "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Deliveries.TestWebhookAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Webhook = run.Get(webhook) }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                var answer = response.ResponseExcerpt.Length > 0 ? $": {Terminal.Clean(response.ResponseExcerpt)}" : "";
                io.Out.WriteLine(response.Accepted
                    ? $"Accepted with {response.HttpStatus} in {Took(response.Duration.ToTimeSpan())}{answer}"
                    : $"Not accepted: {Terminal.Clean(response.Error)}{answer}");
            }

            return response.Accepted ? ExitCode.Ok : ExitCode.Refused;
        });
        return verb;
    }

    private static void Write(Invocation run, Webhook webhook)
    {
        if (run.Json)
        {
            run.WriteJson(webhook);
            return;
        }

        var table = Terminal.NewTable(run.Io, Columns);
        table.Add(Cells(run.Io.TimeProvider, webhook));
        run.Console.Write(table);
        if (webhook.Status.ParkMessage.Length > 0)
        {
            run.Io.Out.WriteLine($"Parked: {Terminal.Clean(webhook.Status.ParkMessage)}");
        }
    }

    /// <summary>Alone on standard output, so that it can go straight into a file.</summary>
    private static void WriteSecret(CliIo io, Webhook webhook, string secret)
    {
        if (secret.Length == 0)
        {
            io.Error.WriteLine($"{webhook.WebhookId} was answered before: its secret is not shown again.");
            return;
        }

        io.Error.WriteLine($"{webhook.WebhookId} of {webhook.Partner} for {webhook.Stream}; the secret is shown this once:");
        io.Out.WriteLine(secret);
    }

    private static string[] Cells(TimeProvider time, Webhook webhook) =>
    [
        webhook.WebhookId,
        webhook.Partner,
        webhook.Stream,
        webhook.Consumer,
        webhook.State.ToString().ToLowerInvariant(),
        webhook.Lag is null ? "unknown" : Lags.Text(webhook.Lag),
        time.Local(webhook.Status.LastAcceptTime),
        time.Local(webhook.Status.NextAttemptTime),
        webhook.Status.LastError,
        webhook.Url,
    ];

    private static string[] DeliveryCells(TimeProvider time, WebhookDelivery attempt) =>
    [
        attempt.Attempt.ToString(CultureInfo.InvariantCulture),
        time.Local(attempt.AttemptTime),
        attempt.Accepted ? $"accepted {attempt.HttpStatus}" : attempt.Error,
        Took(TimeSpan.FromMilliseconds(attempt.DurationMillis)),
        attempt.SnapshotComplete ? "snapshot complete" : attempt.UpdateCount.ToString(CultureInfo.InvariantCulture),
        attempt.DeliveryId,
        attempt.ResponseExcerpt,
    ];

    private static string Took(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
