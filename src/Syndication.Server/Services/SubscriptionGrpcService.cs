using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Receipts;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's SubscriptionService.</summary>
public sealed class SubscriptionGrpcService(
    SubscriptionReader subscription,
    LiveSubscriptions live,
    CursorService cursors,
    Consumers consumers,
    AccessDirectory access,
    ReadScopes scopes,
    DeliveryRecorder deliveries,
    Withdrawals withdrawals,
    AuditTrail audit,
    LogTail tail,
    IOptions<ServerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : SubscriptionServiceBase
{
    /// <summary>The largest number of updates in a frame.</summary>
    public const int MaxBatchUpdates = 1000;

    /// <summary>How many updates a frame carries at most where nobody says so.</summary>
    public const int DefaultBatchUpdates = 64;

    /// <summary>How long a reader that is in the middle of a frame may take when the server goes down.</summary>
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(2);

    /// <summary>CANCEL: <see href="https://www.rfc-editor.org/rfc/rfc9113#section-7">RFC 9113, section 7</see>.</summary>
    private const int Http2Cancel = 8;

    private static readonly TimeSpan MaxPullWait = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<EncodedFrame> responseStream, ServerCallContext context)
    {
        var (consumer, stream, start) = await OpenAsync(request.Stream, request.Consumer, request.Start, request.IncludeHeld, context);
        var heartbeat = Heartbeat(request.HeartbeatInterval);
        var limits = Limits(request.MaxBatchUpdates);
        var audience = AudienceOf(context.Caller(), request.IncludeHeld, request.View);
        using var session = access.Open(context.Caller(), stream.Definition, request.IncludeHeld);
        using var delivery = Record(consumer, start, request.IncludeHeld, onePage: false, context);

        // Headers go out before the first frame: a client learns at once that it is connected.
        await context.WriteResponseHeadersAsync([]);
        using var open = live.Open(consumer, context.Peer, audience);
        using var patience = new WritePatience(options.Value.Subscriptions.StallLimit, time, lifetime.ApplicationStopping, context.CancellationToken);
        await foreach (var frame in subscription.ReadAsync(
            stream, start, audience, limits, heartbeat, session, delivery, lifetime.ApplicationStopping, context.CancellationToken))
        {
            var written = responseStream.WriteAsync(frame, CancellationToken.None);
            if (!written.IsCompleted && !await patience.WaitAsync(written))
            {
                await EndAsync(written, context);
            }

            // Done: this throws what the write has thrown.
            await written;

            open.OnDelivered(frame, time.GetUtcNow());
            delivery?.OnTaken(frame);
        }
    }

    /// <inheritdoc/>
    public override async Task<PullUpdatesResponse> PullUpdates(PullUpdatesRequest request, ServerCallContext context)
    {
        var (consumer, stream, start) = await OpenAsync(request.Stream, request.Consumer, request.Start, request.IncludeHeld, context);
        var limits = Limits(request.MaxBatchUpdates);
        var audience = AudienceOf(context.Caller(), request.IncludeHeld, request.View);
        using var session = access.Open(context.Caller(), stream.Definition, request.IncludeHeld);
        using var delivery = Record(consumer, start, request.IncludeHeld, onePage: true, context);
        var patience = request.MaxWait is null ? TimeSpan.Zero : Clamp(request.MaxWait, TimeSpan.Zero, MaxPullWait);
        var response = new PullUpdatesResponse();

        // The first caught_up comes at once; after it the reader is given a heartbeat when its patience is over.
        var silence = patience == TimeSpan.Zero ? MaxPullWait : patience;
        await foreach (var encoded in subscription.ReadAsync(
            stream, start, audience, limits, silence, session, delivery, lifetime.ApplicationStopping, context.CancellationToken))
        {
            var frame = encoded.Decode();
            response.Cursor = frame.Cursor;
            response.ServerTime = frame.ServerTime;
            response.Lag = frame.Lag;
            switch (frame.FrameCase)
            {
                case SubscribeResponse.FrameOneofCase.Updates:
                    response.Updates.Add(frame.Updates.Updates);
                    if (delivery is not null)
                    {
                        context.OnTaken(() => delivery.OnTaken(encoded));
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
            await scopes.StreamOfAsync(context, request.Stream, includeHeld: false);
        }

        return (await consumers.AcknowledgeAsync(caller.Principal, request, context.CancellationToken)).Unwrap();
    }

    /// <inheritdoc/>
    public override async Task<ListSubscriptionsResponse> ListSubscriptions(ListSubscriptionsRequest request, ServerCallContext context) =>
        (await live.ListAsync(context.Caller().IsPartner ? context.Caller().Principal : null, request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ConfirmWithdrawalResponse> ConfirmWithdrawal(ConfirmWithdrawalRequest request, ServerCallContext context) =>
        (await withdrawals.ConfirmAsync(context.Caller(), context.Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListWithdrawalReceiptsResponse> ListWithdrawalReceipts(
        ListWithdrawalReceiptsRequest request, ServerCallContext context) =>
        (await withdrawals.ListAsync(request, context.CancellationToken)).Unwrap();

    /// <summary>Records what a partner is sent. What the staff reads is no delivery.</summary>
    private Delivery? Record(Log.ConsumerKey consumer, Tokens.Cursor start, bool held, bool onePage, ServerCallContext context) =>
        context.Caller().IsPartner ? deliveries.Open(consumer, start, held, onePage) : null;

    /// <summary>Ends a call whose reader does not take what was written. Flow control would let it wait for ever: the limit is ours.</summary>
    /// <remarks>
    /// The write is left alone when the limit has passed: cancelling it would reset the stream and throw away what is on the
    /// way. The call ends with its status, which the client gets after what was sent; the stream of one that never reads is
    /// reset later.
    /// </remarks>
    private async Task EndAsync(Task written, ServerCallContext context)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            var limit = options.Value.Subscriptions.StallLimit;
            _ = ResetLaterAsync(written, context.GetHttpContext().Features.Get<IHttpResetFeature>(), limit);
            throw RpcErrors.Of(new Rejection(ErrorReason.SubscriberStalled, $"The subscriber read nothing for {limit}: resume from the last cursor.")
            {
                Metadata = new Dictionary<string, string> { ["stall_limit"] = $"{limit}" },
            });
        }

        try
        {
            await written.WaitAsync(ShutdownGrace, time);
        }
        catch (TimeoutException)
        {
            throw RpcErrors.Of(new Rejection(ErrorReason.ServerShuttingDown, "The server is going down: resume from the last cursor."));
        }
    }

    /// <summary>Frees what a stalled stream holds, once its client has had time to take what was sent and the status.</summary>
    /// <remarks>
    /// The call is over by then: its context is gone, and Kestrel uses its stream again for another call as soon as the
    /// response is sent. While the write waits, it is not: only then the stream is still this call's.
    /// </remarks>
    private async Task ResetLaterAsync(Task written, IHttpResetFeature? stream, TimeSpan grace)
    {
        try
        {
            await written.WaitAsync(grace, time);
        }
        catch (TimeoutException)
        {
            stream?.Reset(Http2Cancel);
            await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client went away: nothing is held any more.
        }
    }

    private async Task<(Log.ConsumerKey Consumer, StreamTail Stream, Tokens.Cursor Start)> OpenAsync(
        string streamId, string consumer, StartPosition? start, bool includeHeld, ServerCallContext context)
    {
        var key = Consumers.KeyOf(context.Caller().Principal, consumer, streamId).Unwrap();

        // The database knows streams that another node changed a moment ago; the tail catches up with it.
        var definition = await scopes.StreamOfAsync(context, streamId, includeHeld);
        var stream = await tail.WaitForAsync(definition, context.CancellationToken);
        var place = (await cursors.StartAsync(start, stream.Definition, key, context.CancellationToken)).Unwrap();
        if (includeHeld)
        {
            await audit.RecordHeldStreamAsync(context.Caller(), context.Address(), streamId, context.CancellationToken);
        }

        return (key, stream, place);
    }

    private TimeSpan Heartbeat(Duration? requested) => requested is null
        ? options.Value.Subscriptions.HeartbeatInterval
        : Clamp(requested, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    private static TimeSpan Clamp(Duration value, TimeSpan min, TimeSpan max) =>
        value.Seconds < 0 || value.Nanos < 0 ? min
        : value.Seconds > max.TotalSeconds || value.Nanos > 999_999_999 ? max
        : TimeSpan.FromTicks(Math.Clamp(value.ToTimeSpan().Ticks, min.Ticks, max.Ticks));

    private static FrameLimits Limits(int maxBatchUpdates) => maxBatchUpdates < 0
        ? throw RpcErrors.Of(Rejection.OfField("max_batch_updates", "is negative"))
        : new FrameLimits(maxBatchUpdates == 0 ? DefaultBatchUpdates : Math.Min(maxBatchUpdates, MaxBatchUpdates), FrameLimits.DefaultMaxBytes);

    private static Audience AudienceOf(Caller caller, bool includeHeld, ArticleView view) => System.Enum.IsDefined(view)
        ? new Audience(includeHeld, !caller.IsPartner, view == ArticleView.Headlines)
        : throw RpcErrors.Of(Rejection.OfField("view", $"{(int)view} is no view"));
}
