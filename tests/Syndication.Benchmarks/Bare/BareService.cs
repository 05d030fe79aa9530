using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Benchmarks.Bare;

/// <summary>
/// What the transport and the disk allow, under the contract's method names, so that one client drives both. The stream's
/// name chooses the loop: <see cref="Once"/>, <see cref="Each"/> or <see cref="Stored"/>.
/// </summary>
internal sealed class BareService(BareLog log, BareHub hub) : BareServiceBase
{
    /// <summary>Every frame is encoded once.</summary>
    public const string Once = "all";

    /// <summary>Every frame is encoded for each subscriber, by generated code.</summary>
    public const string Each = "each";

    /// <summary>Pages of the table.</summary>
    public const string Stored = "stored";

    /// <summary>Frames between two flushes.</summary>
    private const int FlushCount = 16;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);
    private static readonly WriteOptions Flushed = new();

    private static readonly byte[] Published = new PublishArticleResponse
    {
        ArticleId = "article-00000000",
        Version = 1,
        UpdateId = Guid.Empty.ToString("N"),
        Cursor = new string('c', 140),
        CommitTime = new() { Seconds = 1_767_225_600, Nanos = 123_456_000 },
        Status = ArticleStatus.Usable,
    }.ToByteArray();

    /// <inheritdoc/>
    public override async Task<byte[]> PublishArticle(byte[] request, ServerCallContext context)
    {
        await log.AppendAsync(BareUpdate.Of(request));
        return Published;
    }

    /// <inheritdoc/>
    public override async Task Subscribe(byte[] request, IServerStreamWriter<object> responses, ServerCallContext context)
    {
        var stream = SubscribeRequest.Parser.ParseFrom(request).Stream;
        if (stream == Stored)
        {
            foreach (var page in log.ReadPages())
            {
                await responses.WriteAsync(BareFrame.OfUpdates(page));
            }

            return;
        }

        var next = hub.Count;
        var news = hub.Subscribe();
        try
        {
            await context.WriteResponseHeadersAsync([]);
            await FollowAsync(stream == Each, next, news.Reader, responses, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
        finally
        {
            hub.Unsubscribe(news);
        }
    }

    private async Task FollowAsync(
        bool each, int next, ChannelReader<bool> news, IServerStreamWriter<object> responses, CancellationToken cancellationToken)
    {
        while (await news.WaitToReadAsync(cancellationToken))
        {
            news.TryRead(out _);
            for (var end = hub.Count; next < end; end = hub.Count)
            {
                for (var group = Math.Min(end, next + FlushCount); next < group; next++)
                {
                    responses.WriteOptions = next + 1 < group ? Buffered : Flushed;
                    var frame = hub[next];
                    await responses.WriteAsync(each ? frame.Message : frame, cancellationToken);
                }
            }
        }
    }
}
