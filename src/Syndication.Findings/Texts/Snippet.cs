namespace Syndication.Findings.Texts;

/// <summary>A piece of text on one line, to be shown beside a finding.</summary>
internal static class Snippet
{
    private const int Around = 30;
    private const int MaxSpan = 80;

    private const int MaxMessage = 300;

    /// <summary>A message that quotes what may be long.</summary>
    public static string Shorten(string message) => message.Length <= MaxMessage
        ? message
        : string.Concat(message.AsSpan(0, MaxMessage - (char.IsHighSurrogate(message[MaxMessage - 1]) ? 1 : 0)), "…");

    /// <summary>The text of a span and some words around it; what is left out on a side is marked by <c>…</c>.</summary>
    /// <returns>At most 160 code points.</returns>
    public static string Of(string text, int start, int end)
    {
        var from = Math.Max(0, start - Around);
        while (from > 0 && from < start && !char.IsWhiteSpace(text[from - 1]))
        {
            from++;
        }

        var to = Math.Min(text.Length, Math.Min(end, start + MaxSpan) + Around);
        while (to < text.Length && to > end && !char.IsWhiteSpace(text[to]))
        {
            to--;
        }

        // Not through the middle of a character.
        from += from > 0 && from < text.Length && char.IsLowSurrogate(text[from]) ? 1 : 0;
        to -= to < text.Length && to > 0 && char.IsLowSurrogate(text[to]) ? 1 : 0;
        return string.Create(
            Math.Max(0, to - from) + (from > 0 ? 1 : 0) + (to < text.Length ? 1 : 0),
            (text, from, to),
            static (line, piece) =>
            {
                var (source, first, last) = piece;
                if (first > 0)
                {
                    line[0] = '…';
                    line = line[1..];
                }

                for (var i = first; i < last; i++)
                {
                    line[i - first] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? ' ' : source[i];
                }

                if (last < source.Length)
                {
                    line[^1] = '…';
                }
            });
    }
}
