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
    public async Task<ReadScope> OfAsync(ServerCallContext context, bool includeHeld)
    {
        var caller = context.Caller();

        // The database knows streams that another node changed a moment ago. The staff's scope does not depend on them.
        var streams = caller.IsPartner ? await store.ReadStreamsAsync(context.CancellationToken) : new StreamSet(0, [], new Dictionary<long, string>());
        return access.ScopeOf(caller, includeHeld, streams).Unwrap();
    }

    /// <summary>A stream that the caller may read.</summary>
    /// <exception cref="RpcException">There is none of that name for the caller, or it may not read held articles in it.</exception>
    public async Task<StreamDefinition> StreamOfAsync(ServerCallContext context, string streamId, bool includeHeld)
    {
        var streams = await store.ReadStreamsAsync(context.CancellationToken);
        return access.StreamOf(context.Caller(), streamId, includeHeld, streams).Unwrap();
    }
}
