using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Log;
using Syndication.Receipts;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.V1;
using Cursor = Syndication.Tokens.Cursor;

namespace Syndication.Server.Services;

/// <summary>Calls that read a stream, over whatever protocol they came: what they may read and from where, and how frames are handed to a client that may be slow.</summary>
public sealed class SubscriptionCalls(
    SubscriptionReader subscription,
    LiveSubscriptions live,
    CursorService cursors,
    AccessDirectory access,
    ReadScopes scopes,
    DeliveryRecorder deliveries,
    AuditTrail audit,
    LogTail tail,
    IOptions<ServerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    /// <summary>The largest number of updates in a frame.</summary>
    public const int MaxBatchUpdates = 1000;

    /// <summary>How many updates a frame carries at most where nobody says so.</summary>
    public const int DefaultBatchUpdates = 64;

    /// <summary>How long a reader that is in the middle of a frame may take when the server goes down.</summary>
    public static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(2);

    /// <summary>Sends a stream's frames until the call ends.</summary>
    /// <exception cref="RpcException">The request is refused, or the reader took nothing for too long.</exception>
    /// <exception cref="SubscriptionEndedException">The stream cannot be read on.</exception>
    public async Task RunAsync(SubscribeRequest request, HttpContext http, IFrameSink sink, CancellationToken cancellationToken)
    {
        using var call = await OpenAsync(request, onePage: false, http, cancellationToken);
        var heartbeat = request.HeartbeatInterval is { } requested
            ? Clamp(requested, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5))
            : options.Value.Subscriptions.HeartbeatInterval;

        // Headers go out before the first frame: a client learns at once that it is connected.
        await sink.OpenAsync();
        using var open = live.Open(call.Consumer, http.Peer(), call.Audience);
        using var patience = new WritePatience(options.Value.Subscriptions.StallLimit, time, lifetime.ApplicationStopping, cancellationToken);
        await foreach (var frame in subscription.ReadAsync(
            call.Stream, call.Start, call.Audience, call.Limits, heartbeat, call.Session, call.Delivery, keepsFrames: false, lifetime.ApplicationStopping, cancellationToken))
        {
            var written = sink.WriteAsync(frame);
            if (!written.IsCompleted && !await patience.WaitAsync(written))
            {
                await EndAsync(written, sink, cancellationToken);
            }

            // Done: this throws what the write has thrown.
            await written;

            open.OnDelivered(frame, time.GetUtcNow());
            call.Delivery?.OnTaken(frame);
        }
    }

    /// <summary>Checks a call and opens what it rests on; dispose the answer when it has ended.</summary>
    /// <param name="onePage">Whether the reader comes for one page.</param>
    /// <exception cref="RpcException">The request is refused.</exception>
    public async Task<OpenCall> OpenAsync(SubscribeRequest request, bool onePage, HttpContext http, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var (consumer, stream, start) = await CheckAsync(request, caller, cancellationToken);
        var limits = LimitsOf(request.MaxBatchUpdates);
        var audience = AudienceOf(caller, request.IncludeHeld, request.View);
        if (request.IncludeHeld)
        {
            await audit.RecordHeldStreamAsync(caller, http.Address(), request.Stream, cancellationToken);
        }

        // What a partner is sent is recorded; what the staff reads is no delivery.
        return new OpenCall(
            consumer, stream, start, audience, limits,
            access.Open(caller, stream.Definition, request.IncludeHeld),
            caller.IsPartner ? deliveries.Open(consumer, start, request.IncludeHeld, onePage) : null);
    }

    /// <summary>Who reads what from where.</summary>
    /// <exception cref="RpcException">The request is refused.</exception>
    public async Task<(ConsumerKey Consumer, StreamTail Stream, Cursor Start)> CheckAsync(
        SubscribeRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var key = Consumers.KeyOf(caller.Principal, request.Consumer, request.Stream).Unwrap();

        // The database knows streams that another node changed a moment ago; the tail catches up with it.
        var definition = await scopes.StreamOfAsync(caller, request.Stream, request.IncludeHeld, cancellationToken);
        var stream = await tail.WaitForAsync(definition, cancellationToken);
        return (key, stream, (await cursors.StartAsync(request.Start, stream.Definition, key, cancellationToken)).Unwrap());
    }

    /// <summary>A length of time between two others.</summary>
    public static TimeSpan Clamp(Duration value, TimeSpan min, TimeSpan max) =>
        value.Seconds < 0 || value.Nanos < 0 ? min
        : value.Seconds > max.TotalSeconds || value.Nanos > 999_999_999 ? max
        : TimeSpan.FromTicks(Math.Clamp(value.ToTimeSpan().Ticks, min.Ticks, max.Ticks));

    /// <summary>Ends a call whose reader does not take what was written. Flow control would let it wait for ever: the limit is ours.</summary>
    /// <remarks>The write is left alone when the limit has passed: cancelling it would reset the stream and throw away what is on the way.</remarks>
    private async Task EndAsync(Task written, IFrameSink sink, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            var limit = options.Value.Subscriptions.StallLimit;
            sink.GiveUp(written, limit);
            throw RpcErrors.Of(new Rejection(ErrorReason.SubscriberStalled, $"The subscriber read nothing for {limit}: resume from the last cursor.")
            {
                Metadata = new Dictionary<string, string> { ["stall_limit"] = $"{limit}" },
            });
        }

        try
        {
            await written.WaitAsync(ShutdownGrace, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            throw RpcErrors.Of(new Rejection(ErrorReason.ServerShuttingDown, "The server is going down: resume from the last cursor."));
        }
    }

    private static FrameLimits LimitsOf(int maxBatchUpdates) => maxBatchUpdates < 0
        ? throw RpcErrors.Of(Rejection.OfField("max_batch_updates", "is negative"))
        : new FrameLimits(maxBatchUpdates == 0 ? DefaultBatchUpdates : Math.Min(maxBatchUpdates, MaxBatchUpdates), FrameLimits.DefaultMaxBytes);

    private static Audience AudienceOf(Caller caller, bool includeHeld, ArticleView view) => System.Enum.IsDefined(view)
        ? new Audience(includeHeld, !caller.IsPartner, view == ArticleView.Headlines)
        : throw RpcErrors.Of(Rejection.OfField("view", $"{(int)view} is no view"));

    /// <summary>A call that reads a stream, with what it rests on.</summary>
    /// <param name="Consumer">Who reads.</param>
    /// <param name="Stream">What is read.</param>
    /// <param name="Start">From where.</param>
    /// <param name="Audience">How much of it.</param>
    /// <param name="Limits">How much a frame holds.</param>
    /// <param name="Session">Ends with the caller's access.</param>
    /// <param name="Delivery">Where a partner's frames are recorded.</param>
    public sealed record OpenCall(
        ConsumerKey Consumer, StreamTail Stream, Cursor Start, Audience Audience, FrameLimits Limits, AccessSession Session, Delivery? Delivery) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            Delivery?.Dispose();
            Session.Dispose();
        }
    }
}
