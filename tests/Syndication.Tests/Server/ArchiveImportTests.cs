using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

public sealed class ArchiveImportTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Results_come_in_the_order_sent_and_a_bad_article_stops_nothing()
    {
        var items = Enumerable.Range(0, 600).Select(i => Item(i % 7 == 3 ? "" : $"Headline {i}", $"a{i}")).ToList();
        items.Add(new ImportArticlesRequest());

        var results = await ImportAsync(items);

        Assert.Equal(Enumerable.Range(0, 601).Select(i => (long)i), results.Select(result => result.Index));
        Assert.Equal(Enumerable.Range(0, 600).Where(i => i % 7 != 3).Select(i => $"a{i}"), results.Where(Published).Select(result => result.Published.ArticleId));
        var refused = results.Where(result => !Published(result)).ToList();
        Assert.All(refused, result => Assert.Equal((int)StatusCode.InvalidArgument, result.Error.Code));
        Assert.All(refused, result => Assert.Equal("INVALID_FIELDS", result.Error.GetDetail<Google.Rpc.ErrorInfo>().Reason));
        Assert.Equal("article.headline", refused[0].Error.GetDetail<Google.Rpc.BadRequest>().FieldViolations[0].Field);
        Assert.Equal("article", refused[^1].Error.GetDetail<Google.Rpc.BadRequest>().FieldViolations[0].Field);
    }

    [Fact]
    public async Task Versions_of_one_article_are_published_in_the_order_sent()
    {
        var items = Enumerable.Range(0, 300).Select(i => Item($"Headline {i}", $"a{i % 3}")).ToList();

        var results = await ImportAsync(items);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => 1 + (i / 3)), results.Select(result => result.Published.Version));
        Assert.Equal("Headline 299", (await _server.Articles.GetArticleAsync(new() { ArticleId = "a2" })).Article.Headline);
    }

    [Fact]
    public async Task The_same_request_ids_again_give_the_same_answers_without_effect()
    {
        var items = Enumerable.Range(0, 20).Select(i => Item($"Headline {i}", "", requestId: $"r{i}")).ToList();

        var first = await ImportAsync(items);
        var again = await ImportAsync([.. items, .. items]);

        Assert.Equal([.. Receipts(first), .. Receipts(first)], Receipts(again));
        using var reader = _server.Subscribe();
        await reader.UntilAsync(SubscribeResponse.FrameOneofCase.CaughtUp);
        Assert.Equal(20, reader.UpdateIds.Count);

        static IEnumerable<(string, int, string)> Receipts(IEnumerable<ImportArticlesResponse> results) =>
            results.Select(result => (result.Published.ArticleId, result.Published.Version, result.Published.UpdateId));
    }

    [Fact]
    public async Task Checking_alone_finds_faults_and_publishes_nothing()
    {
        var items = new[] { Item("Headline", "a"), Item("", "b") };
        Array.ForEach(items, item => item.ValidateOnly = true);

        var results = await ImportAsync(items);

        Assert.Equal([true, false], results.Select(Published));
        Assert.Equal(("a", 0, ""), (results[0].Published.ArticleId, results[0].Published.Version, results[0].Published.UpdateId));
        await Refusal.OfAsync(StatusCode.NotFound, ErrorReason.ArticleNotFound, _server.Articles.GetArticleAsync(new() { ArticleId = "a" }).ResponseAsync);
    }

    [Fact]
    public async Task A_client_that_reads_no_results_is_not_read_from()
    {
        // 64 KiB each: 16 MiB under way are 256 of them, and the transport holds a few in addition.
        const int Sent = 5000;
        using var call = _server.Publishing.ImportArticles(cancellationToken: Token);
        var written = 0;
        var writing = WriteAsync();

        // Nothing tells that it has stopped: the number of articles on disk does not reach what was to be sent.
        await Eventually.TrueAsync(() => Volatile.Read(ref written) > 100);
        var results = 0;
        var ahead = 0;
        while (results < Sent)
        {
            var before = results;
            Assert.True(await call.ResponseStream.MoveNext(Token).WaitAsync(FrameReader.Patience, Token));
            results++;
            ahead = Math.Max(ahead, Volatile.Read(ref written) - before);
        }

        await writing;
        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.InRange(ahead, 1, 1000);

        async Task WriteAsync()
        {
            for (var i = 0; i < Sent; i++)
            {
                await call.RequestStream.WriteAsync(Item($"Headline {i}", $"a{i}", bodyBytes: 10_000, validateOnly: true), Token);
                Interlocked.Increment(ref written);
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    private static bool Published(ImportArticlesResponse result) => result.ResultCase == ImportArticlesResponse.ResultOneofCase.Published;

    private static ImportArticlesRequest Item(string headline, string id, string requestId = "", int bodyBytes = 0, bool validateOnly = false) => new()
    {
        Publish = new() { RequestId = requestId, Article = TestArticles.Make(headline, id, bodyBytes) },
        ValidateOnly = validateOnly,
    };

    private async Task<List<ImportArticlesResponse>> ImportAsync(IReadOnlyList<ImportArticlesRequest> items)
    {
        using var call = _server.Publishing.ImportArticles(cancellationToken: Token);
        var sending = SendAsync();
        var results = new List<ImportArticlesResponse>();
        while (await call.ResponseStream.MoveNext(Token).WaitAsync(FrameReader.Patience, Token))
        {
            results.Add(call.ResponseStream.Current);
        }

        await sending;
        return results;

        async Task SendAsync()
        {
            foreach (var item in items)
            {
                await call.RequestStream.WriteAsync(item, Token);
            }

            await call.RequestStream.CompleteAsync();
        }
    }
}
