using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Search;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Server.Services;

/// <summary>The contract's ServerService.</summary>
public sealed class ServerGrpcService(
    IOptions<ServerOptions> options, LogTail tail, AccessDirectory access, ITextIndex index, VocabularyCatalog vocabularies, TimeProvider time) : ServerService.ServerServiceBase
{
    private const string FullTextSearch = "full-text-search";

    /// <inheritdoc/>
    public override async Task<GetServerInfoResponse> GetServerInfo(GetServerInfoRequest request, ServerCallContext context)
    {
        var configured = options.Value;
        return new GetServerInfoResponse
        {
            Version = typeof(ServerGrpcService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Contract = "syndication.v1",
            Store = configured.Store,
            LogEpoch = tail.LogHead.EpochId.ToString("N"),
            Limits = new Limits
            {
                MaxArticleBytes = configured.Articles.MaxBytes,
                MaxPageSize = PageTokens.MaxPageSize,
                MaxBatchUpdates = SubscriptionCalls.MaxBatchUpdates,
                HeartbeatInterval = Duration.FromTimeSpan(configured.Subscriptions.HeartbeatInterval),
                StallLimit = Duration.FromTimeSpan(configured.Subscriptions.StallLimit),
                Retention = configured.Log.Retention is { } retention ? Duration.FromTimeSpan(retention) : null,
            },
            Features = { await index.CanSearchAsync(context.CancellationToken) ? [FullTextSearch] : Array.Empty<string>() },
            ServerTime = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
            Vocabularies = { await vocabularies.ListAsync(context.CancellationToken) },
        };
    }

    /// <inheritdoc/>
    public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var response = new GetCallerResponse
        {
            Principal = caller.Principal,
            Roles = { caller.Roles },
            KeyId = caller.KeyId,
            ExpireTime = caller.ExpireTime is { } expires ? Timestamp.FromDateTimeOffset(expires) : null,
        };
        if (caller.IsPartner && access.Current.FindPartner(caller.Principal) is { } partner)
        {
            var now = time.GetUtcNow();
            response.Grants.Add(partner.Grants.Where(grant => grant.EndTime is null || now < grant.EndTime.ToDateTimeOffset()));
            response.Quota = partner.Quota;
        }

        return Task.FromResult(response);
    }
}
