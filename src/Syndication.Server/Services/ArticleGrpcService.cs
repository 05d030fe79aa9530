using Grpc.Core;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.Search;
using Syndication.Server.Access;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's ArticleService.</summary>
public sealed class ArticleGrpcService(ArticleReader articles, VersionComparison comparison, ArticleSearch search, ReadScopes scopes, ReadRecorder reads)
    : ArticleService.ArticleServiceBase
{
    /// <inheritdoc/>
    public override async Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await articles.GetAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);

    /// <inheritdoc/>
    public override async Task<BatchGetArticlesResponse> BatchGetArticles(BatchGetArticlesRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await articles.BatchGetAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);

    /// <inheritdoc/>
    public override async Task<ListArticlesResponse> ListArticles(ListArticlesRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await articles.ListAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);

    /// <inheritdoc/>
    public override async Task<ListArticleVersionsResponse> ListArticleVersions(ListArticleVersionsRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await articles.ListVersionsAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);

    /// <inheritdoc/>
    public override async Task<CompareVersionsResponse> CompareVersions(CompareVersionsRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await comparison.CompareAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);

    /// <inheritdoc/>
    public override async Task<SearchArticlesResponse> SearchArticles(SearchArticlesRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await search.SearchAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);

    /// <inheritdoc/>
    public override async Task<GetNeighborsResponse> GetNeighbors(GetNeighborsRequest request, ServerCallContext context) =>
        await reads.RecordAsync(
            await articles.GetNeighborsAsync(request, await scopes.OfAsync(context, request.IncludeHeld), context.CancellationToken),
            context);
}
