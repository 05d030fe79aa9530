using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Syndication.Server.Configuration;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Access;

/// <summary>Who did what over the wire, and that neither the audit nor any log holds a secret or a text.</summary>
public sealed class AuditTests
{
    private const string Word = "Xylophonquartett";

    [Fact]
    public async Task Reads_under_embargo_and_refused_logins_are_in_it()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateStreamAsync("fr", "fr");
        using var early = server.As(await server.CreatePartnerAsync("early", new Grant { Stream = "fr", EmbargoAccess = true }));
        await server.PublishAsync(new Article
        {
            ArticleId = "held",
            Language = "fr",
            Headline = "Titre",
            EmbargoTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1)),
        });
        await server.PublishAsync(new Article { ArticleId = "open", Language = "fr", Headline = "Titre" });
        await early.Articles.ListArticlesAsync(new() { IncludeHeld = true });
        await early.Subscriptions.PullUpdatesAsync(new() { Stream = "fr", IncludeHeld = true });
        await server.Articles.GetArticleAsync(new() { ArticleId = "held", IncludeHeld = true });

        var read = await server.Partners.ListAuditEventsAsync(new() { Actions = { AuditAction.ReadHeld } });
        Assert.Equal(["admin held", "early fr", "early held"], read.Events.Select(one => $"{one.Principal} {one.Subject}").Order(StringComparer.Ordinal));
        Assert.All(read.Events, one => Assert.Equal("127.0.0.1", one.Address));
        Assert.All(read.Events, one => Assert.StartsWith("syn_", one.KeyId, StringComparison.Ordinal));

        using var stranger = server.As("syn_abcdefghijkm_nobody");
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<RpcException>(() => stranger.Server.GetCallerAsync(new()).ResponseAsync);
        }

        var refused = await UntilAsync(server, AuditAction.RefuseLogin, events => events.Sum(one => one.Count) == 3);
        Assert.All(refused, one => Assert.Equal(("syn_abcdefghijkm", "127.0.0.1", ""), (one.KeyId, one.Address, one.Principal)));
    }

    [Fact]
    public async Task Neither_audit_nor_log_nor_database_gives_a_secret_away_and_no_log_a_text()
    {
        var log = new CapturedLog();
        await using var server = await ServerFixture.StartAsync(builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Logging.AddProvider(log);
        });
        await server.CreateStreamAsync("fr", "fr");
        var secret = await server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        var unknown = secret[..^8] + "ABCDEFGH";
        await server.PublishAsync(new Article
        {
            ArticleId = "a",
            Language = "fr",
            Headline = "Titre",
            Body = { new Block { Paragraph = new Paragraph { Content = new RichText { Text = Word } } } },
        });
        using (var outlet = server.As(secret))
        {
            await outlet.Articles.GetArticleAsync(new() { ArticleId = "a" });
            using var feed = outlet.Subscribe("fr");
            await feed.UpdatesAsync(1);
            await server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
            await feed.UpdatesAsync(2);
            await outlet.Subscriptions.ConfirmWithdrawalAsync(new() { ArticleId = "a" });
        }

        using (var stranger = server.As(unknown))
        {
            await Assert.ThrowsAsync<RpcException>(() => stranger.Articles.GetArticleAsync(new() { ArticleId = "a" }).ResponseAsync);
        }

        await UntilAsync(server, AuditAction.RefuseLogin, events => events.Count > 0);
        var audit = string.Concat((await server.Partners.ListAuditEventsAsync(new() { PageSize = 500 })).Events);
        var data = server.Services.GetRequiredService<IOptions<ServerOptions>>().Value.DataDirectory;
        await server.StopAsync();

        var database = string.Concat(Directory.GetFiles(data, "*.db*").Select(Read));
        Assert.Contains("outlet", audit, StringComparison.Ordinal);
        Assert.Contains("outlet", database, StringComparison.Ordinal);
        foreach (var hidden in new[] { secret, unknown, TestKeys.Admin, secret[(secret.LastIndexOf('_') + 1)..] })
        {
            Assert.DoesNotContain(hidden, audit, StringComparison.Ordinal);
            Assert.DoesNotContain(hidden, log.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(hidden, database, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Word, audit, StringComparison.Ordinal);
        Assert.DoesNotContain(Word, log.Text, StringComparison.Ordinal);
    }

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static async Task<IReadOnlyList<AuditEvent>> UntilAsync(
        ServerFixture server, AuditAction action, Func<IReadOnlyList<AuditEvent>, bool> condition)
    {
        using var patience = new CancellationTokenSource(FrameReader.Patience);
        while (true)
        {
            var listed = await server.Partners.ListAuditEventsAsync(new() { Actions = { action } }, cancellationToken: patience.Token);
            if (condition(listed.Events))
            {
                return listed.Events;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>Everything that is logged, by whomever.</summary>
    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public string Text => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
