namespace Syndication.Formats;

/// <summary>What a document was read as.</summary>
/// <param name="Format">The format.</param>
/// <param name="Items">Its items in order; at least one. A document that was refused as a whole is one item with the refusal.</param>
public sealed record FormatReading(IArticleFormat Format, IReadOnlyList<FormatItem> Items);
