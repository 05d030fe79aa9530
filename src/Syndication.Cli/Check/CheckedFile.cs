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
    string Path, string Text, Encoding Encoding, IReadOnlyList<CheckedArticle> Articles, IReadOnlyList<(int Offset, string Message)> Problems);

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
    /// <summary>What is found in it, all of it.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
