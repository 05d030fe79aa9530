using Grpc.Core;
using Syndication.Server.Errors;
using Syndication.Streams;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's StreamService.</summary>
public sealed class StreamGrpcService(StreamCatalog streams, StreamPreview preview, PageTokens pages) : StreamService.StreamServiceBase
{
    /// <inheritdoc/>
    public override async Task<CreateStreamResponse> CreateStream(CreateStreamRequest request, ServerCallContext context) =>
        (await streams.CreateAsync(Caller.Of(context).Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GetStreamResponse> GetStream(GetStreamRequest request, ServerCallContext context) =>
        new() { Stream = (await streams.FindAsync(request.Stream, context.CancellationToken)).Unwrap().ToStream() };

    /// <inheritdoc/>
    public override async Task<ListStreamsResponse> ListStreams(ListStreamsRequest request, ServerCallContext context)
    {
        var arguments = new ListStreamsRequest();
        var (size, place) = (await pages.OpenAsync(arguments, request.PageSize, request.PageToken, context.CancellationToken)).Unwrap();
        var start = (int)place.First;
        var all = await streams.ListAsync(context.CancellationToken);
        var response = new ListStreamsResponse();
        response.Streams.Add(all.Skip(start).Take(size).Select(stream => stream.ToStream()));
        response.NextPageToken = start + size < all.Count ? pages.Seal(arguments, new PagePlace(start + size)) : "";
        return response;
    }

    /// <inheritdoc/>
    public override async Task<UpdateStreamResponse> UpdateStream(UpdateStreamRequest request, ServerCallContext context) =>
        (await streams.UpdateAsync(Caller.Of(context).Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<DeleteStreamResponse> DeleteStream(DeleteStreamRequest request, ServerCallContext context) =>
        (await streams.DeleteAsync(Caller.Of(context).Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<PreviewStreamResponse> PreviewStream(PreviewStreamRequest request, ServerCallContext context) =>
        (await preview.PreviewAsync(request, Caller.Of(context).Reader(includeHeld: false), context.CancellationToken)).Unwrap();
}
