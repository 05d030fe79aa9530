using Syndication.V1;

namespace Syndication.Cli.Check;

/// <summary>Finds where the texts of an article stand in the wire text that it was read from.</summary>
/// <remarks>
/// The reader joins wrapped lines and leaves control characters out: white space of any kind and length in the source stands for
/// one space or line end of the text, and a control character for nothing. Texts are looked for one behind the other, and
/// then from the beginning, for byline and rights may stand elsewhere.
/// </remarks>
internal static class TextPlaces
{
    public static Dictionary<string, int[]> Find(Article article, string source, int start, int end)
    {
        var places = new Dictionary<string, int[]>();
        var from = start;
        foreach (var (field, text) in TextsOf(article))
        {
            if (Find(text, source, from, end) is { } found || (from > start && Find(text, source, start, end) is { } and var again && (found = again) is not null))
            {
                places.Add(field, found);
                from = Math.Max(from, found[^1]);
            }
        }

        return places;
    }

    // What the reader of wire text makes of one.
    private static IEnumerable<(string Field, string Text)> TextsOf(Article article)
    {
        yield return ("headline", article.Headline);
        for (var i = 0; i < article.Body.Count; i++)
        {
            var block = article.Body[i];
            if (block.Heading is { } heading)
            {
                yield return ($"body[{i}].heading.content.text", heading.Content.Text);
            }
            else if (block.Paragraph is { } paragraph)
            {
                yield return ($"body[{i}].paragraph.content.text", paragraph.Content.Text);
            }
        }

        if (article.Rights is { CopyrightNotice.Length: > 0 } rights)
        {
            yield return ("rights.copyright_notice", rights.CopyrightNotice);
        }
    }

    private static int[]? Find(string text, string source, int from, int end)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var places = new int[text.Length + 1];
        for (var at = from; at < end && source.AsSpan(at, end - at).IndexOf(text[0]) is >= 0 and var next; at++)
        {
            at += next;
            if (Align(text, source, at, end, places))
            {
                return places;
            }
        }

        return null;
    }

    private static bool Align(string text, string source, int at, int end, int[] places)
    {
        for (var i = 0; i < text.Length; i++)
        {
            while (at < end && source[at] != text[i] && char.IsControl(source[at]) && !char.IsWhiteSpace(source[at]))
            {
                at++;
            }

            if (at == end)
            {
                return false;
            }

            places[i] = at;
            if (source[at] == text[i] && !IsBreak(source[at]))
            {
                at++;
            }
            else if (text[i] is ' ' or '\n' && char.IsWhiteSpace(source[at]))
            {
                at++;
                while (at < end && char.IsWhiteSpace(source[at]) && (i + 1 == text.Length || !char.IsWhiteSpace(text[i + 1])))
                {
                    at++;
                }
            }
            else
            {
                return false;
            }
        }

        places[^1] = at;
        return true;
    }

    private static bool IsBreak(char c) => c is '\n' or '\r';
}
