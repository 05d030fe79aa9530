using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Pitfall 24: what is accepted reaches a client with the stock limit of 4 MB; what is not is refused with the limit named.</summary>
public sealed class LargeArticleTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(2 * MiB, "")]
    [InlineData(3 * MiB, "Articles:MaxBytes=3145728")]
    public async Task An_article_at_the_limit_reaches_a_stock_client_and_one_over_it_is_refused(int limit, string setting)
    {
        await using var server = await ServerFixture.StartAsync(setting.Length == 0 ? [] : [setting]);
        var largest = TestArticles.OfSize(limit);
        largest.ArticleId = "";
        var published = await server.PublishAsync(largest);

        using var reader = server.Subscribe();
        Assert.Equal(published.UpdateId, (await reader.UpdatesAsync(1)).Single().UpdateId);
        await reader.UntilAsync(Kind.CaughtUp);
        Assert.Single((await server.Subscriptions.PullUpdatesAsync(new() { Stream = "all" })).Updates);
        Assert.Equal(largest.Body, (await server.Articles.GetArticleAsync(new() { ArticleId = published.ArticleId })).Article.Body);
        Assert.Single((await server.Articles.ListArticlesAsync(new() { View = ArticleView.Full })).Articles);
        Assert.Single((await server.Articles.BatchGetArticlesAsync(new() { ArticleIds = { published.ArticleId } })).Articles);
        Assert.Equal(limit, (await server.Server.GetServerInfoAsync(new())).Limits.MaxArticleBytes);

        var refusal = await Refusal.OfAsync(
            StatusCode.InvalidArgument, ErrorReason.ArticleTooLarge, server.PublishAsync(TestArticles.OfSize(limit + 1)));
        Assert.Equal(($"{limit + 1}", $"{limit}"), (refusal.Metadata["size_bytes"], refusal.Metadata["max_bytes"]));
    }

    [Fact]
    public async Task An_article_of_5_MiB_is_refused_by_us_and_not_by_the_transport()
    {
        await using var server = await ServerFixture.StartAsync();
        var refusal = await Refusal.OfAsync(
            StatusCode.InvalidArgument, ErrorReason.ArticleTooLarge, server.PublishAsync(TestArticles.OfSize(5 * MiB)));

        Assert.Equal($"{5 * MiB}", refusal.Metadata["size_bytes"]);
        Assert.Contains("2097152", refusal.Message, StringComparison.Ordinal);
    }
}
