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

    /// <summary>The word. Embargo and expiry are dates of their own.</summary>
    public static string Word(ArticleStatus status) => status switch
    {
        ArticleStatus.Withheld => "withheld",
        ArticleStatus.Withdrawn => "canceled",
        _ => "usable",
    };

    /// <summary>An embargo's end. One that cannot be understood must not be passed over.</summary>
    /// <exception cref="FormatRefusedException">It is no date.</exception>
    public static Timestamp? Embargo(string? text) => string.IsNullOrWhiteSpace(text)
        ? null
        : SourceTime.Parse(text) ?? throw NoEmbargo(text);

    /// <summary>The refusal of an embargo that cannot be understood.</summary>
    public static FormatRefusedException NoEmbargo(string text) => new(
        FormatRefusalReason.NotWellFormed, $"its embargo is not understood, so that it cannot be kept: {SourceText.Cut(SourceText.Line(text), 60)}");
}
