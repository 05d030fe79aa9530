using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Client;

public sealed partial class SyndicationClient
{
    // Two intervals and a half: one heartbeat may be lost or late without harm.
    private const double SilentIntervals = 2.5;

    /// <summary>
    /// Follows a stream for as long as it is enumerated: frames in the order in which they came, and what happens to the
    /// connection. Reconnects by itself with growing, random delays, and goes on after the last frame whose successor was
    /// asked for, so that across reconnects no update is left out and no processed frame comes twice.
    /// </summary>
    /// <param name="request">
    /// What to follow. Its start holds until the first frame, thereafter that frame's cursor. Not changed; without a heartbeat
    /// interval it gets <see cref="SyndicationClientOptions.HeartbeatInterval"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// Events without end. To survive a restart of your own process, store <see cref="SubscriptionEvent.Frame.Cursor"/> with
    /// what you made of the frame, and start from it.
    /// </returns>
    /// <exception cref="SyndicationException">
    /// The server refused and would again, such as <see cref="ErrorReason.CursorExpired"/>,
    /// <see cref="ErrorReason.StreamChanged"/> or <see cref="ErrorReason.StreamNotFound"/>; or
    /// <see cref="SyndicationClientOptions.MaxReconnectAttempts"/> was reached.
    /// </exception>
    public async IAsyncEnumerable<SubscriptionEvent> SubscribeAsync(
        SubscribeRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);

        request = request.Clone();
        request.HeartbeatInterval ??= Duration.FromTimeSpan(_options.HeartbeatInterval);
        var silenceLimit = SilentIntervals * Coerced(request.HeartbeatInterval.ToTimeSpan());
        string? cursor = null;
        var attempts = 0;
        while (true)
        {
            SubscriptionConnection.Lost? lost = null;
            request.Start = cursor is null ? request.Start : new() { Cursor = cursor };
            using (var connection = Connect(request, silenceLimit, cancellationToken))
            {
                while (lost is null)
                {
                    switch (await connection.NextAsync())
                    {
                        case SubscriptionConnection.Opened:
                            yield return new SubscriptionEvent.Connected(cursor);
                            break;
                        case SubscriptionConnection.Received received:
                            attempts = 0;
                            yield return SubscriptionEvent.Of(received.Frame);

                            // Only now: whoever asks for the next frame is done with this one.
                            cursor = received.Frame.Cursor;
                            break;
                        case SubscriptionConnection.Lost outcome:
                            lost = outcome;
                            break;
                    }
                }
            }

            if (attempts >= _options.MaxReconnectAttempts)
            {
                throw lost.Error ?? new SyndicationException(
                    StatusCode.Unavailable,
                    lost.Cause == DisconnectCause.Silent
                        ? $"The server was silent for {silenceLimit}."
                        : "The server ended the subscription.");
            }

            var delay = ReconnectDelay(attempts++, lost.Error?.RetryDelay);
            yield return new SubscriptionEvent.Disconnected(lost.Cause, lost.Error, delay);
            await Task.Delay(delay, _options.TimeProvider, cancellationToken);
        }
    }

    /// <summary>
    /// Follows a stream as a plain sequence of updates, in commit order, without end. Reconnects as
    /// <see cref="SubscribeAsync"/> does and fails as it does.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="start">Where to start; null means the oldest update that is kept.</param>
    /// <param name="view">How much of each article; unspecified means all of it.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerable<Update> FollowAsync(
        string stream,
        StartPosition? start = null,
        ArticleView view = ArticleView.Unspecified,
        CancellationToken cancellationToken = default) =>
        FollowAsync(new() { Stream = stream, Start = start, View = view }, cancellationToken);

    /// <inheritdoc cref="FollowAsync(string, StartPosition, ArticleView, CancellationToken)"/>
    /// <param name="request">What to follow, as in <see cref="SubscribeAsync"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<Update> FollowAsync(
        SubscribeRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var happened in SubscribeAsync(request, cancellationToken))
        {
            if (happened is SubscriptionEvent.UpdatesReceived received)
            {
                foreach (var update in received.Updates)
                {
                    yield return update;
                }
            }
        }
    }

    private SubscriptionConnection Connect(SubscribeRequest request, TimeSpan silenceLimit, CancellationToken token) =>
        // A copy: the call may still be encoding its request when the next start is known.
        new(Subscriptions, request.Clone(), silenceLimit, _options.TimeProvider, token);

    private static readonly TimeSpan MaxAskedDelay = TimeSpan.FromMinutes(1);

    private TimeSpan ReconnectDelay(int attempts, TimeSpan? atLeast)
    {
        // A quota that is used up until midnight may be raised before: the server is asked again now and then.
        var wait = atLeast < MaxAskedDelay ? atLeast.Value : atLeast is null ? TimeSpan.Zero : MaxAskedDelay;
        return Backoff.Next(_options.ReconnectBaseDelay, _options.ReconnectMaxDelay, attempts) + wait;
    }

    // As the server does with what lies outside its bounds.
    private static TimeSpan Coerced(TimeSpan interval) =>
        TimeSpan.FromTicks(Math.Clamp(interval.Ticks, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute * 5));
}
