namespace Syndication.Formats;

/// <summary>An article in a format.</summary>
/// <param name="Bytes">The document.</param>
/// <param name="Losses">
/// What the document does not hold: paths of the article's fields, such as <c>byline.contributors</c> or <c>body[2].embed</c>. Found by reading
/// the document again, so it holds whatever is not named. Fields that the server sets are not looked at, nor is <c>source_document</c>.
/// </param>
public sealed record FormatWriting(byte[] Bytes, IReadOnlyList<string> Losses);
