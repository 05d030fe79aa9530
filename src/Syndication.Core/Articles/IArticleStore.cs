using Syndication.Log;

namespace Syndication.Articles;

/// <summary>
/// The archive in a database. Answers what the caller may see: without access to held articles the versions that are
/// public, as if the others did not exist. Any member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IArticleStore
{
    /// <summary>One version of an article.</summary>
    /// <param name="articleId">The article.</param>
    /// <param name="version">The version; 0 means the latest that may be seen.</param>
    /// <param name="held">Whether the caller may see held articles.</param>
    /// <returns>Null when the article or the version does not exist for the caller.</returns>
    Task<StoredArticle?> ReadAsync(string articleId, int version, bool held, CancellationToken cancellationToken);

    /// <summary>The latest versions of several articles, in any order; those that do not exist for the caller are missing.</summary>
    Task<IReadOnlyList<StoredArticle>> ReadManyAsync(IReadOnlyCollection<string> articleIds, bool held, CancellationToken cancellationToken);

    /// <summary>The latest versions of several articles by key, in any order; those that do not exist for the caller are missing.</summary>
    /// <param name="body">Whether to read the bodies.</param>
    Task<IReadOnlyList<StoredArticle>> ReadByKeysAsync(
        IReadOnlyCollection<long> articleKeys, bool held, bool body, CancellationToken cancellationToken);

    /// <summary>The articles that a stream holds, newest change first, each in its latest version.</summary>
    /// <param name="before">Exclusive; <see cref="long.MaxValue"/> starts with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<StoredArticle>> ListAsync(long streamKey, bool held, long before, int maxCount, CancellationToken cancellationToken);

    /// <summary>The articles that a stream holds, oldest change first, each in its latest version.</summary>
    /// <param name="after">Exclusive.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<StoredArticle>> ListForwardAsync(long streamKey, bool held, long after, int maxCount, CancellationToken cancellationToken);

    /// <summary>The number of the entry by which a stream holds an article.</summary>
    /// <returns>Null when it does not hold it.</returns>
    Task<long?> FindInStreamAsync(long streamKey, bool held, long articleKey, CancellationToken cancellationToken);

    /// <summary>The versions of an article, newest first, their bodies left empty.</summary>
    /// <param name="before">Exclusive; <see cref="int.MaxValue"/> starts with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<StoredArticle>> ListVersionsAsync(string articleId, bool held, int before, int maxCount, CancellationToken cancellationToken);
}

/// <summary>A version of an article, with where the article stands.</summary>
/// <param name="Record">The article.</param>
/// <param name="Content">The version.</param>
/// <param name="Number">The number of the entry by which the list has it; the article's last where there is no list.</param>
public sealed record StoredArticle(ArticleRecord Record, EncodedArticle Content, long Number);
