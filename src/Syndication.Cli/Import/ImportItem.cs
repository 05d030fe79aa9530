using Syndication.V1;

namespace Syndication.Cli.Import;

/// <summary>One article of an import as it was read, or why it was not.</summary>
/// <param name="Source">The file as it was named or found; <c>-</c> for standard input.</param>
/// <param name="Line">Where in it the article begins, from 1; null where the file is the article.</param>
internal sealed record ImportItem(string Source, int? Line)
{
    /// <summary>What is to be published; null when there is nothing to.</summary>
    public PublishArticleRequest? Request { get; init; }

    /// <summary>What is wrong with it, where it could not be read.</summary>
    public string? Problem { get; init; }

    /// <summary>Why it is left out, where it is no article and meant to be none.</summary>
    public string? Skipped { get; init; }

    /// <summary>How many bytes of all sources lie before its end.</summary>
    public long EndBytes { get; init; }

    /// <summary>The place for people: <c>wire.ndjson:12</c>.</summary>
    public string Place => Line is null ? Source : $"{Source}:{Line}";
}
