using Grpc.Core;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.Streams;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's StreamService.</summary>
public sealed class StreamGrpcService(StreamCatalog streams, StreamPreview preview, ReadScopes scopes, PageTokens pages) : StreamService.StreamServiceBase
{
    /// <inheritdoc/>
    public override async Task<CreateStreamResponse> CreateStream(CreateStreamRequest request, ServerCallContext context) =>
        (await streams.CreateAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GetStreamResponse> GetStream(GetStreamRequest request, ServerCallContext context)
    {
        var readable = await ReadableAsync(context);
        return new GetStreamResponse
        {
            Stream = Show(
                context,
                readable.FirstOrDefault(stream => stream.StreamId == request.Stream) ?? throw RpcErrors.Of(StreamRejections.NotFound(request.Stream)),
                narrower: true),
        };
    }

    /// <inheritdoc/>
    public override async Task<ListStreamsResponse> ListStreams(ListStreamsRequest request, ServerCallContext context)
    {
        var arguments = new ListStreamsRequest();
        var (size, place) = (await pages.OpenAsync(arguments, request.PageSize, request.PageToken, context.CancellationToken)).Unwrap();
        var start = (int)place.First;
        var all = await ReadableAsync(context);
        var response = new ListStreamsResponse();
        response.Streams.Add(all.Skip(start).Take(size).Select(stream => Show(context, stream)));
        response.NextPageToken = start + size < all.Count ? pages.Seal(arguments, new PagePlace(start + size)) : "";
        return response;
    }

    /// <inheritdoc/>
    public override async Task<UpdateStreamResponse> UpdateStream(UpdateStreamRequest request, ServerCallContext context) =>
        (await streams.UpdateAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<DeleteStreamResponse> DeleteStream(DeleteStreamRequest request, ServerCallContext context) =>
        (await streams.DeleteAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<PreviewStreamResponse> PreviewStream(PreviewStreamRequest request, ServerCallContext context) =>
        (await preview.PreviewAsync(request, await scopes.OfAsync(context, includeHeld: false), context.CancellationToken)).Unwrap();

    /// <summary>The streams that the caller may read, by name.</summary>
    private async Task<IReadOnlyList<StreamDefinition>> ReadableAsync(ServerCallContext context) => context.Caller().IsPartner
        ? [.. (await scopes.OfAsync(context, includeHeld: false)).Streams.Select(stream => stream.Definition).OrderBy(stream => stream.StreamId, StringComparer.Ordinal)]
        : await streams.ListAsync(context.CancellationToken);

    /// <summary>As the caller may see it: how far the archive is searched tells how large it is, and the gate is the desk's.</summary>
    private static V1.Stream Show(ServerCallContext context, StreamDefinition definition, bool narrower = false)
    {
        var stream = definition.ToStream(narrower);
        if (context.Caller().IsPartner)
        {
            stream.FindingsGate = null;
            stream.Backfill.Percent = stream.Backfill.Complete ? 100 : 0;
        }

        return stream;
    }
}
