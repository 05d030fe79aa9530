using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>The rules that all lists share.</summary>
public sealed class PagingTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 501).Select(i => _server.PublishAsync(TestArticles.Make($"Headline {i}"))));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_default_is_50_and_too_large_is_500()
    {
        Assert.Equal(50, (await _server.Articles.ListArticlesAsync(new())).Articles.Count);
        Assert.Equal(500, (await _server.Articles.ListArticlesAsync(new() { PageSize = 501 })).Articles.Count);
        Assert.Equal(500, (await _server.Articles.ListArticlesAsync(new() { PageSize = int.MaxValue })).Articles.Count);
    }

    [Fact]
    public async Task The_size_may_change_from_page_to_page()
    {
        var first = await _server.Articles.ListArticlesAsync(new() { PageSize = 500 });
        var second = await _server.Articles.ListArticlesAsync(new() { PageSize = 7, PageToken = first.NextPageToken });

        Assert.Single(second.Articles);
        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public async Task A_negative_size_is_refused()
    {
        await _server.PublishAsync(TestArticles.Make(articleId: "a"));
        Assert.Equal(["page_size"], await Refusal.FieldsAsync(_server.Articles.ListArticlesAsync(new() { PageSize = -1 }).ResponseAsync));
        Assert.Equal(["page_size"], await Refusal.FieldsAsync(_server.Streams.ListStreamsAsync(new() { PageSize = -1 }).ResponseAsync));
        Assert.Equal(
            ["page_size"],
            await Refusal.FieldsAsync(_server.Articles.ListArticleVersionsAsync(new() { ArticleId = "a", PageSize = -1 }).ResponseAsync));
    }

    [Fact]
    public async Task A_token_is_refused_when_it_is_forged_or_damaged_or_a_cursor_or_was_given_for_other_arguments()
    {
        var token = (await _server.Articles.ListArticlesAsync(new() { PageSize = 1 })).NextPageToken;
        var cursor = (await _server.PublishAsync(TestArticles.Make())).Cursor;
        var damaged = (token[0] == 'A' ? 'B' : 'A') + token[1..];

        foreach (var call in new Task[]
        {
            _server.Articles.ListArticlesAsync(new() { PageToken = "forged" }).ResponseAsync,
            _server.Articles.ListArticlesAsync(new() { PageToken = damaged }).ResponseAsync,
            _server.Articles.ListArticlesAsync(new() { PageToken = cursor }).ResponseAsync,
            _server.Articles.ListArticlesAsync(new() { PageToken = token, IncludeHeld = true }).ResponseAsync,
            _server.Articles.ListArticlesAsync(new() { PageToken = token, View = ArticleView.Full }).ResponseAsync,
            _server.Streams.ListStreamsAsync(new() { PageToken = token }).ResponseAsync,
        })
        {
            var refusal = await Refusal.OfAsync(StatusCode.InvalidArgument, ErrorReason.PageTokenInvalid, call);
            Assert.Equal(["page_token"], refusal.Fields);
        }
    }
}
