namespace Syndication.Formats;

/// <summary>Something of a source that the article has no field for, or something the source lacked.</summary>
/// <param name="Path">Where in the source, such as <c>associations[0].geojson</c> or <c>contentMeta/keyword</c>.</param>
/// <param name="Text">What became of it.</param>
/// <param name="Kept">Whether it is kept, in the article's extensions, and written again in the same format.</param>
public sealed record FormatNote(string Path, string Text, bool Kept);
