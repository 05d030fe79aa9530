using Google.Protobuf;
using Grpc.Core;
using Syndication.Access;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's PartnerService.</summary>
public sealed class PartnerGrpcService(PartnerCatalog partners, IAccessStore store, AccessDirectory access, PageTokens pages, TimeProvider time)
    : PartnerService.PartnerServiceBase
{
    private const int DefaultDays = 7;
    private const int MaxDays = 366;

    /// <inheritdoc/>
    public override async Task<CreatePartnerResponse> CreatePartner(CreatePartnerRequest request, ServerCallContext context) =>
        (await partners.CreateAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GetPartnerResponse> GetPartner(GetPartnerRequest request, ServerCallContext context) =>
        new() { Partner = (await partners.FindAsync(request.Partner, context.CancellationToken)).Unwrap() };

    /// <inheritdoc/>
    public override async Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context)
    {
        var (page, next) = await PageAsync(
            new ListPartnersRequest(), await partners.ListAsync(context.CancellationToken), request.PageSize, request.PageToken, context.CancellationToken);
        return new ListPartnersResponse { Partners = { page }, NextPageToken = next };
    }

    /// <inheritdoc/>
    public override async Task<UpdatePartnerResponse> UpdatePartner(UpdatePartnerRequest request, ServerCallContext context) =>
        (await partners.UpdateAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<DisablePartnerResponse> DisablePartner(DisablePartnerRequest request, ServerCallContext context) =>
        (await partners.DisableAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<IssueApiKeyResponse> IssueApiKey(IssueApiKeyRequest request, ServerCallContext context) =>
        (await partners.IssueKeyAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListApiKeysResponse> ListApiKeys(ListApiKeysRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (caller.IsPartner && request.Principal.Length > 0 && request.Principal != caller.Principal)
        {
            throw RpcErrors.Of(AccessRejections.PartnerNotFound(request.Principal));
        }

        var principal = caller.IsPartner ? caller.Principal : request.Principal.Length > 0 ? request.Principal : null;
        var (page, next) = await PageAsync(
            new ListApiKeysRequest { Principal = principal ?? "" },
            await partners.ListKeysAsync(principal, context.CancellationToken),
            request.PageSize,
            request.PageToken,
            context.CancellationToken);
        return new ListApiKeysResponse { Keys = { page }, NextPageToken = next };
    }

    /// <inheritdoc/>
    public override async Task<RevokeApiKeyResponse> RevokeApiKey(RevokeApiKeyRequest request, ServerCallContext context) =>
        (await partners.RevokeKeyAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GrantStreamResponse> GrantStream(GrantStreamRequest request, ServerCallContext context) =>
        (await partners.GrantAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<RevokeStreamResponse> RevokeStream(RevokeStreamRequest request, ServerCallContext context) =>
        (await partners.RevokeAsync(context.Caller().Principal, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GetUsageResponse> GetUsage(GetUsageRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var partnerId = request.Partner.Length > 0 ? request.Partner : caller.Principal;
        var partner = caller.IsPartner && partnerId != caller.Principal ? null : access.Current.FindPartner(partnerId);
        if (partner is null)
        {
            throw RpcErrors.Of(AccessRejections.PartnerNotFound(partnerId));
        }

        if (request.Days < 0)
        {
            throw RpcErrors.Of(Rejection.OfField("days", "is negative"));
        }

        var days = request.Days == 0 ? DefaultDays : Math.Min(request.Days, MaxDays);
        var first = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - days);
        var used = await store.ReadUsageAsync(partnerId, first, context.CancellationToken);
        return new GetUsageResponse
        {
            Days = { used.Select(day => new Usage { Day = $"{day.Day:yyyy-MM-dd}", Requests = day.Requests, Bytes = day.Bytes }) },
            Quota = partner.Quota,
        };
    }

    private async Task<(IEnumerable<T> Page, string Next)> PageAsync<T>(
        IMessage arguments, IReadOnlyList<T> all, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var (size, place) = (await pages.OpenAsync(arguments, pageSize, pageToken, cancellationToken)).Unwrap();
        var start = (int)place.First;
        return (all.Skip(start).Take(size), start + size < all.Count ? pages.Seal(arguments, new PagePlace(start + size)) : "");
    }
}
