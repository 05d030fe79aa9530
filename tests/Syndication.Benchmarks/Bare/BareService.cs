using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Syndication.Articles;
using Syndication.Findings;
using Syndication.V1;

namespace Syndication.Benchmarks.Bare;

/// <summary>
/// What the transport and the disk allow, under the contract's method names, so that one client drives both. The stream's
/// name chooses the loop: <see cref="Once"/>, <see cref="Each"/> or <see cref="Stored"/>.
/// </summary>
internal sealed class BareService(BareLog log, BareHub hub, BareIndex? index = null) : BareServiceBase
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
        var article = index is null ? null : Check(request);
        await log.AppendAsync(BareUpdate.Of(request));
        if (article is not null)
        {
            index!.Add(article);
        }

        return Published;
    }

    /// <summary>What the server does with an article before it is written, by the same code.</summary>
    private static Article Check(byte[] request)
    {
        var article = PublishArticleRequest.Parser.ParseFrom(request).Article;
        return ArticleValidator.Validate(article).Count == 0 && ArticleChecker.Check(article).Omitted == 0
            ? article
            : throw new ArgumentException("The samples are to be fit for publishing.", nameof(request));
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
