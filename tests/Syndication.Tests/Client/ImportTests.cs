using Grpc.Core;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Tests.Client;

public sealed class ImportTests : IAsyncLifetime
{
    private FakeServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_article_has_its_result_in_the_order_given()
    {
        _server.OnPublish = request => request.Article.ArticleId == "a1"
            ? throw FakeServer.Error(StatusCode.InvalidArgument, ErrorReason.InvalidFields, fields: [("article.headline", "Required.")])
            : new() { ArticleId = request.Article.ArticleId, Version = 1 };

        var results = await ImportAsync(Client(), Articles(3));

        Assert.Equal([0, 1, 2], results.Select(result => result.Index));
        Assert.Equal(["a0", null, "a2"], results.Select(result => result.Published?.ArticleId));
        Assert.Equal(ErrorReason.InvalidFields, results[1].Error!.Reason);
        Assert.Equal("article.headline", Assert.Single(results[1].Error!.FieldViolations).Field);
    }

    [Fact]
    public async Task A_broken_call_is_made_again_with_what_was_not_answered_under_the_same_request_ids()
    {
        _server.BrokenImports.Enqueue((2, FakeServer.Error(StatusCode.Unavailable, ErrorReason.ServerShuttingDown)));
        _server.BrokenImports.Enqueue((0, FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable)));
        var retries = new List<ErrorReason>();

        var results = new List<ImportedArticle>();
        await foreach (var result in Client().ImportAsync(Articles(5), (error, _) => retries.Add(error.Reason), Token))
        {
            results.Add(result);
        }

        Assert.Equal([0, 1, 2, 3, 4], results.Select(result => result.Index));
        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal([ErrorReason.ServerShuttingDown, ErrorReason.StoreUnavailable], retries);

        // An answer that was lost on the way makes its article come twice, as the same request.
        Assert.Equal(["a0", "a1", "a2", "a3", "a4"], _server.Published.Select(request => request.Article.ArticleId).Distinct());
        Assert.Equal(5, _server.Published.Select(request => request.RequestId).Distinct().Count());
        Assert.DoesNotContain("", _server.Published.Select(request => request.RequestId));
    }

    [Fact]
    public async Task An_article_that_met_a_database_that_was_away_is_sent_again()
    {
        var attempts = 0;
        _server.OnPublish = request => request.Article.ArticleId == "a1" && attempts++ == 0
            ? throw FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable)
            : new() { ArticleId = request.Article.ArticleId, Version = 1 };

        var results = await ImportAsync(Client(), Articles(3));

        Assert.Equal(["a0", "a1", "a2"], results.Select(result => result.Published?.ArticleId));
    }

    [Fact]
    public async Task It_gives_up_after_so_many_calls_in_vain()
    {
        for (var i = 0; i < 3; i++)
        {
            _server.BrokenImports.Enqueue((0, FakeServer.Error(StatusCode.Unavailable, ErrorReason.StoreUnavailable)));
        }

        var error = await Assert.ThrowsAsync<SyndicationException>(() => ImportAsync(Client(maxAttempts: 2), Articles(1)));

        Assert.Equal(ErrorReason.StoreUnavailable, error.Reason);
        Assert.Empty(_server.BrokenImports);
    }

    [Fact]
    public async Task A_refusal_of_the_call_is_not_tried_again()
    {
        _server.BrokenImports.Enqueue((0, FakeServer.Error(StatusCode.PermissionDenied, ErrorReason.Unspecified)));

        var error = await Assert.ThrowsAsync<SyndicationException>(() => ImportAsync(Client(), Articles(1)));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    [Fact]
    public async Task Articles_are_not_read_further_ahead_than_the_server_takes_them()
    {
        var read = 0;
        await using var results = Client().ImportAsync(Endless(), cancellationToken: Token).GetAsyncEnumerator(Token);

        for (var i = 0; i < 1000; i++)
        {
            Assert.True(await results.MoveNextAsync());
            Assert.InRange(read, i + 1, i + 1 + 257);
        }

        async IAsyncEnumerable<ImportArticlesRequest> Endless()
        {
            while (true)
            {
                read++;
                yield return Article($"a{read}");
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task What_reading_the_articles_throws_comes_after_the_results_of_those_before()
    {
        var results = new List<ImportedArticle>();

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var result in Client().ImportAsync(Broken(), cancellationToken: Token))
            {
                results.Add(result);
            }
        });

        Assert.Equal(["a0", "a1"], results.Select(result => result.Published?.ArticleId));

        static async IAsyncEnumerable<ImportArticlesRequest> Broken()
        {
            await foreach (var article in Articles(2))
            {
                yield return article;
            }

            throw new InvalidDataException();
        }
    }

    private static ImportArticlesRequest Article(string id) => new() { Publish = new() { Article = new() { ArticleId = id } } };

    private static async IAsyncEnumerable<ImportArticlesRequest> Articles(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return Article($"a{i}");
        }
    }

    private static async Task<List<ImportedArticle>> ImportAsync(SyndicationClient client, IAsyncEnumerable<ImportArticlesRequest> articles) =>
        await client.ImportAsync(articles, cancellationToken: Token).ToListAsync(Token);

    private SyndicationClient Client(int? maxAttempts = null) => new(new()
    {
        Address = _server.Address,
        MaxReconnectAttempts = maxAttempts,
        ReconnectBaseDelay = TimeSpan.FromMilliseconds(1),
        ReconnectMaxDelay = TimeSpan.FromMilliseconds(1),
    });
}
