using Syndication.V1;

namespace Syndication.Formats;

/// <summary>One item of a document: its article, or why there is none.</summary>
/// <param name="Number">Its place in the document, from 1.</param>
public sealed record FormatItem(int Number)
{
    /// <summary>The article; null where it was refused. Fields that the server sets say what the source says.</summary>
    public Article? Article { get; init; }

    /// <summary>Why there is no article; null where there is one.</summary>
    public FormatRefusal? Refusal { get; init; }

    /// <summary>What was kept aside, and what was not understood.</summary>
    public IReadOnlyList<FormatNote> Notes { get; init; } = [];

    /// <summary>The line where it begins, from 1; null where that is not known or says nothing.</summary>
    public int? Line { get; init; }
}
