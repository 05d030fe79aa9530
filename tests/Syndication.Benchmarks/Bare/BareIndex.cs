using System.Threading.Channels;
using Syndication.Articles;
using Syndication.Search;
using Syndication.Sqlite;
using Syndication.V1;

namespace Syndication.Benchmarks.Bare;

/// <summary>A full-text index behind the bare loop, of the server's kind and written as rarely.</summary>
internal sealed class BareIndex(SqliteTextIndex index)
{
    private const int BatchCount = 1_000;

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(250);

    private readonly Channel<Article> _queue = Channel.CreateUnbounded<Article>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Takes an article in, later.</summary>
    public void Add(Article article) => _queue.Writer.TryWrite(article);

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var position = new IndexPosition(Guid.NewGuid(), 0);
        await index.ClearAsync(position.EpochId, cancellationToken);
        var batch = new List<IndexedArticle>();
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            await Task.Delay(GatherTime, cancellationToken);
            do
            {
                batch.Clear();
                while (batch.Count < BatchCount && _queue.Reader.TryRead(out var article))
                {
                    batch.Add(new IndexedArticle(
                        position.Number + batch.Count + 1, IsNew: true, ArticleText.Of(EncodedArticle.Encode(article, 1, ChangeType.New)), null,
                        HeadlineKey.Of(article.Headline), []));
                }

                var after = position with { Number = position.Number + batch.Count };
                await index.WriteAsync(batch, position, after, cancellationToken);
                position = after;
            }
            while (batch.Count == BatchCount);
        }
    }
}
