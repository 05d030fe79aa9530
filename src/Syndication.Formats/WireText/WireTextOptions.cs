using Syndication.Findings.Languages;

namespace Syndication.Formats.WireText;

/// <summary>What the text itself does not say.</summary>
public sealed record WireTextOptions
{
    /// <summary>The language of the text, a BCP 47 tag. Null: it is detected, see <see cref="LanguageDetector"/>.</summary>
    public string? Language { get; init; }

    /// <summary>
    /// How the bytes are encoded: <c>utf-8</c>, <c>utf-16le</c>, <c>utf-16be</c>, <c>windows-1252</c> or <c>iso-8859-1</c>, or
    /// another IANA name of one of these. Null: it is detected, see <see cref="WireTextReader"/>.
    /// </summary>
    public string? Charset { get; init; }
}
