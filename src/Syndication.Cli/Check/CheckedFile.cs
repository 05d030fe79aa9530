using System.Text;
using Syndication.V1;

namespace Syndication.Cli.Check;

/// <summary>A file as text, and the articles in it.</summary>
/// <param name="Path">As it was named or found.</param>
/// <param name="Text">All of it, decoded: encoding it gives the file's bytes again.</param>
/// <param name="Encoding">How it is encoded; throws on what it cannot hold.</param>
/// <param name="Articles">In the order of the file.</param>
/// <param name="Problems">What in it is no article, by the place where it begins.</param>
internal sealed record CheckedFile(
    string Path, string Text, Encoding Encoding, IReadOnlyList<CheckedArticle> Articles, IReadOnlyList<(int Offset, string Message)> Problems)
{
    /// <summary>Whether it can be mended where it stands: texts and the contract's JSON.</summary>
    public bool IsMendable { get; init; } = true;
}

/// <summary>An article of a file.</summary>
/// <param name="Article">The article.</param>
/// <param name="Offset">Where it begins in the file's text.</param>
/// <param name="Places">
/// Where its fields stand, by their path: for each UTF-16 unit of a text its place in the file's text, and last the place after it; of a number
/// the first and the last of these. A field that does not stand there as it is has none.
/// </param>
/// <param name="IsJson">Whether what is put into a text has to be escaped.</param>
internal sealed record CheckedArticle(Article Article, int Offset, IReadOnlyDictionary<string, int[]> Places, bool IsJson)
{
    private bool? _hasPairs;

    /// <summary>What is found in it, all of it.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Where a place in a field stands in the file's text; the article's beginning for a field that has no place.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="field">The field's path.</param>
    /// <param name="point">The place in it, in code points.</param>
    public int OffsetOf(string text, string field, int point)
    {
        if (!Places.TryGetValue(field, out var places))
        {
            return Offset;
        }

        _hasPairs ??= text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || (IsJson && text.Contains("\\ud", StringComparison.OrdinalIgnoreCase));
        if (_hasPairs == false)
        {
            return places[Math.Min(point, places.Length - 1)];
        }

        // The second half of a pair is no code point. In JSON either half may be escaped.
        var unit = 0;
        for (; point > 0 && unit < places.Length - 1; point--)
        {
            unit += unit + 2 < places.Length && IsHigh(text, places[unit]) ? 2 : 1;
        }

        return places[unit];
    }

    private static bool IsHigh(string text, int at) => char.IsHighSurrogate(text[at])
        || (text[at] == '\\' && text[at + 1] == 'u' && text[at + 2] is 'd' or 'D' && text[at + 3] is '8' or '9' or 'a' or 'A' or 'b' or 'B');
}
