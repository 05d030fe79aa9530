using Microsoft.Extensions.Options;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>The command line of the server: settings that are wrong are named, verbs do their work and end.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly DataDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("Syndication:Store", "oracle")]
    [InlineData("Syndication:Articles:MaxBytes", "3145729")]
    [InlineData("Syndication:Articles:MaxBytes", "1023")]
    [InlineData("Syndication:Articles:MaxBytes", "many")]
    [InlineData("Syndication:Subscriptions:HeartbeatInterval", "00:00:00.5")]
    [InlineData("Syndication:Subscriptions:StallLimit", "00:00:00.5")]
    [InlineData("Syndication:Subscriptions:PollInterval", "00:02:00")]
    [InlineData("Syndication:Subscriptions:WindowBytes", "1000")]
    [InlineData("Syndication:Subscriptions:CatchUpReaders", "0")]
    [InlineData("Syndication:Log:Retention", "00:00:00")]
    [InlineData("Syndication:Grpc:Url", "http://0.0.0.0:0")]
    [InlineData("Syndication:Http:Url", "http://example.com:80")]
    [InlineData("Syndication:Http:Url", "nonsense")]
    public void A_wrong_setting_is_refused_by_its_key(string key, string value)
    {
        var error = Assert.ThrowsAny<Exception>(() => Build(key, value));

        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_does_not_exist_is_refused_by_its_name()
    {
        Assert.StartsWith(
            "Syndication:Subscriptions:Heartbeat is no setting; Syndication:Subscriptions has CatchUpReaders, HeartbeatInterval, ",
            Assert.Throws<OptionsValidationException>(() => Build("Syndication:Subscriptions:Heartbeat", "1")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_says_what_is_wrong_in_a_sentence_and_ends_with_1()
    {
        var (exitCode, output) = await ServerProcess.RunAsync("--Syndication:Articles:MaxBytes=7", $"--Syndication:DataDirectory={_data.Path}");

        Assert.Equal(1, exitCode);
        Assert.Contains("Syndication:Articles:MaxBytes", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/nope")]
    [InlineData("FILE")]
    public async Task A_folder_that_cannot_be_used_is_named_with_its_key(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        var file = Path.Combine(_data.Path, "FILE");
        await File.WriteAllTextAsync(file, "");
        var (exitCode, output) = await ServerProcess.RunAsync($"--Syndication:DataDirectory={(folder == "FILE" ? file : folder)}");

        Assert.Equal(1, exitCode);
        Assert.Contains("Syndication:DataDirectory is ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_called_so_and_left_alone()
    {
        var file = Path.Combine(_data.Path, "syndication.db");
        await File.WriteAllTextAsync(file, "Notes of a meeting, in a file with an unlucky name.");
        var (exitCode, output) = await ServerProcess.RunAsync($"--Syndication:DataDirectory={_data.Path}");

        Assert.Equal(1, exitCode);
        Assert.Contains($"{file} is not a SQLite database", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.StartsWith("Notes", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_is_neither_verb_nor_setting_ends_with_2()
    {
        var (exitCode, output) = await ServerProcess.RunAsync("migrat");

        Assert.Equal(2, exitCode);
        Assert.Contains("\"migrat\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_makes_the_database_and_ends_and_may_be_repeated()
    {
        for (var i = 0; i < 2; i++)
        {
            var (exitCode, output) = await ServerProcess.RunAsync("migrate", $"--Syndication:DataDirectory={_data.Path}");

            Assert.True(exitCode == 0, output);
            Assert.Contains(Path.Combine(_data.Path, "syndication.db"), output, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(Path.Combine(_data.Path, "syndication.db")));
    }

    [Fact]
    public async Task A_new_epoch_is_another_log_that_goes_on_from_cursors_before_it()
    {
        await using var first = await ServerProcess.StartAsync(_data);
        var epoch = (await first.Server.GetServerInfoAsync(new())).LogEpoch;
        var cursor = (await first.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make() })).Cursor;
        first.Terminate();
        await first.WaitForExitAsync();

        var (exitCode, output) = await ServerProcess.RunAsync("new-epoch", $"--Syndication:DataDirectory={_data.Path}");
        Assert.True(exitCode == 0, output);
        Assert.Contains("Epoch 2 begins after number 2.", output, StringComparison.Ordinal);

        await using var second = await ServerProcess.StartAsync(_data);
        Assert.NotEqual(epoch, (await second.Server.GetServerInfoAsync(new())).LogEpoch);
        using var reader = new FrameReader(second.Subscriptions.Subscribe(new() { Stream = "all", Start = new() { Cursor = cursor } }));
        Assert.Equal(Kind.CaughtUp, (await reader.NextAsync()).FrameCase);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_ends_with_1()
    {
        await using var server = await ServerProcess.StartAsync(_data);
        var (exitCode, output) = await ServerProcess.RunAsync(
            $"--Syndication:DataDirectory={_data.Path}", $"--Syndication:Grpc:Url={server.GrpcAddress.ToString().TrimEnd('/')}", "--Syndication:Http:Url=http://127.0.0.1:0");

        Assert.Equal(1, exitCode);
        Assert.Contains($"Syndication:Grpc:Url is {server.GrpcAddress.ToString().TrimEnd('/')}, and another process listens there", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    private void Build(string key, string value)
    {
        var app = Syndication.Server.Hosting.SyndicationServer.Build([$"--Syndication:DataDirectory={_data.Path}", $"--{key}={value}"]);
        app.Services.GetService(typeof(object));
    }
}
