namespace Syndication.Formats.WireText;

/// <summary>What the text itself does not say.</summary>
public sealed record WireTextOptions
{
    /// <summary>The language of the text, a BCP 47 tag. Null: it is detected, see <see cref="LanguageDetector"/>.</summary>
    public string? Language { get; init; }
}
