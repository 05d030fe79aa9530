using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Server.Demo;

/// <summary>The desk of the demo: does what it is told and says so in the log. What fails is logged and left.</summary>
public sealed partial class DemoDesk(Publisher publisher, StreamCatalog streams, ILogger<DemoDesk> logger)
{
    private const string Principal = "demo";

    /// <summary>Creates a stream; one that is there stays as it is.</summary>
    public async Task CreateAsync(CreateStreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var created = await streams.CreateAsync(Principal, request, cancellationToken);
            if (created.Rejection is { Reason: not ErrorReason.StreamExists } rejection)
            {
                LogRefused(logger, request.RequestId, rejection.Message);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(logger, request.RequestId, exception);
        }
    }

    /// <summary>Carries out a request of the PublishingService.</summary>
    /// <param name="since">Effects that are older were achieved by an earlier run and are not told again.</param>
    /// <returns>When it was committed, now or by an earlier run; null when it was refused or failed.</returns>
    public async Task<DateTimeOffset?> DoAsync(IMessage request, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            return request switch
            {
                PublishArticleRequest publish => Tell(
                    publish.Change switch
                    {
                        ChangeType.New => "published",
                        ChangeType.Correction => "corrected",
                        _ => "updated",
                    },
                    await publisher.PublishAsync(Principal, publish, cancellationToken),
                    response => (response.ArticleId, response.Version, response.CommitTime),
                    publish.Article.EmbargoTime is { } embargo ? $"{publish.Article.Headline} [embargo until {embargo.ToDateTimeOffset():HH:mm:ss} UTC]" : publish.Article.Headline),
                WithdrawArticleRequest withdraw => Tell(
                    "withdrew",
                    await publisher.WithdrawAsync(Principal, withdraw, cancellationToken),
                    response => (response.ArticleId, response.Version, response.CommitTime),
                    withdraw.Advisory),
                WithholdArticleRequest withhold => Tell(
                    "withheld",
                    await publisher.WithholdAsync(Principal, withhold, cancellationToken),
                    response => (response.ArticleId, response.Version, response.CommitTime),
                    withhold.Advisory),
                ReleaseArticleRequest release => Tell(
                    "released",
                    await publisher.ReleaseAsync(Principal, release, cancellationToken),
                    response => (response.ArticleId, response.Version, response.CommitTime),
                    "it may be used again"),
                _ => throw new ArgumentException($"The demo does not know {request.Descriptor.Name}.", nameof(request)),
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(logger, request.Descriptor.Name, exception);
            return null;
        }

        DateTimeOffset? Tell<T>(string deed, Outcome<T> outcome, Func<T, (string ArticleId, int Version, Timestamp CommitTime)> read, string text)
        {
            if (outcome.Rejection is { } rejection)
            {
                LogRefused(logger, request.Descriptor.Name, rejection.Message);
                return null;
            }

            var (articleId, version, commitTime) = read(outcome.Value);
            var committed = commitTime.ToDateTimeOffset();
            if (committed >= since)
            {
                LogDone(logger, deed, articleId, version, text);
            }

            return committed;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: {Deed} {ArticleId} v{Version}: {Text}")]
    private static partial void LogDone(ILogger logger, string deed, string articleId, int version, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Demo: {Request} was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string request, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Demo: {Request} failed")]
    private static partial void LogFault(ILogger logger, string request, Exception exception);
}
