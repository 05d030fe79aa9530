using Syndication.V1;

namespace Syndication.Client;

/// <summary>What became of one article of an import.</summary>
/// <param name="Index">Which of the articles that were given: 0, 1, 2 …</param>
/// <param name="Published">The answer: without version where it was only checked; null when it was refused.</param>
/// <param name="Error">Why it was refused; null when it was not.</param>
public sealed record ImportedArticle(long Index, PublishArticleResponse? Published, SyndicationException? Error);
