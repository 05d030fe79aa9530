using Syndication.Access;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Articles;

/// <summary>
/// A stream as readers of feeds know it: what it holds, newest change first, in pages. Unlike a list, it keeps what was taken
/// away (killed, withheld, expired), without its text, so that it can be taken down.
/// </summary>
public sealed class ArticleFeed(VisibleArticles store, ArticleReader articles, PageTokens pages)
{
    /// <summary>Pages end before they grow past this.</summary>
    private const int MaxPageBytes = 3 * 1024 * 1024;

    /// <summary>One page.</summary>
    /// <param name="request">Stream, view, page size and page token; a filter is not applied. An unspecified view is the full one.</param>
    /// <param name="scope">What the caller may read.</param>
    public async Task<Outcome<ArticleFeedPage>> ReadAsync(ListArticlesRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        var narrowed = await articles.NarrowAsync(scope, request.Stream, cancellationToken);
        if (narrowed.Rejection is { } unknown)
        {
            return unknown;
        }

        var arguments = request.Clone();
        arguments.PageToken = "";
        arguments.PageSize = 0;
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } refused)
        {
            return refused;
        }

        var (size, place) = page.Value;
        var stream = narrowed.Value;
        var listed = await store.ListAsync(stream, place.First == 0 ? long.MaxValue : place.First, size + 1, cancellationToken);
        var items = new List<ArticleFeedItem>();
        var bytes = 0;
        foreach (var stored in listed.Take(size))
        {
            var item = new ArticleFeedItem(ArticleReader.Show(stored, request.View, scope), ChangeTimeOf(stored));
            bytes += item.Article.CalculateSize();
            if (items.Count > 0 && bytes > MaxPageBytes)
            {
                break;
            }

            items.Add(item);
        }

        var more = items.Count < listed.Count;
        return new ArticleFeedPage(
            stream.Streams[0].Definition.DisplayName, items, more ? pages.Seal(arguments, new PagePlace(listed[items.Count - 1].Number)) : "");
    }

    /// <summary>When the article came to be as it is shown: its version's time, or when its text was taken away.</summary>
    private static DateTimeOffset ChangeTimeOf(StoredArticle stored) => stored.Record switch
    {
        { AdvisoryTime: { } taken } and ({ Withdrawn: true } or { Withheld: true }) => taken,
        { Expired: true } when stored.Content.Decode(body: false, desk: false).ExpireTime is { } expired => expired.ToDateTimeOffset(),
        _ => stored.Content.VersionTime,
    };
}

/// <summary>A page of a feed.</summary>
/// <param name="DisplayName">The stream's name for people; may be empty.</param>
/// <param name="Items">What it holds, newest change first.</param>
/// <param name="NextPageToken">For the next page; empty on the last.</param>
public sealed record ArticleFeedPage(string DisplayName, IReadOnlyList<ArticleFeedItem> Items, string NextPageToken);

/// <summary>One article of a feed.</summary>
/// <param name="Article">The article; id, version, status and advisory alone where its text was taken away.</param>
/// <param name="ChangeTime">When it came to be as it is shown.</param>
public sealed record ArticleFeedItem(Article Article, DateTimeOffset ChangeTime)
{
    /// <summary>Whether the text was taken away.</summary>
    public bool IsTakenAway => Article.Status is ArticleStatus.Withdrawn or ArticleStatus.Withheld or ArticleStatus.Expired;
}
