using System.Globalization;
using Syndication.V1;

namespace Syndication.Formats;

/// <summary>The number that a source gives an edition.</summary>
internal static class SourceVersion
{
    /// <summary>Sets it: in the source document, and as the article's version where it is not larger than that can be.</summary>
    public static void Set(Article article, string? text, SourceNotes notes)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (!long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            notes.LeftOut("version", $"not a number that can be compared: {SourceText.Cut(SourceText.Line(text), 40)}");
            return;
        }

        article.SourceDocument.Version = number;
        article.Version = number <= int.MaxValue ? (int)number : 0;
    }
}
