using Syndication.Tests.Cli;
using Syndication.Tests.Server;

namespace Syndication.Tests.Webhooks;

/// <summary><c>wire webhooks</c> against a real server.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wire-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_webhook_is_made_watched_and_changed_from_the_command_line()
    {
        await using var hooks = await WebhookFixture.StartAsync("Webhooks:MaxAttempts=2");
        var created = await RunAsync(hooks, 0, "create", "en", hooks.Receiver.Url, "--partner", "outlet", "--consumer", "cms");
        Assert.StartsWith("whsec_", Assert.Single(created.Lines), StringComparison.Ordinal);
        var id = created.Error.Split(' ')[0];
        await hooks.PublishAsync(2);
        await hooks.Receiver.UntilAsync(2);
        Assert.All(hooks.Receiver.Posted, posted => Assert.True(posted.IsSignedWith(created.Lines[0])));
        await hooks.UntilAsync(id, webhook => webhook.Lag.Updates == 0);

        var row = (await RunAsync(hooks, 0, "list", "--partner", "outlet")).Lines[^1];
        Assert.Contains($"{id}  outlet   en      cms       active  0", row, StringComparison.Ordinal);
        Assert.Contains("accepted 200", (await RunAsync(hooks, 0, "deliveries", id)).Out, StringComparison.Ordinal);
        Assert.StartsWith("Accepted with 200 in ", (await RunAsync(hooks, 0, "test", id)).Out, StringComparison.Ordinal);

        Assert.Equal([$"Paused {id}."], (await RunAsync(hooks, 0, "pause", id)).Lines);
        Assert.Contains("paused", (await RunAsync(hooks, 0, "get", id)).Out, StringComparison.Ordinal);
        hooks.Receiver.AnswerWith(500);
        Assert.StartsWith("Not accepted: answered 500", (await RunAsync(hooks, 1, "test", id)).Out, StringComparison.Ordinal);
        await hooks.PublishAsync(1, "b");
        await RunAsync(hooks, 0, "resume", id);
        await hooks.UntilParkedAsync(id);
        Assert.Contains("Parked: 2 attempts have failed", (await RunAsync(hooks, 0, "get", id)).Out, StringComparison.Ordinal);
        Assert.Contains(id, (await RunAsync(hooks, 0, "list", "--state", "parked")).Out, StringComparison.Ordinal);

        var updated = await RunAsync(hooks, 0, "update", id, "--max", "5", "--snapshot-when-lost", "true", "--json");
        Assert.Contains("\"maxBatchUpdates\": 5, \"snapshotWhenLost\": true", updated.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing to change", (await RunAsync(hooks, 2, "update", id)).Error, StringComparison.Ordinal);
        Assert.StartsWith("whsec_", (await RunAsync(hooks, 0, "rotate-secret", id, "--overlap", "1")).Out, StringComparison.Ordinal);
        await RunAsync(hooks, 0, "rewind", id, "--from", "latest");
        await RunAsync(hooks, 0, "delete", id);
        Assert.Contains("WEBHOOK_NOT_FOUND", (await RunAsync(hooks, 1, "get", id)).Error, StringComparison.Ordinal);
        Assert.Contains("change-webhook", (await WireAsync(hooks, "audit", "--subject", id)).Out, StringComparison.Ordinal);
    }

    private async Task<CliRun> RunAsync(WebhookFixture hooks, int exitCode, params string[] args)
    {
        var run = await WireAsync(hooks, ["webhooks", .. args]);
        Assert.True(run.ExitCode == exitCode, $"{string.Join(' ', args)}: {run}");
        return run;
    }

    private Task<CliRun> WireAsync(WebhookFixture hooks, params string[] args) => CliRun.StartAsync(
        hooks.Server.GrpcAddress.ToString(), "", _directory.FullName, TestContext.Current.CancellationToken, [.. args, "--key", TestKeys.Admin]);
}
