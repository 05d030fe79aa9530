namespace Syndication.Formats.Archives;

/// <summary>One file of an archive, or why it is not read.</summary>
/// <param name="Name">Its path in the archive, as it is written there, cut to 300 characters.</param>
public sealed record ArchiveEntry(string Name)
{
    /// <summary>What it holds; empty where it was refused.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Why it is not read; null where it is.</summary>
    public FormatRefusal? Refusal { get; init; }
}
