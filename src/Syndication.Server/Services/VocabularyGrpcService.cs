using Grpc.Core;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Server.Services;

/// <summary>The contract's VocabularyService.</summary>
public sealed class VocabularyGrpcService(VocabularyCatalog vocabularies) : VocabularyService.VocabularyServiceBase
{
    /// <inheritdoc/>
    public override async Task<LoadVocabularyResponse> LoadVocabulary(LoadVocabularyRequest request, ServerCallContext context) =>
        (await vocabularies.LoadAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListVocabulariesResponse> ListVocabularies(ListVocabulariesRequest request, ServerCallContext context) =>
        new() { Vocabularies = { await vocabularies.ListAsync(context.CancellationToken) } };

    /// <inheritdoc/>
    public override async Task<GetVocabularyResponse> GetVocabulary(GetVocabularyRequest request, ServerCallContext context) =>
        (await vocabularies.GetAsync(request.Scheme, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<DeleteVocabularyResponse> DeleteVocabulary(DeleteVocabularyRequest request, ServerCallContext context) =>
        (await vocabularies.DeleteAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();
}
