using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Syndication.Access;
using Syndication.Articles;
using Syndication.Log;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Publishing;

/// <summary>
/// The one writer of a node. Commands that arrive while a transaction runs share the next one (group commit): there is no
/// timer, so a lone command waits for nothing.
/// </summary>
/// <remarks>
/// Decisions are made outside the transaction, from a state that the store verifies inside it. Nodes that collide on an
/// article, a request id or a stream decide again; two writers never see each other's half-done work.
/// </remarks>
public sealed partial class LogAppender(
    ILogStore log, IArticleStore articles, IAccessStore access, TimeProvider time, IAppendObserver observer, ILogger<LogAppender> logger)
{
    private const int MaxBatchCommands = 512;
    private const int MaxBatchBytes = 8 * 1024 * 1024;
    private const int MaxAttempts = 50;

    /// <summary>Commands beyond this are refused with <see cref="ErrorReason.Overloaded"/>, none is lost silently.</summary>
    private const int QueueCapacity = 8192;

    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
    private CompiledStreams? _streams;
    private volatile bool _stopped;

    /// <summary>Appends a command.</summary>
    /// <returns>Where it ended up, once it is on disk, or why it was refused.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be reached; whether the command took effect is not known.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped waiting; the command may still take effect.</exception>
    public async Task<Outcome<Appended>> AppendAsync(LogCommand command, CancellationToken cancellationToken)
    {
        await command.PrepareAsync(articles, cancellationToken);
        var pending = new Pending(command);
        if (!_queue.Writer.TryWrite(pending))
        {
            if (_stopped)
            {
                return new Rejection(ErrorReason.ServerShuttingDown, "The server is going down: repeat the request elsewhere or after a moment.");
            }

            return new Rejection(ErrorReason.Overloaded, $"{QueueCapacity} requests are waiting for the database.");
        }

        return await pending.Completion.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs until cancelled; what is queued by then is refused as unavailable.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var group = new List<Pending>();
        Pending? held = null;
        try
        {
            while (held is not null || await _queue.Reader.WaitToReadAsync(cancellationToken))
            {
                held = Collect(group, held);
                if (group.Count > 0)
                {
                    // The token ends the wait for work, never a transaction: callers are owed an answer.
                    await AppendGroupAsync(group);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            _stopped = true;
            _queue.Writer.TryComplete();
            held?.Completion.TrySetException(new StoreUnavailableException("The server is going down."));
            while (_queue.Reader.TryRead(out var pending))
            {
                pending.Completion.TrySetException(new StoreUnavailableException("The server is going down."));
            }
        }
    }

    /// <summary>Takes what has gathered, up to a group's bounds.</summary>
    /// <returns>A command that was taken but must start a group of its own.</returns>
    private Pending? Collect(List<Pending> group, Pending? first)
    {
        group.Clear();
        var bytes = 0;
        while (first is not null || _queue.Reader.TryRead(out first))
        {
            if (group.Count > 0 && (first.Command.IsExclusive || bytes + first.Command.SizeBytes > MaxBatchBytes))
            {
                return first;
            }

            group.Add(first);
            bytes += first.Command.SizeBytes;
            if (first.Command.IsExclusive || group.Count >= MaxBatchCommands)
            {
                return null;
            }

            first = null;
        }

        return null;
    }

    private async Task AppendGroupAsync(IReadOnlyList<Pending> group)
    {
        try
        {
            await AppendTogetherAsync(group);
        }
        catch (StoreUnavailableException exception)
        {
            LogUnavailable(logger, group.Count, exception);
            Fail(group, exception);
        }
        catch (Exception exception) when (group.Count > 1)
        {
            // One member's fault must not be the others': each gets a transaction of its own.
            LogRetriedSingly(logger, group.Count, exception);
            foreach (var pending in group)
            {
                await AppendGroupAsync([pending]);
            }
        }
        catch (Exception exception)
        {
            Fail(group, exception);
        }
    }

    private static void Fail(IReadOnlyList<Pending> group, Exception exception)
    {
        foreach (var pending in group)
        {
            pending.Completion.TrySetException(exception);
        }
    }

    private async Task AppendTogetherAsync(IReadOnlyList<Pending> group)
    {
        var articleIds = group.Select(pending => pending.Command.ArticleId).OfType<string>().ToHashSet();
        var keys = group.Select(pending => pending.Command.Key).OfType<RequestKey>().ToHashSet();
        for (var attempt = 1; ; attempt++)
        {
            var (streams, state) = await ReadStateAsync(articleIds, keys);
            var batch = new AppendBatch { Now = LogTime.Floor(time.GetUtcNow()), StreamsNumber = state.StreamsNumber };
            var scope = new AppendScope(batch, state, streams, log, articles, access);
            var decided = await DecideAsync(group, state, scope);
            scope.Complete();
            if (batch.IsEmpty)
            {
                Answer(group, decided, batch, new AppendResult.Committed(0, default, 0));
                return;
            }

            switch (await log.AppendAsync(batch, CancellationToken.None))
            {
                case AppendResult.Committed committed:
                    if (batch.Streams.Count > 0)
                    {
                        _streams = null;
                    }

                    observer.OnAppended(batch, committed);
                    Answer(group, decided, batch, committed);
                    return;
                case AppendResult.Conflict when attempt < MaxAttempts:
                    LogConflict(logger, attempt);
                    _streams = null;
                    continue;
                default:
                    throw new StoreUnavailableException($"Other writers were first {MaxAttempts} times in a row.");
            }
        }
    }

    /// <summary>Reads the streams, where they are not known, and then the state.</summary>
    /// <remarks>
    /// In this order: a stream that counts as searched must be so in the state. The other way round, a search that ends
    /// between the two would leave articles out of the state that the stream holds.
    /// </remarks>
    private async Task<(CompiledStreams Streams, AppendState State)> ReadStateAsync(IReadOnlyCollection<string> articleIds, IReadOnlyCollection<RequestKey> keys)
    {
        while (true)
        {
            if (_streams is null || _streams.Streams.Any(stream => !stream.Definition.IsBackfilled))
            {
                _streams = CompiledStreams.Compile(await log.ReadStreamsAsync(CancellationToken.None));
            }

            var state = await log.ReadStateAsync(articleIds, keys, CancellationToken.None);
            if (_streams.Set.StreamsNumber == state.StreamsNumber)
            {
                return (_streams, state);
            }

            _streams = null;
        }
    }

    private static async Task<Outcome<Answered>[]> DecideAsync(IReadOnlyList<Pending> group, AppendState state, AppendScope scope)
    {
        var decided = new Outcome<Answered>[group.Count];
        var inGroup = new Dictionary<RequestKey, (byte[] Fingerprint, Answered Answer)>();
        for (var i = 0; i < group.Count; i++)
        {
            var command = group[i].Command;
            if (command.Key is { } key)
            {
                var (fingerprint, answer) = inGroup.TryGetValue(key, out var first) ? first
                    : state.Requests.TryGetValue(key, out var before) ? (before.Fingerprint, new Answered(before.Receipt, -1, before.Response))
                    : default;
                if (answer is not null)
                {
                    decided[i] = fingerprint.AsSpan().SequenceEqual(command.Fingerprint)
                        ? answer with { LatestVersion = LatestOf(command, scope) }
                        : new Rejection(ErrorReason.RequestIdReused, $"request_id \"{key.RequestId}\" was used with another content.");
                    continue;
                }
            }

            var outcome = await command.DecideAsync(scope, CancellationToken.None);
            if (outcome.Rejection is { } rejection)
            {
                decided[i] = rejection;
                continue;
            }

            var made = new Answered(null, outcome.Value.EntryOrdinal, outcome.Value.Response.ToByteArray()) { LatestVersion = LatestOf(command, scope) };
            decided[i] = made;
            if (command.Key is { } newKey)
            {
                inGroup.Add(newKey, (command.Fingerprint, made));
                scope.Batch.Requests.Add(new NewRequest(newKey, command.Fingerprint, made.EntryOrdinal, made.Response));
            }
        }

        return decided;
    }

    private static int LatestOf(LogCommand command, AppendScope scope) =>
        command.ArticleId is { } id && scope.Find(id) is { } article ? article.LatestVersion : 0;

    private static void Answer(IReadOnlyList<Pending> group, Outcome<Answered>[] decided, AppendBatch batch, AppendResult.Committed committed)
    {
        for (var i = 0; i < group.Count; i++)
        {
            if (decided[i].Rejection is { } rejection)
            {
                group[i].Completion.TrySetResult(rejection);
                continue;
            }

            var answered = decided[i].Value;
            var receipt = answered.Receipt ?? default;
            if (answered.Receipt is null && answered.EntryOrdinal >= 0)
            {
                var updateId = batch.Entries[answered.EntryOrdinal].UpdateId;
                receipt = new AppendReceipt(
                    new LogPosition(committed.FirstNumber + answered.EntryOrdinal, LogPosition.CheckOf(updateId)), updateId, committed.CommitTime);
            }

            group[i].Completion.TrySetResult(new Appended(receipt, answered.Response, answered.Receipt is null ? committed.Epoch : 0) { LatestVersion = answered.LatestVersion });
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database cannot be reached; {Count} requests failed")]
    private static partial void LogUnavailable(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} requests failed; each is tried by itself")]
    private static partial void LogRetriedSingly(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Another writer was first (attempt {Attempt}); deciding again")]
    private static partial void LogConflict(ILogger logger, int attempt);

    private sealed record Answered(AppendReceipt? Receipt, int EntryOrdinal, byte[] Response)
    {
        public int LatestVersion { get; init; }
    }

    private sealed class Pending(LogCommand command)
    {
        public LogCommand Command { get; } = command;

        public TaskCompletionSource<Outcome<Appended>> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Is told of every batch that this node has committed, before its commands are answered.</summary>
public interface IAppendObserver
{
    /// <summary>The batch is on disk. Must be quick and must not throw.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="committed">What the store made of it.</param>
    void OnAppended(AppendBatch batch, AppendResult.Committed committed);
}
