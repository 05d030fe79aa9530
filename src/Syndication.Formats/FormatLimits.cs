namespace Syndication.Formats;

/// <summary>How much a source may ask of its reader. What is more is refused, with <see cref="FormatRefusalReason"/>.</summary>
/// <remarks>
/// Reading costs time in proportion to the bytes, and memory of at most some forty times <see cref="MaxBytes"/>; so the defaults bound one
/// document to seconds and a few hundred megabytes, and an ordinary one needs a thousandth of that.
/// </remarks>
public sealed record FormatLimits
{
    /// <summary>The bounds where nothing else is said.</summary>
    public static FormatLimits Default { get; } = new();

    /// <summary>How long a document is at most, also an unpacked one: 16 MiB.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a line of a plain text is at most, in bytes: 1 MiB.</summary>
    public int MaxLineBytes { get; init; } = 1024 * 1024;

    /// <summary>How deep elements, objects and arrays are nested at most.</summary>
    public int MaxDepth { get; init; } = 128;

    /// <summary>How many elements, or values of JSON, a document has at most.</summary>
    public int MaxNodes { get; init; } = 500_000;

    /// <summary>How many elements a page, or a text in HTML, has at most: each costs far more than one of XML, most of all in HTML that has to be mended.</summary>
    public int MaxHtmlElements { get; init; } = 100_000;

    /// <summary>How many attributes an element has at most.</summary>
    public int MaxAttributes { get; init; } = 256;

    /// <summary>How many articles a document has at most.</summary>
    public int MaxArticles { get; init; } = 10_000;

    /// <summary>How many entries a zip archive has at most.</summary>
    public int MaxArchiveEntries { get; init; } = 100_000;

    /// <summary>How much the entries of a zip archive hold together: 4 GiB.</summary>
    public long MaxArchiveBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How many times as long as its packed bytes an entry of a zip archive is, once it is longer than 1 MiB.</summary>
    public int MaxArchiveRatio { get; init; } = 100;
}
