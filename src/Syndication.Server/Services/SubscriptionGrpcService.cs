using Grpc.Core;
using Syndication.Receipts;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.Subscriptions;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's SubscriptionService.</summary>
public sealed class SubscriptionGrpcService(
    SubscriptionCalls calls,
    SubscriptionReader subscription,
    LiveSubscriptions live,
    Consumers consumers,
    ReadScopes scopes,
    Withdrawals withdrawals,
    IHostApplicationLifetime lifetime) : SubscriptionServiceBase
{
    private static readonly TimeSpan MaxPullWait = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override Task Subscribe(SubscribeRequest request, IServerStreamWriter<EncodedFrame> responseStream, ServerCallContext context) =>
        calls.RunAsync(request, context.GetHttpContext(), new GrpcFrameSink(responseStream, context), context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<PullUpdatesResponse> PullUpdates(PullUpdatesRequest request, ServerCallContext context)
    {
        using var call = await calls.OpenAsync(
            new SubscribeRequest
            {
                Stream = request.Stream,
                Consumer = request.Consumer,
                Start = request.Start,
                View = request.View,
                MaxBatchUpdates = request.MaxBatchUpdates,
                IncludeHeld = request.IncludeHeld,
            },
            onePage: true,
            context.GetHttpContext(),
            context.CancellationToken);
        var patience = request.MaxWait is null ? TimeSpan.Zero : SubscriptionCalls.Clamp(request.MaxWait, TimeSpan.Zero, MaxPullWait);
        var response = new PullUpdatesResponse();

        // The first caught_up comes at once; after it the reader is given a heartbeat when its patience is over.
        var silence = patience == TimeSpan.Zero ? MaxPullWait : patience;
        await foreach (var encoded in subscription.ReadAsync(
            call.Stream, call.Start, call.Audience, call.Limits, silence, call.Session, call.Delivery, keepsFrames: false, lifetime.ApplicationStopping, context.CancellationToken))
        {
            var frame = encoded.Decode();
            response.Cursor = frame.Cursor;
            response.ServerTime = frame.ServerTime;
            response.Lag = frame.Lag;
            switch (frame.FrameCase)
            {
                case SubscribeResponse.FrameOneofCase.Updates:
                    response.Updates.Add(frame.Updates.Updates);
                    if (call.Delivery is { } delivery)
                    {
                        context.GetHttpContext().OnTaken(() => delivery.OnTaken(encoded));
                    }

                    response.CaughtUp = frame.Lag.Updates == 0 && !encoded.After.InSnapshot;
                    return response;
                case SubscribeResponse.FrameOneofCase.SnapshotComplete:
                    response.SnapshotComplete = true;
                    return response;
                case SubscribeResponse.FrameOneofCase.CaughtUp:
                    response.CaughtUp = true;
                    if (patience == TimeSpan.Zero)
                    {
                        return response;
                    }

                    break;
                case SubscribeResponse.FrameOneofCase.Heartbeat:
                    return response;
            }
        }

        return response;
    }

    /// <inheritdoc/>
    public override async Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (caller.IsPartner)
        {
            await scopes.StreamOfAsync(caller, request.Stream, includeHeld: false, context.CancellationToken);
        }

        return (await consumers.AcknowledgeAsync(caller.Principal, request, context.CancellationToken)).Unwrap();
    }

    /// <inheritdoc/>
    public override async Task<ListSubscriptionsResponse> ListSubscriptions(ListSubscriptionsRequest request, ServerCallContext context) =>
        (await live.ListAsync(context.Caller().IsPartner ? context.Caller().Principal : null, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ConfirmWithdrawalResponse> ConfirmWithdrawal(ConfirmWithdrawalRequest request, ServerCallContext context) =>
        (await withdrawals.ConfirmAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListWithdrawalReceiptsResponse> ListWithdrawalReceipts(
        ListWithdrawalReceiptsRequest request, ServerCallContext context) =>
        (await withdrawals.ListAsync(request, context.CancellationToken)).Unwrap();
}
