using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Syndication.Tests.Server;

namespace Syndication.Tests.Webhooks;

/// <summary>The README's Python verifies what the server really posts, and nothing else.</summary>
public sealed partial class ReadmeSnippetTests
{
    private const string Run =
        """

        import sys
        given = json.load(sys.stdin)
        try:
            verify(given["secret"], given["headers"], base64.b64decode(given["body"]))
            print("verified")
        except ValueError as error:
            print(error)
        """;

    [Fact]
    public async Task The_snippet_accepts_what_is_posted_and_refuses_what_was_changed_or_is_old()
    {
        await using var hooks = await WebhookFixture.StartAsync();
        var created = await hooks.CreateAsync();
        await hooks.Server.PublishAsync(TestArticles.Make("« Détroit » — 海峡 <b> \"x\"", articleId: "a"));
        await hooks.Receiver.UntilAsync(1);
        var posted = hooks.Receiver.Posted[0];
        Assert.Equal("verified", await VerifyAsync(created.Secret, posted));
        Assert.Equal("not signed with this secret", await VerifyAsync(created.Secret, posted with { Id = "msg_other" }));
        Assert.Equal("not signed with this secret", await VerifyAsync(created.Secret, posted with { Body = [.. posted.Body[..^1], (byte)' '] }));
        Assert.Equal("not signed with this secret", await VerifyAsync("whsec_" + Convert.ToBase64String(new byte[32]), posted));
        Assert.Equal("too old, or from the future", await VerifyAsync(created.Secret, posted with { Timestamp = "1700000000" }));

        var rotated = await hooks.Outlet.RotateWebhookSecretAsync(new() { Webhook = created.Webhook.WebhookId });
        await hooks.Outlet.TestWebhookAsync(new() { Webhook = created.Webhook.WebhookId });
        Assert.Equal("verified", await VerifyAsync(created.Secret, hooks.Receiver.Posted[^1]));
        Assert.Equal("verified", await VerifyAsync(rotated.Secret, hooks.Receiver.Posted[^1]));
    }

    private static async Task<string> VerifyAsync(string secret, Posted posted)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Syndication.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        var snippet = PythonBlock().Matches(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "README.md"), TestContext.Current.CancellationToken))
            .Select(match => match.Groups[1].Value)
            .Single(block => block.Contains("def verify(", StringComparison.Ordinal));
        using var python = new Process
        {
            StartInfo = new ProcessStartInfo("python3", ["-c", snippet + Run]) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        try
        {
            python.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no python3 on this machine.");
        }

        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            secret,
            headers = new Dictionary<string, string>
            {
                ["webhook-id"] = posted.Id,
                ["webhook-timestamp"] = posted.Timestamp,
                ["webhook-signature"] = posted.Signature,
            },
            body = Convert.ToBase64String(posted.Body),
        }));
        python.StandardInput.Close();
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
