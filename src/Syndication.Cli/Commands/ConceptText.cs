namespace Syndication.Cli.Commands;

/// <summary>Concepts as they are written on the command line.</summary>
internal static class ConceptText
{
    /// <summary>
    /// <c>medtop:20000587</c> is scheme and code, <c>:20000587</c> a code of any scheme, text without colon a name. The last
    /// colon counts: a scheme may be a URI.
    /// </summary>
    public static (string Scheme, string Code, string Name) Parse(string text) => text.LastIndexOf(':') switch
    {
        < 0 => ("", "", text),
        var colon => (text[..colon], text[(colon + 1)..], ""),
    };
}
