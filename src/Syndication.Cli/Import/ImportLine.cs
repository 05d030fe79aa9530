using Syndication.Cli.Output;
using Syndication.Formats;

namespace Syndication.Cli.Import;

/// <summary>What became of one article of an import, in JSON.</summary>
/// <param name="File">As it was named or found; <c>-</c> for standard input.</param>
/// <param name="Outcome">
/// <c>imported</c>; <c>unchanged</c> (it is there already); <c>valid</c> (with <c>--dry-run</c>); <c>skipped</c> (an update that
/// carries no article, or an older edition of its source than the article's); <c>failed</c>.
/// </param>
internal sealed record ImportLine(string File, string Outcome)
{
    /// <summary>Where in the file, from 1, where it holds several.</summary>
    public int? Line { get; init; }

    /// <summary>Which item of the document, from 1, where it holds several and lines say nothing.</summary>
    public int? Item { get; init; }

    public string? ArticleId { get; init; }

    public int? Version { get; init; }

    public string? Language { get; init; }

    public int? Sections { get; init; }

    public int? Links { get; init; }

    public string? Headline { get; init; }

    public string? Reason { get; init; }

    /// <summary>What the article has no field for, or the document lacked; null where there is nothing to say.</summary>
    public IReadOnlyList<FormatNote>? Notes { get; init; }

    public ErrorBody? Error { get; init; }
}
