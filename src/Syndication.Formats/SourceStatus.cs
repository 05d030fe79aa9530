using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Formats;

/// <summary>Whether a foreign document may be used: what IPTC's publication status and embargo say.</summary>
internal static class SourceStatus
{
    /// <summary>The status of a word of IPTC's <c>pubstatusg2</c>. A word that is not known holds the article: better late than leaked.</summary>
    public static ArticleStatus Read(string? word, SourceNotes notes)
    {
        switch (word?.Trim().ToLowerInvariant())
        {
            case null or "" or "usable":
                return ArticleStatus.Usable;
            case "withheld":
                return ArticleStatus.Withheld;
            case "canceled" or "cancelled":
                return ArticleStatus.Withdrawn;
            default:
                notes.LeftOut("pubStatus", $"not a status that is known, read as withheld: {SourceText.Cut(SourceText.Line(word), 40)}");
                return ArticleStatus.Withheld;
        }
    }

    /// <summary>The word. An embargo is a date of its own; what has expired must not be used either, and the formats have no word for that.</summary>
    public static string Word(ArticleStatus status) => status switch
    {
        ArticleStatus.Withheld or ArticleStatus.Expired => "withheld",
        ArticleStatus.Withdrawn => "canceled",
        _ => "usable",
    };

    /// <summary>The number of the edition that a document is. A kill is one more: who has the version that was killed must not pass it over.</summary>
    public static int Edition(Article article) => article.Status == ArticleStatus.Withdrawn ? article.Version + 1 : article.Version;

    /// <summary>When that edition was made; null where the article does not say.</summary>
    public static Timestamp? EditionTime(Article article) => article.Advisory?.Time ?? article.VersionTime;

    /// <summary>What the receiving desk is to know: why the article must not be used, and the sending desk's note.</summary>
    public static string DeskNote(Article article) => article.Advisory is { Text.Length: > 0 } advisory
        ? string.Join('\n', new[] { advisory.Text, article.EditorialNote }.Where(text => text.Length > 0))
        : article.EditorialNote;

    /// <summary>An embargo's end. One that cannot be understood must not be passed over.</summary>
    /// <exception cref="FormatRefusedException">It is no date.</exception>
    public static Timestamp? Embargo(string? text) => string.IsNullOrWhiteSpace(text)
        ? null
        : SourceTime.Parse(text) ?? throw NoEmbargo(text);

    /// <summary>The refusal of an embargo that cannot be understood.</summary>
    public static FormatRefusedException NoEmbargo(string text) => new(
        FormatRefusalReason.NotWellFormed, $"its embargo is not understood, so that it cannot be kept: {SourceText.Cut(SourceText.Line(text), 60)}");
}
