using Syndication.Client;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Client;

/// <summary>Pitfall 15: a place that is lost on a real server costs a snapshot and nothing else.</summary>
public sealed class RecoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_retention_has_passed_the_place()
    {
        await using var server = await ServerFixture.StartAsync("Log:Retention=00:00:01");
        await server.CreateStreamAsync("s", "en");
        var copy = new Copy(server.GrpcAddress, "s");
        foreach (var id in new[] { "a", "b", "gone" })
        {
            await server.PublishAsync(TestArticles.Make(articleId: id));
        }

        await copy.UntilCaughtUpAsync();
        await server.Publishing.WithdrawArticleAsync(new() { ArticleId = "gone", Advisory = "Take it down." }, cancellationToken: Token);
        for (var i = 0; i < 5; i++)
        {
            await server.PublishAsync(TestArticles.Make($"Headline {i}", "a"));
        }

        // Until a sweep has passed the place: then, and not before, the copy is told.
        while (copy.Lost.Count == 0)
        {
            await copy.UntilCaughtUpAsync(dropPlaces: true);
        }

        Assert.Equal([ErrorReason.CursorExpired], copy.Lost);
        Assert.Equal(new Dictionary<string, int> { ["a"] = 6, ["b"] = 1 }, copy.Versions);
    }

    [Fact]
    public async Task After_the_streams_filter_has_changed()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateStreamAsync("s", "en");
        var copy = new Copy(server.GrpcAddress, "s");
        await server.PublishAsync(TestArticles.Make(articleId: "english"));
        await server.PublishAsync(TestArticles.Make(articleId: "french", language: "fr"));
        await copy.UntilCaughtUpAsync();
        Assert.Equal(new Dictionary<string, int> { ["english"] = 1 }, copy.Versions);

        await server.Streams.UpdateStreamAsync(new()
        {
            Stream = new() { StreamId = "s", Filter = new() { AllOf = { new ArticleClause { Language = "fr" } } } },
            UpdateMask = new() { Paths = { "filter" } },
            Revision = 1,
        }, cancellationToken: Token);
        await copy.UntilCaughtUpAsync();

        Assert.Equal([ErrorReason.StreamChanged], copy.Lost);
        Assert.Equal(new Dictionary<string, int> { ["french"] = 1 }, copy.Versions);
    }

    [Fact]
    public async Task After_the_log_was_restored_from_a_backup()
    {
        using var data = new DataDirectory();
        using var backup = new DataDirectory();
        var server = await ServerProcess.StartAsync(data);
        await server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make(articleId: "kept") }, cancellationToken: Token);
        await server.KillAsync();
        await server.DisposeAsync();
        CopyFiles(data.Path, backup.Path);

        server = await ServerProcess.StartAsync(data);
        await server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make(articleId: "lost") }, cancellationToken: Token);
        await server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make("Lost", "kept") }, cancellationToken: Token);
        var copy = new Copy(server.GrpcAddress, "all");
        await copy.UntilCaughtUpAsync();
        Assert.Equal(new Dictionary<string, int> { ["kept"] = 2, ["lost"] = 1 }, copy.Versions);
        await server.KillAsync();
        await server.DisposeAsync();
        Directory.Delete(data.Path, recursive: true);
        CopyFiles(backup.Path, data.Path);

        await using var restored = await ServerProcess.StartAsync(data);
        await restored.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make(articleId: "new") }, cancellationToken: Token);
        copy = copy.At(restored.GrpcAddress);
        await copy.UntilCaughtUpAsync();

        Assert.Equal([ErrorReason.EpochLost], copy.Lost);
        Assert.Equal(new Dictionary<string, int> { ["kept"] = 1, ["new"] = 1 }, copy.Versions);
    }

    private static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>What the package's readme shows: a copy of a stream, with its place.</summary>
    private sealed class Copy(Uri address, string stream)
    {
        private Dictionary<string, (int Version, string? SnapshotId)> _articles = [];
        private Checkpoint? _place;

        public List<ErrorReason> Lost { get; private init; } = [];

        public Dictionary<string, int> Versions => _articles.ToDictionary(pair => pair.Key, pair => pair.Value.Version);

        public Copy At(Uri other) => new(other, stream) { _articles = _articles, _place = _place, Lost = Lost };

        /// <param name="dropPlaces">Goes on from the place before, as if it had crashed each time; unless it was told that the place is lost.</param>
        public async Task UntilCaughtUpAsync(bool dropPlaces = false)
        {
            using var client = new SyndicationClient(new() { Address = address, ApiKey = TestKeys.Admin });
            var options = new ConsumeOptions { Stream = stream, StartAfter = _place, Acknowledge = false, OnPlaceLost = error => Lost.Add(error.Reason) };
            await foreach (var batch in client.ConsumeAsync(options, Token))
            {
                foreach (var update in batch.Updates)
                {
                    switch (update.Effect())
                    {
                        case UpdateEffect.Store:
                            _articles[update.ArticleId] = (update.Article.Version, batch.SnapshotId);
                            break;
                        case UpdateEffect.TakeDown:
                            _articles.Remove(update.ArticleId);
                            break;
                    }
                }

                if (batch.IsSnapshotComplete)
                {
                    _articles = _articles.Where(pair => pair.Value.SnapshotId == batch.SnapshotId).ToDictionary();
                }

                _place = dropPlaces && Lost.Count == 0 ? _place : batch.Checkpoint;
                if (batch.IsCaughtUp)
                {
                    return;
                }
            }
        }
    }
}
