using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Outlet;

/// <summary>The sample outlet ends up with exactly what the stream holds, whatever happens to it.</summary>
public sealed class OutletTests : IDisposable
{
    private const int Articles = 40;
    private const int Kills = 4;

    private readonly DataDirectory _data = new();

    private string Database => Path.Combine(_data.Path, "outlet.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Killed_in_the_midst_again_and_again_it_ends_up_with_what_the_stream_holds()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateStreamAsync("world-fr", "fr");
        var key = await server.CreatePartnerAsync("outlet", new Grant { Stream = "world-fr" });
        var done = new TaskCompletionSource();
        var publishing = PublishAsync(server, done.Task);

        for (var round = 0; round < Kills; round++)
        {
            var before = OutletProcess.Place(Database);
            await using var outlet = new OutletProcess(server.GrpcAddress, key, "world-fr", Database);

            // In mid-work: it has moved, and the desk goes on.
            await Eventually.TrueAsync(() => OutletProcess.Place(Database) != before);
            await outlet.KillAsync();
        }

        done.SetResult();
        await publishing;
        await using (var outlet = new OutletProcess(server.GrpcAddress, key, "world-fr", Database))
        {
            var (expected, killed) = await ReadAsync(server, key);
            Assert.NotEmpty(expected);
            Assert.NotEmpty(killed);
            await Eventually.TrueAsync(() => OutletProcess.Versions(Database).SequenceEqual(expected));
            await Eventually.TrueAsync(() => killed.IsSubsetOf(OutletProcess.Confirmed(Database)));
            var receipts = await server.Subscriptions.ListWithdrawalReceiptsAsync(new() { Partner = "outlet", PageSize = 500 }, cancellationToken: Token);
            Assert.NotEmpty(receipts.Receipts);
            Assert.All(receipts.Receipts, receipt => Assert.Equal(ReceiptState.Confirmed, receipt.State));
            await outlet.KillAsync();
        }

        // While it is away its place is lost: the stream holds something else now.
        await server.Streams.UpdateStreamAsync(new()
        {
            Stream = new() { StreamId = "world-fr", Filter = new() { AllOf = { new ArticleClause { Language = "en" } } } },
            UpdateMask = new() { Paths = { "filter" } },
            Revision = 1,
        }, cancellationToken: Token);
        await using var again = new OutletProcess(server.GrpcAddress, key, "world-fr", Database);
        var (other, _) = await ReadAsync(server, key);
        Assert.NotEmpty(other);
        await Eventually.TrueAsync(() => OutletProcess.Versions(Database).SequenceEqual(other));
        Assert.True(again.IsRunning);
    }

    /// <summary>New articles, later versions, some of which leave the stream, holds, releases and kills, until told to end.</summary>
    private static async Task PublishAsync(ServerFixture server, Task ended)
    {
        var random = new Random(20261125);
        var killed = new HashSet<string>();
        for (var i = 0; !ended.IsCompleted || killed.Count < 3; i++)
        {
            var id = $"a{random.Next(Articles)}";
            if (killed.Contains(id))
            {
                continue;
            }

            switch (random.Next(20))
            {
                case 0 when killed.Count < Articles / 4 && await IsThereAsync(server, id):
                    await server.Publishing.WithdrawArticleAsync(new() { ArticleId = id, Advisory = "Take it down." }, cancellationToken: Token);
                    killed.Add(id);
                    break;
                case 1 when await IsThereAsync(server, id):
                    await server.Publishing.WithholdArticleAsync(new() { ArticleId = id, Advisory = "Being checked." }, cancellationToken: Token);
                    await server.Publishing.ReleaseArticleAsync(new() { ArticleId = id }, cancellationToken: Token);
                    break;
                default:
                    await server.PublishAsync(TestArticles.Make($"Headline {i}", id, bodyBytes: 2_000, language: random.Next(4) == 0 ? "en" : "fr"));
                    break;
            }
        }
    }

    private static async Task<bool> IsThereAsync(ServerFixture server, string id)
    {
        var response = await server.Articles.BatchGetArticlesAsync(new() { ArticleIds = { id } }, cancellationToken: Token);
        return response.Articles.Count > 0;
    }

    /// <summary>What the stream holds, and which kills it has, as the generated client reads a snapshot.</summary>
    private static async Task<(SortedDictionary<string, int> Versions, HashSet<string> Killed)> ReadAsync(ServerFixture server, string key)
    {
        using var partner = server.As(key);
        using var reader = partner.Subscribe("world-fr", start: new() { Snapshot = new() });
        var (versions, killed) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new HashSet<string>());
        while (await reader.NextAsync() is { FrameCase: not Kind.SnapshotComplete } frame)
        {
            foreach (var update in frame.Updates?.Updates ?? [])
            {
                if (update.Article is { } article)
                {
                    versions[article.ArticleId] = article.Version;
                }
                else if (update.Kind == UpdateKind.Withdrawn)
                {
                    killed.Add(update.ArticleId);
                }
            }
        }

        Token.ThrowIfCancellationRequested();
        return (versions, killed);
    }
}
