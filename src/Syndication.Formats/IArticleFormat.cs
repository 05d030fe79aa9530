using Syndication.V1;

namespace Syndication.Formats;

/// <summary>
/// A format that articles come in and go out in. Call it through <see cref="ArticleFormats"/>, which turns faults of a document into refusals
/// and finds what a writing lost.
/// </summary>
public interface IArticleFormat
{
    /// <summary>The name on the command line, such as <c>ninjs</c>.</summary>
    string Name { get; }

    /// <summary>What it is, for people.</summary>
    string Description { get; }

    /// <summary>What it is written as: an IANA media type, or the usual one where none is registered.</summary>
    string MediaType { get; }

    /// <summary>How the names of its files end when they are written, such as <c>.ninjs.json</c>.</summary>
    string Extension { get; }

    /// <summary>Whether a document may hold several articles.</summary>
    bool HoldsMany { get; }

    /// <summary>Whether a document says that its article must not be used now: embargo, hold, kill. Where it does not, such an article must not be written.</summary>
    bool HoldsStatus { get; }

    /// <summary>How sure it is that a document is its own: 0 (not at all) to 100.</summary>
    int Recognize(FormatHead head);

    /// <summary>Reads all items of a document.</summary>
    IReadOnlyList<FormatItem> Read(FormatSource source);

    /// <summary>Writes a document, in UTF-8.</summary>
    /// <param name="articles">At least one; one where <see cref="HoldsMany"/> is false.</param>
    byte[] Write(IReadOnlyList<Article> articles);
}
