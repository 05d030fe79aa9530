using System.Runtime.CompilerServices;

namespace Syndication.Client;

public sealed partial class SyndicationClient
{
    private static readonly TimeSpan LastSave = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Consumes a stream for good, over restarts of your process and of the server: goes on from the saved place, saves a place after
    /// each batch that is processed, acknowledges it, and takes a snapshot when the place is lost.
    /// </summary>
    /// <example>
    /// <code>
    /// await foreach (var batch in client.ConsumeAsync(new() { Stream = "world-fr", Checkpoints = new FileCheckpointStore("places") }, token))
    /// {
    ///     foreach (var update in batch.Updates)
    ///     {
    ///         switch (update.Effect())
    ///         {
    ///             case UpdateEffect.Store: store.Put(update.Article, batch.SnapshotId); break;
    ///             case UpdateEffect.TakeDown: store.Remove(update.ArticleId); break;
    ///         }
    ///     }
    ///
    ///     if (batch.IsSnapshotComplete)
    ///     {
    ///         store.RemoveAllBut(batch.SnapshotId);
    ///     }
    /// }
    /// </code>
    /// </example>
    /// <param name="options">What to consume.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>; what was processed is still saved and acknowledged, within 5 s each.</param>
    /// <returns>
    /// Batches without end. One counts as processed when the next is asked for; one in whose midst the loop is left comes again. After a
    /// crash the last batch may come again, and then all that came after it in the same order: a store that keeps one version of each
    /// article ends up the same. Where an effect must not be repeated, see <see cref="StreamBatch.Checkpoint"/>.
    /// </returns>
    /// <remarks>
    /// A snapshot after a lost place (<see cref="SyndicationException.IsPlaceLost"/>) brings the latest entry of everything that the
    /// stream holds, and all kills; when it is complete, whatever it has not named is to be dropped. It may be interrupted and goes on
    /// where it was, also in another process.
    /// </remarks>
    /// <exception cref="SyndicationException">
    /// The server refused and would again, such as <see cref="V1.ErrorReason.StreamNotFound"/>, or a lost place with
    /// <see cref="WhenPlaceLost.Throw"/>; or <see cref="SyndicationClientOptions.MaxReconnectAttempts"/> was reached.
    /// </exception>
    /// <exception cref="CheckpointCorruptException">The saved place is damaged.</exception>
    public async IAsyncEnumerable<StreamBatch> ConsumeAsync(
        ConsumeOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        var key = new CheckpointKey(_options.Address, options.Stream, options.Consumer);
        var place = options.StartAfter
            ?? (options.Checkpoints is { } saved ? await saved.LoadAsync(key, cancellationToken) : null);
        using var saving = new CancellationTokenSource();
        await using var stopping = cancellationToken.Register(() => saving.CancelAfter(LastSave));
        await using var acknowledger = options.Acknowledge
            ? new Acknowledger(this, options.Stream, options.Consumer, options.AcknowledgeCount, options.AcknowledgeInterval, options.OnAcknowledgeFailed)
            : null;
        var request = options.Request();
        request.Start = place is null ? options.Start ?? new() { Snapshot = new() } : new() { Cursor = place.Cursor };
        var snapshotId = place is not null ? place.SnapshotId : options.MayStartWithSnapshot ? NewSnapshotId() : null;
        while (true)
        {
            SyndicationException? lost = null;
            long? disconnected = null;
            var isRecovery = request.Start.Snapshot is not null;
            await using var events = SubscribeAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (lost is null)
            {
                try
                {
                    await events.MoveNextAsync();
                }
                catch (SyndicationException exception)
                    when (exception.IsPlaceLost && options.WhenPlaceLost == WhenPlaceLost.TakeSnapshot && !isRecovery)
                {
                    // A snapshot that is lost before its first frame is not tried again: nothing would be different.
                    lost = exception;
                    break;
                }

                switch (events.Current)
                {
                    case SubscriptionEvent.Connected when disconnected is { } since:
                        disconnected = null;
                        options.OnReconnected?.Invoke(_options.TimeProvider.GetElapsedTime(since));
                        break;
                    case SubscriptionEvent.Disconnected gap:
                        disconnected ??= _options.TimeProvider.GetTimestamp();
                        options.OnDisconnected?.Invoke(gap);
                        break;
                    case SubscriptionEvent.Frame frame:
                        isRecovery = false;
                        var isEnd = frame is SubscriptionEvent.SnapshotCompleted or SubscriptionEvent.CaughtUp;
                        var batch = new StreamBatch(
                            frame, snapshotId, frame is SubscriptionEvent.SnapshotCompleted && snapshotId is not null, isEnd ? null : snapshotId);
                        yield return batch;

                        // Only now: whoever asks for the next batch is done with this one.
                        if (options.Checkpoints is { } checkpoints)
                        {
                            await checkpoints.SaveAsync(key, batch.Checkpoint, saving.Token);
                        }

                        snapshotId = batch.Checkpoint.SnapshotId;
                        if (snapshotId is null)
                        {
                            acknowledger?.Processed(batch.Checkpoint.Cursor, batch.Updates.Count);
                        }

                        Tell(options, frame);
                        break;
                }
            }

            request.Start = new() { Snapshot = new() };
            snapshotId = NewSnapshotId();
            options.OnPlaceLost?.Invoke(lost!);
        }
    }

    private static void Tell(ConsumeOptions options, SubscriptionEvent.Frame frame)
    {
        switch (frame)
        {
            case SubscriptionEvent.CaughtUp:
                options.OnCaughtUp?.Invoke();
                break;
            case SubscriptionEvent.FellBehind behind:
                options.OnFellBehind?.Invoke(behind.Lag);
                break;
        }
    }

    private static string NewSnapshotId() => Guid.CreateVersion7().ToString();
}
