using Grpc.Core;
using Syndication.Access;
using Syndication.Log;
using Syndication.Server.Errors;
using Syndication.Streams;

namespace Syndication.Server.Access;

/// <summary>What the caller of a call may read.</summary>
public sealed class ReadScopes(AccessDirectory access, ILogStore store)
{
    /// <summary>What the caller may read.</summary>
    /// <exception cref="RpcException">It asks for held articles and may not have them.</exception>
    public Task<ReadScope> OfAsync(ServerCallContext context, bool includeHeld) => OfAsync(context.Caller(), includeHeld, context.CancellationToken);

    /// <summary>What a caller may read.</summary>
    /// <exception cref="RpcException">It asks for held articles and may not have them.</exception>
    public async Task<ReadScope> OfAsync(Caller caller, bool includeHeld, CancellationToken cancellationToken)
    {
        // The database knows streams that another node changed a moment ago. The staff's scope does not depend on them.
        var streams = caller.IsPartner ? await store.ReadStreamsAsync(cancellationToken) : new StreamSet(0, [], new Dictionary<long, string>());
        return access.ScopeOf(caller, includeHeld, streams).Unwrap();
    }

    /// <summary>A stream that a caller may read.</summary>
    /// <exception cref="RpcException">There is none of that name for the caller, or it may not read held articles in it.</exception>
    public async Task<StreamDefinition> StreamOfAsync(Caller caller, string streamId, bool includeHeld, CancellationToken cancellationToken)
    {
        var streams = await store.ReadStreamsAsync(cancellationToken);
        return access.StreamOf(caller, streamId, includeHeld, streams).Unwrap();
    }
}
