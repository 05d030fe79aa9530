namespace Syndication.Findings.Texts;

/// <summary>A replacement in a text, in UTF-16 units.</summary>
internal readonly record struct Edit(int Start, int End, string Text);
