
using Syndication.V1;

namespace Syndication.Search;

/// <summary>
/// The full-text index. Derived from the log and rebuilt from it where it is missing, so it is written behind the commits,
/// in bulk, and never holds up a publish. The texts of held articles are in an index of their own: in a shared one they
/// would change the ranks of what everybody sees.
/// </summary>
public interface ITextIndex
{
    /// <summary>Up to where the log has been indexed.</summary>
    Task<IndexPosition> ReadPositionAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the texts of some articles and moves the position, if it still is where the caller read it.</summary>
    /// <returns>False when another writer was first: read the position again.</returns>
    Task<bool> WriteAsync(
        IReadOnlyList<IndexedArticle> articles, IndexPosition expected, IndexPosition after, CancellationToken cancellationToken);

    /// <summary>Empties the index: the log is not the one that it was made from.</summary>
    Task ClearAsync(Guid epochId, CancellationToken cancellationToken);

    /// <summary>Whether texts can be searched here: some databases lack the part that does it. The other members work all the same.</summary>
    ValueTask<bool> CanSearchAsync(CancellationToken cancellationToken);

    /// <summary>Finds articles, best first. Only where <see cref="CanSearchAsync"/> says so.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="held">Also in the texts of held articles, which then count before the public ones of the same articles.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<TextHit>> SearchAsync(SearchNode query, bool held, int maxCount, CancellationToken cancellationToken);

    /// <summary>The articles whose headline matches, all by the first of the ways that finds any: equal, cut at the end, cut at the beginning.</summary>
    Task<IReadOnlyList<long>> FindHeadlinesAsync(HeadlineKey headline, CancellationToken cancellationToken);

    /// <summary>The articles with a link of that relation whose headline matches, in the same ways.</summary>
    Task<IReadOnlyList<long>> FindLinksAsync(HeadlineKey headline, LinkRelation relation, CancellationToken cancellationToken);

    /// <summary>Marks where a query matches some texts.</summary>
    /// <returns>For each text its snippets, at most one for each field.</returns>
    Task<IReadOnlyList<IReadOnlyList<TextSnippet>>> MarkAsync(
        SearchNode query, IReadOnlyList<ArticleText> texts, CancellationToken cancellationToken);
}

/// <summary>Up to where the log has been indexed.</summary>
/// <param name="EpochId">The log's incarnation.</param>
/// <param name="Number">The last entry that was taken in.</param>
public readonly record struct IndexPosition(Guid EpochId, long Number);

/// <summary>The texts of one article.</summary>
/// <param name="ArticleKey">The article.</param>
/// <param name="IsNew">Whether the index cannot have it yet: nothing is to be deleted first.</param>
/// <param name="Public">What everybody may find; null when nothing.</param>
/// <param name="Held">What only those find who may see held articles; null when it is the same.</param>
/// <param name="Headline">The public headline, by which links name the article; null when there is none.</param>
/// <param name="Links">The headlines by which the public version names the articles before and after it.</param>
public sealed record IndexedArticle(
    long ArticleKey,
    bool IsNew,
    ArticleText? Public,
    ArticleText? Held,
    HeadlineKey? Headline,
    IReadOnlyList<(LinkRelation Relation, HeadlineKey Headline)> Links);

/// <summary>An article that was found.</summary>
/// <param name="ArticleKey">The article.</param>
/// <param name="Score">How well it matches: larger is better.</param>
/// <param name="Held">Whether it is to be answered to readers with access under embargo as they see it.</param>
public readonly record struct TextHit(long ArticleKey, double Score, bool Held = false);

/// <summary>A piece of a text with the matching words marked.</summary>
/// <param name="Field">The field that it is from.</param>
/// <param name="Text">The piece.</param>
/// <param name="Marks">Start and end of each match, in code points.</param>
public sealed record TextSnippet(SearchField Field, string Text, IReadOnlyList<(int Start, int End)> Marks);
