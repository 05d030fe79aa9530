namespace Syndication.Formats;

/// <summary>A document to be read.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Name">The file's name or path, of which only the last part is kept; may be empty.</param>
public sealed record FormatSource(ReadOnlyMemory<byte> Bytes, string Name)
{
    /// <summary>The language of texts that name none: BCP 47. Null: it is recognised.</summary>
    public string? Language { get; init; }

    /// <summary>How a plain text is encoded. Null: it is recognised.</summary>
    public string? Charset { get; init; }

    public FormatLimits Limits { get; init; } = FormatLimits.Default;
}
