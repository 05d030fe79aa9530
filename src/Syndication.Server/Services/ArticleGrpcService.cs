using Grpc.Core;
using Syndication.Articles;
using Syndication.Search;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's ArticleService.</summary>
public sealed class ArticleGrpcService(ArticleReader articles, ArticleSearch search, ReadScopes scopes) : ArticleService.ArticleServiceBase
{
    /// <inheritdoc/>
    public override async Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context) =>
        (await articles.GetAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<BatchGetArticlesResponse> BatchGetArticles(BatchGetArticlesRequest request, ServerCallContext context) =>
        (await articles.BatchGetAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListArticlesResponse> ListArticles(ListArticlesRequest request, ServerCallContext context) =>
        (await articles.ListAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListArticleVersionsResponse> ListArticleVersions(ListArticleVersionsRequest request, ServerCallContext context) =>
        (await articles.ListVersionsAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<SearchArticlesResponse> SearchArticles(SearchArticlesRequest request, ServerCallContext context) =>
        (await search.SearchAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GetNeighborsResponse> GetNeighbors(GetNeighborsRequest request, ServerCallContext context) =>
        (await articles.GetNeighborsAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken)).Unwrap();
}
