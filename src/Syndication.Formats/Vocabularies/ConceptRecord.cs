namespace Syndication.Formats.Vocabularies;

/// <summary>A concept as a file has it: named by its URI, or by a QCode where it has no URI.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Uri">Its URI.</param>
internal sealed record ConceptRecord(int Line, string Uri)
{
    /// <summary>Such as <c>medtop:20000587</c>; empty where the file has none.</summary>
    public string QCode { get; set; } = "";

    /// <summary>URIs or QCodes of the next broader ones.</summary>
    public List<string> Broader { get; } = [];

    /// <summary>URIs or QCodes of the next narrower ones.</summary>
    public List<string> Narrower { get; } = [];

    /// <summary>URI or QCode of the one in its place; empty where there is none.</summary>
    public string ReplacedBy { get; set; } = "";

    /// <summary>Whether it is not to be used any more.</summary>
    public bool Retired { get; set; }

    /// <summary>URIs of the same concept elsewhere.</summary>
    public List<string> ExactMatches { get; } = [];

    /// <summary>Names by language.</summary>
    public Dictionary<string, string> Labels { get; } = [];
}
