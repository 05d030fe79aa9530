using Grpc.Core;
using Syndication.Publishing;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's PublishingService.</summary>
public sealed class PublishingGrpcService(Publisher publisher) : PublishingService.PublishingServiceBase
{
    /// <inheritdoc/>
    public override async Task<PublishArticleResponse> PublishArticle(PublishArticleRequest request, ServerCallContext context) =>
        (await publisher.PublishAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override Task<ValidateArticleResponse> ValidateArticle(ValidateArticleRequest request, ServerCallContext context) =>
        Task.FromResult(publisher.Validate(request).Unwrap());

    /// <inheritdoc/>
    public override Task ImportArticles(
        IAsyncStreamReader<ImportArticlesRequest> requestStream, IServerStreamWriter<ImportArticlesResponse> responseStream, ServerCallContext context) =>
        new ArticleImport(publisher, context.Caller().Principal).RunAsync(requestStream, responseStream, context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<WithdrawArticleResponse> WithdrawArticle(WithdrawArticleRequest request, ServerCallContext context) =>
        (await publisher.WithdrawAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<WithholdArticleResponse> WithholdArticle(WithholdArticleRequest request, ServerCallContext context) =>
        (await publisher.WithholdAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ReleaseArticleResponse> ReleaseArticle(ReleaseArticleRequest request, ServerCallContext context) =>
        (await publisher.ReleaseAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();
}
