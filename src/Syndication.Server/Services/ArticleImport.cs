using System.Threading.Channels;
using Grpc.Core;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>
/// One bulk import: articles are published side by side, so that they share transactions, and answered in the order sent.
/// What is under way is bounded in number and bytes; a client that does not read its results is not read from.
/// </summary>
public sealed class ArticleImport(Publisher publisher, string principal)
{
    /// <summary>An article takes one place for each 64 KiB that it has begun: 256 articles or 16 MiB are under way at most.</summary>
    private const int Places = 256;

    private const int PlaceBytes = 64 * 1024;

    /// <summary>Written with what follows.</summary>
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);

    /// <summary>How long an article waits when the writer's queue is full.</summary>
    private static readonly TimeSpan OverloadPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs the import until the client has sent its last article and been sent the last result.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<ImportArticlesRequest> requests, IServerStreamWriter<ImportArticlesResponse> responses, CancellationToken cancellationToken)
    {
        // Unbounded in itself: no more goes in than there are places.
        var underWay = Channel.CreateUnbounded<UnderWay>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var places = new SemaphoreSlim(Places, Places);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(requests, underWay.Writer, places, ended.Token);
        try
        {
            await foreach (var item in underWay.Reader.ReadAllAsync(cancellationToken))
            {
                var response = (await item.Result)!;

                // What one transaction has answered goes out together.
                responses.WriteOptions = underWay.Reader.TryPeek(out var next) && next.Result.IsCompletedSuccessfully ? Gathered : WriteOptions.Default;
                await responses.WriteAsync(response, cancellationToken);
                places.Release(item.Places);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(
        IAsyncStreamReader<ImportArticlesRequest> requests, ChannelWriter<UnderWay> underWay, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            for (var index = 0L; await requests.MoveNext(cancellationToken); index++)
            {
                var request = requests.Current;
                var taken = Math.Min(1 + (request.CalculateSize() / PlaceBytes), Places);
                for (var i = 0; i < taken; i++)
                {
                    await places.WaitAsync(cancellationToken);
                }

                // Started in the order sent: the writer's queue keeps it. One that finds the queue full is answered at once; it is
                // tried again before the next is read, so that the versions of an article stay in order.
                var result = PublishAsync(index, request, cancellationToken);
                while (result is { IsCompletedSuccessfully: true, Result: null })
                {
                    await Task.Delay(OverloadPause, cancellationToken);
                    result = PublishAsync(index, request, cancellationToken);
                }

                underWay.TryWrite(new UnderWay(result, taken));
            }

            underWay.Complete();
        }
        catch (Exception exception)
        {
            underWay.Complete(exception);
        }
    }

    /// <returns>Null when the writer's queue is full: nothing was done.</returns>
    private async Task<ImportArticlesResponse?> PublishAsync(long index, ImportArticlesRequest request, CancellationToken cancellationToken)
    {
        var publish = request.Publish ?? new PublishArticleRequest();
        Outcome<PublishArticleResponse> outcome;
        try
        {
            outcome = request.ValidateOnly
                ? publisher.Validate(publish)
                : await publisher.PublishAsync(principal, publish, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            outcome = RpcErrors.StoreUnavailable;
        }

        return outcome.Rejection switch
        {
            null => new ImportArticlesResponse { Index = index, Published = outcome.Value },
            { Reason: ErrorReason.Overloaded } => null,
            var rejection => new ImportArticlesResponse { Index = index, Error = RpcErrors.StatusOf(rejection) },
        };
    }

    private readonly record struct UnderWay(Task<ImportArticlesResponse?> Result, int Places);
}
