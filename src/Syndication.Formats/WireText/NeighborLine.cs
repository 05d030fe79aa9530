using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Lines that name the article before or after.</summary>
/// <remarks>
/// Such a line begins with PREV or NEXT in capitals, then white space or a colon, then the headline. From the headline the
/// name of the site is cut: what follows the last <c> – </c>, <c> — </c>, <c> - </c> or <c> | </c>, when it has at most 40
/// UTF-16 units and five words, begins with a capital or a digit, and leaves a headline.
/// </remarks>
internal static class NeighborLine
{
    private const int MaxSiteLength = 40;
    private const int MaxSiteWords = 5;

    public static bool Is(ReadOnlySpan<char> line) => Parse(line).Relation != LinkRelation.Unspecified;

    public static Link ToLink(string line)
    {
        var (relation, headline) = Parse(line);

        // A headline is one line; the tabs stay in the raw text.
        return new Link { Relation = relation, Headline = CutSite(headline.Replace('\t', ' ')), RawText = line };
    }

    private static (LinkRelation Relation, string Headline) Parse(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        var relation = line switch
        {
            ['P', 'R', 'E', 'V', ..] => LinkRelation.Previous,
            ['N', 'E', 'X', 'T', ..] => LinkRelation.Next,
            _ => LinkRelation.Unspecified,
        };

        if (relation == LinkRelation.Unspecified || line.Length < 6 || !(line[4] == ':' || char.IsWhiteSpace(line[4])))
        {
            return default;
        }

        var headline = line[5..].TrimStart();
        return headline.IsEmpty ? default : (relation, headline.ToString());
    }

    private static string CutSite(string headline)
    {
        for (var i = headline.Length - 2; i > 0; i--)
        {
            if (headline[i] is '–' or '—' or '-' or '|' && char.IsWhiteSpace(headline[i - 1]) && char.IsWhiteSpace(headline[i + 1]))
            {
                var site = headline.AsSpan(i + 1).Trim();
                var rest = headline[..i].TrimEnd();
                return IsSite(site) && rest.Length > 0 ? rest : headline;
            }
        }

        return headline;
    }

    private static bool IsSite(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxSiteLength || !(char.IsUpper(text[0]) || char.IsDigit(text[0])))
        {
            return false;
        }

        var words = 1;
        for (var i = 1; i < text.Length; i++)
        {
            words += char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]) ? 1 : 0;
        }

        return words <= MaxSiteWords;
    }
}
