using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>One article of a file, or why there is none.</summary>
/// <remarks>
/// The items of a file are all of it: each begins where the one before ends, and has the separators and blank lines that
/// follow it. <see cref="WireTextWriter.WriteBytes"/> gives the bytes of an item's article again.
/// </remarks>
/// <param name="Number">Its place in the file, from 1.</param>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Line">Its first line in the file, from 1.</param>
/// <param name="Article">The article; null where there is an error. Its source document is the item: these bytes, not the file's.</param>
/// <param name="Error">Why the bytes are no article; null where there is one.</param>
public sealed record WireTextItem(int Number, int Offset, int Length, int Line, Article? Article, WireTextException? Error);
