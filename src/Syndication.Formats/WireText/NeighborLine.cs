using System.Collections.Frozen;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Lines that name the article before or after.</summary>
/// <remarks>
/// <para>Such a line is a keyword, then white space or a colon, then the headline; or an arrow and the headline. It has at most
/// 1,500 UTF-16 units, and does not end like a sentence, with a full stop behind a small letter.</para>
/// <para>The keywords are those of the list below, with or without accents. All in capitals, the keyword needs no colon, unless
/// two words or more after it are all in capitals too (NEXT WEEK PARIS VOTES). With only its first letter a capital, it needs one.
/// Otherwise it is part of a sentence. An arrow (<c>« ‹ ←</c>, <c>» › →</c>, <c>&lt;&lt;</c>, <c>&gt;&gt;</c>) may stand before the keyword or at the end of the line.</para>
/// <para>Without a keyword, a line is the one before when it begins with <c>←</c> or <c>‹</c>, and the one after when it ends
/// with <c>→</c> or <c>›</c>, if it has no other arrow; <c>«</c> and <c>»</c> are quotation marks then, and <c>→</c> at the beginning a bullet.</para>
/// <para>From the headline the name of the site is cut: what follows the last <c> – </c>, <c> — </c>, <c> - </c> or <c> | </c>, when it has at most 40
/// UTF-16 units and five words, begins with a capital or a digit, and leaves a headline.</para>
/// </remarks>
internal static class NeighborLine
{
    private const int MaxLength = 1_500;
    private const int MaxSiteLength = 40;
    private const int MaxSiteWords = 5;
    private const int MaxKeywordLength = 24;
    private const string Before = "«‹←";
    private const string After = "»›→";

    // Folded.
    private static readonly FrozenDictionary<string, LinkRelation>.AlternateLookup<ReadOnlySpan<char>> Keywords =
        new[]
        {
            "prev", "previous", "previous article", "previous post", "previous story",
            "precedent", "article precedent",
            "vorheriger", "vorherige", "vorheriges", "vorheriger artikel", "vorheriger beitrag",
            "anterior", "articulo anterior", "artigo anterior", "noticia anterior",
            "precedente", "articolo precedente", "notizia precedente",
            "vorige", "vorig", "vorig artikel", "vorige artikel",
        }.Select(word => (Word: word, Relation: LinkRelation.Previous)).Concat(new[]
        {
            "next", "next article", "next post", "next story",
            "suivant", "article suivant",
            "nachster", "nachste", "nachstes", "nachster artikel", "nachster beitrag",
            "siguiente", "articulo siguiente", "siguiente articulo",
            "successivo", "articolo successivo", "notizia successiva",
            "volgende", "volgend", "volgend artikel", "volgende artikel",
            "seguinte", "artigo seguinte", "proximo", "proximo artigo",
        }.Select(word => (Word: word, Relation: LinkRelation.Next)))
        .ToFrozenDictionary(entry => entry.Word, entry => entry.Relation, StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Is(ReadOnlySpan<char> line) => Parse(line, out _) != LinkRelation.Unspecified;

    public static Link ToLink(string line)
    {
        var relation = Parse(line, out var headline);

        // A headline is one line; the tabs stay in the raw text.
        return new Link { Relation = relation, Headline = CutSite(headline.ToString().Replace('\t', ' ')), RawText = line };
    }

    private static LinkRelation Parse(ReadOnlySpan<char> line, out ReadOnlySpan<char> headline)
    {
        headline = default;
        line = line.Trim();
        if (line.Length is < 3 or > MaxLength || (line[^1] == '.' && char.IsLower(line[^2])))
        {
            return LinkRelation.Unspecified;
        }

        var body = TrimArrows(line);
        var relation = ParseKeyword(body, out var end);
        if (relation != LinkRelation.Unspecified)
        {
            headline = body[end..].Trim();
            return headline.IsEmpty ? LinkRelation.Unspecified : relation;
        }

        relation = line switch
        {
            ['←' or '‹', ..] => LinkRelation.Previous,
            [.., '→' or '›'] => LinkRelation.Next,
            _ => LinkRelation.Unspecified,
        };
        if (relation == LinkRelation.Unspecified)
        {
            return relation;
        }

        headline = (relation == LinkRelation.Previous ? line[1..] : line[..^1]).Trim();
        return headline.IsEmpty || headline.ContainsAny("←→‹›") ? LinkRelation.Unspecified : relation;
    }

    private static ReadOnlySpan<char> TrimArrows(ReadOnlySpan<char> line)
    {
        var body = line.StartsWith("<<", StringComparison.Ordinal) || line.StartsWith(">>", StringComparison.Ordinal) ? line[2..].TrimStart()
            : Before.Contains(line[0], StringComparison.Ordinal) || After.Contains(line[0], StringComparison.Ordinal) ? line[1..].TrimStart()
            : line;

        // A closing guillemet may be that of a quotation in the headline.
        return body.EndsWith(">>", StringComparison.Ordinal) ? body[..^2].TrimEnd()
            : body is [.., '→'] || (body is [.., '»'] && !body.Contains('«')) || (body is [.., '›'] && !body.Contains('‹')) ? body[..^1].TrimEnd()
            : body;
    }

    private static LinkRelation ParseKeyword(ReadOnlySpan<char> line, out int end)
    {
        // The longest first: "Article suivant" before "Article", which is none.
        end = 0;
        var folded = new FoldedLine(line, stackalloc char[MaxKeywordLength], stackalloc int[MaxKeywordLength + 1]);
        for (var length = folded.Text.Length; length > 3; length--)
        {
            if (length < folded.Text.Length && !(folded.Text[length] == ':' || char.IsWhiteSpace(folded.Text[length])))
            {
                continue;
            }

            if (Keywords.TryGetValue(folded.Text[..length], out var relation))
            {
                var keyword = line[..folded.Place(length)];
                var rest = line[folded.Place(length)..].TrimStart();
                var hasColon = rest.StartsWith(':');
                end = line.Length - rest.Length + (hasColon ? 1 : 0);
                return char.IsUpper(line[0]) && (hasColon || (IsCapitals(keyword, minWords: 1) && !IsCapitals(rest, minWords: 2)))
                    ? relation
                    : LinkRelation.Unspecified;
            }
        }

        return LinkRelation.Unspecified;
    }

    private static bool IsCapitals(ReadOnlySpan<char> text, int minWords)
    {
        var words = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsLower(text[i]))
            {
                return false;
            }

            words += char.IsLetter(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1])) ? 1 : 0;
        }

        return words >= minWords;
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
