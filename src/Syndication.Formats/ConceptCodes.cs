using System.Buffers;
using Google.Protobuf.Collections;
using Syndication.V1;

namespace Syndication.Formats;

/// <summary>
/// Codes in vocabularies: as scheme and code (<c>medtop</c>, <c>20000587</c>), as a QCode (<c>medtop:20000587</c>), and as a URI
/// (<c>http://cv.iptc.org/newscodes/mediatopic/20000587</c>). Of IPTC's own vocabularies the aliases are known; other URIs are cut after the last
/// slash or hash; what no vocabulary's URI stands for is written as <c>urn:syndication:concept:SCHEME:CODE</c>.
/// </summary>
internal static class ConceptCodes
{
    private const string Own = "urn:syndication:concept:";

    // More than any story has, and few enough to be compared with each other.
    private const int MaxConcepts = 1_000;

    // https://cv.iptc.org/newscodes: alias and last part of the scheme's URI.
    private static readonly (string Alias, string Uri)[] Known =
    [
        .. new[]
        {
            ("medtop", "mediatopic"), ("subj", "subjectcode"), ("genre", "genre"), ("nprov", "newsprovider"), ("digsrctype", "digitalsourcetype"),
            ("ninat", "ninature"), ("stat", "pubstatusg2"), ("crol", "contentprodpartyrole"), ("rnd", "rendition"), ("sig", "signal"), ("drol", "descriptionrole"),
            ("hrol", "headlinerole"), ("cpnat", "cpnature"), ("isrol", "infosourcerole"), ("irel", "itemrelation"), ("prodgenre", "productgenre"), ("scene", "scene"),
        }.Select(pair => (pair.Item1, $"http://cv.iptc.org/newscodes/{pair.Item2}/")),
    ];

    private static readonly SearchValues<char> AliasCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static (string Scheme, string Code) OfUri(string uri)
    {
        if (uri.StartsWith(Own, StringComparison.Ordinal) && uri[Own.Length..].Split(':') is [var scheme, var code])
        {
            return (Uri.UnescapeDataString(scheme), Uri.UnescapeDataString(code));
        }

        foreach (var (alias, start) in Known)
        {
            if (uri.StartsWith(start, StringComparison.Ordinal) && uri.Length > start.Length)
            {
                return (alias, uri[start.Length..]);
            }
        }

        var cut = uri.LastIndexOfAny(['/', '#']) + 1;
        return cut > "https://".Length && cut < uri.Length ? (uri[..cut], uri[cut..]) : ("", uri);
    }

    public static string ToUri(string scheme, string code)
    {
        var start = Known.FirstOrDefault(known => known.Alias == scheme).Uri ?? scheme;
        var uri = start + code;
        return SourceAddress.IsUri(uri) && OfUri(uri) == (scheme, code)
            ? uri
            : $"{Own}{Uri.EscapeDataString(scheme)}:{Uri.EscapeDataString(code)}";
    }

    public static (string Scheme, string Code) OfQCode(string qcode)
    {
        var colon = qcode.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (qcode[..colon], qcode[(colon + 1)..]) : ("", qcode);
    }

    /// <summary>Scheme and code as a QCode.</summary>
    /// <returns>Null where the scheme is no alias, or the code has white space.</returns>
    public static string? ToQCode(string scheme, string code) =>
        scheme.Length > 0 && !scheme.AsSpan().ContainsAnyExcept(AliasCharacters) && code.Length > 0 && !code.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? $"{scheme}:{code}"
            : null;

    /// <summary>Adds a concept, unless one of the same scheme and code is there, or a thousand others.</summary>
    /// <returns>Whether the article holds it.</returns>
    public static bool Add(RepeatedField<Concept> concepts, Concept concept)
    {
        concept.Scheme = SourceText.Line(concept.Scheme);
        concept.Code = SourceText.Line(concept.Code);
        concept.Name = SourceText.Line(concept.Name);
        if (concepts.Count >= MaxConcepts || (concept.Code.Length == 0 ? concept.Name.Length == 0 : concepts.Any(other => other.Code == concept.Code && other.Scheme == concept.Scheme)))
        {
            return false;
        }

        if (concept.Code.Length == 0)
        {
            concept.Scheme = "";
        }

        concepts.Add(concept);
        return true;
    }
}
