using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Cli;

public sealed class ExportTests : WireTests
{
    [Fact]
    public async Task Each_line_has_its_update_and_cursor()
    {
        var published = await Server.PublishAsync(2);

        var run = await RunAsync("export", "all");

        Assert.Equal((0, 2), (run.ExitCode, run.Lines.Length));
        Assert.Equal(published, run.Lines.Select(line => Text(Parse(line).GetProperty("update").GetRawText(), "updateId")));
        var page = await Server.Subscriptions.PullUpdatesAsync(new() { Stream = "all", Start = new() { Cursor = Text(run.Lines[0], "cursor")! } }, cancellationToken: Token);
        Assert.Equal(published[1], Assert.Single(page.Updates).UpdateId);
    }

    [Theory]
    [InlineData("""{"update":{"upd""")]
    [InlineData("\0\0\0")]
    [InlineData("")]
    public async Task A_file_goes_on_after_its_last_whole_line(string torn)
    {
        var published = await Server.PublishAsync(3, bodyBytes: 100_000);
        await RunAsync("export", "all", "--out", "all.ndjson");
        var lines = await File.ReadAllLinesAsync(PathOf("all.ndjson"), Token);
        await WriteAsync("all.ndjson", string.Concat(lines[..2].Select(line => line + "\n")) + torn);
        published.AddRange(await Server.PublishAsync(2));

        var run = await RunAsync("export", "all", "--out", "all.ndjson");

        Assert.Equal((0, "", "3 updates written to all.ndjson.\n"), (run.ExitCode, run.Out, run.Error));
        Assert.Equal(published, (await UpdatesAsync("all.ndjson")).Select(update => update.UpdateId));
    }

    [Fact]
    public async Task Nothing_but_a_torn_line_begins_anew()
    {
        var published = await Server.PublishAsync(1);
        await WriteAsync("all.ndjson", """{"update":{""");

        await RunAsync("export", "all", "--out", "all.ndjson");

        Assert.Equal(published, (await UpdatesAsync("all.ndjson")).Select(update => update.UpdateId));
    }

    [Fact]
    public async Task A_file_that_is_no_export_is_left_alone()
    {
        await WriteAsync("notes.txt", "Mine.\n");

        var run = await RunAsync("export", "all", "--out", "notes.txt");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("notes.txt", run.Error, StringComparison.Ordinal);
        Assert.Equal("Mine.\n", await File.ReadAllTextAsync(PathOf("notes.txt"), Token));
    }

    [Fact]
    public async Task An_empty_stream_is_an_empty_file()
    {
        var run = await RunAsync("export", "all", "--out", "all.ndjson");

        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.Equal(0, new FileInfo(PathOf("all.ndjson")).Length);
    }

    [Fact]
    public async Task Followed_it_goes_on_with_what_comes_and_keeps_all_of_it_when_interrupted()
    {
        using var interrupted = new CancellationTokenSource();
        await Server.PublishAsync(1);
        var run = RunAsync(Server, "", interrupted.Token, "export", "all", "--out", "all.ndjson", "--follow");
        await Eventually.TrueAsync(() => new FileInfo(PathOf("all.ndjson")) is { Exists: true, Length: > 0 });
        var later = await Server.PublishAsync(1);
        await Eventually.TrueAsync(() => Server.Readers == 1);
        await interrupted.CancelAsync();
        Assert.Equal(130, (await run).ExitCode);

        var again = await RunAsync("export", "all", "--out", "all.ndjson");

        Assert.Equal(0, again.ExitCode);
        Assert.Equal(2, (await UpdatesAsync("all.ndjson")).Count);
        Assert.Equal(later[0], (await UpdatesAsync("all.ndjson"))[1].UpdateId);
    }

    private async Task<List<Update>> UpdatesAsync(string file) =>
        [.. (await File.ReadAllLinesAsync(PathOf(file), Token)).Select(line => Update.Parser.ParseJson(Parse(line).GetProperty("update").GetRawText()))];
}
