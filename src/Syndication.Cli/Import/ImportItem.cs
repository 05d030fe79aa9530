using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Import;

/// <summary>One article of an import as it was read, or why it was not.</summary>
/// <param name="Source">The file as it was named or found; <c>-</c> for standard input; in an archive <c>archive.zip!/file</c>.</param>
/// <param name="Line">Where in it the article begins, from 1; null where the file is the article, or its lines say nothing.</param>
internal sealed record ImportItem(string Source, int? Line)
{
    /// <summary>What is to be published; null when there is nothing to.</summary>
    public PublishArticleRequest? Request { get; init; }

    /// <summary>What is wrong with it, where it could not be read.</summary>
    public string? Problem { get; init; }

    /// <summary>What kind of problem it is, for programs, such as <c>UNSUPPORTED_ITEM</c>; null where it has no name.</summary>
    public string? Reason { get; init; }

    /// <summary>What was kept aside, and what was not understood.</summary>
    public IReadOnlyList<FormatNote> Notes { get; init; } = [];

    /// <summary>Why it is left out, where it is no article and meant to be none.</summary>
    public string? Skipped { get; init; }

    /// <summary>How many bytes of all sources lie before its end.</summary>
    public long EndBytes { get; init; }

    /// <summary>Which item of the document it is, from 1; null where it is the only one, or its line says it.</summary>
    public int? Number { get; init; }

    /// <summary>The place for people: <c>wire.ndjson:12</c>, <c>feed.rss#3</c>.</summary>
    public string Place => Line is not null ? $"{Source}:{Line}" : Number is not null ? $"{Source}#{Number}" : Source;
}
