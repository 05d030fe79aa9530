namespace Syndication.Formats.WireText;

/// <summary>Short lines that head what follows them.</summary>
/// <remarks>
/// <para>A line can be a heading when it has at most 100 UTF-16 units and a letter, begins with no bullet or dash and no small
/// letter (but <c>iPhone</c>), does not end with terminal punctuation (<c>. ! ? … : ; ,</c> and their like in other scripts,
/// also before closing quotes and brackets), is no rights line, and no quotation: what begins with an opening quotation mark is a title
/// only when the mark is closed at the end and there are at most eight words between.</para>
/// <para>A question can be one too when it is otherwise such a line, ends with one question mark, and stands between two
/// paragraphs, of which the one after has at least 80 units and twice the question's: short lines in turn are a dialogue.</para>
/// </remarks>
internal static class HeadingLine
{
    private const int MaxLength = 100;
    private const int MaxQuotedWords = 8;
    private const int MinAnswerLength = 80;
    private const string Terminal = ".!?…:;,。！？؟۔।။";

    public static bool Is(ReadOnlySpan<char> text) =>
        CanHead(text) && text.TrimEnd("\"'”’»›)]」』").TrimEnd() is { IsEmpty: false } end && !Terminal.Contains(end[^1], StringComparison.Ordinal);

    /// <summary>Whether a line is a question that heads the paragraph after it, if there is a paragraph before it.</summary>
    public static bool IsQuestion(ReadOnlySpan<char> text, ReadOnlySpan<char> after) =>
        CanHead(text)
        && text[^1] == '?'
        && !text[..^1].ContainsAny("?!.…")
        && after.Length >= Math.Max(MinAnswerLength, 2 * text.Length);

    private static bool CanHead(ReadOnlySpan<char> text) =>
        text.Length <= MaxLength
        && !text.Contains('\n')
        && text[0] is not ('-' or '–' or '—' or '•' or '*' or '·' or '→')
        && !(char.IsLower(text[0]) && !(text.Length > 1 && char.IsUpper(text[1])))
        && HasLetter(text)
        && !IsQuotation(text)

        // An earlier notice than the one that counts.
        && !RightsLine.Is(text);

    private static bool IsQuotation(ReadOnlySpan<char> text)
    {
        var close = text[0] switch
        {
            '«' => "»",
            '“' => "”",
            '„' => "“”",
            '‘' => "’",
            '"' => "\"",
            '‹' => "›",
            '「' => "」",
            '『' => "』",
            _ => "",
        };
        if (close.Length == 0)
        {
            return false;
        }

        var words = 0;
        for (var i = 1; i < text.Length; i++)
        {
            words += char.IsLetter(text[i]) && !char.IsLetter(text[i - 1]) ? 1 : 0;
        }

        return words > MaxQuotedWords || text[1..].IndexOfAny(close) != text.Length - 2;
    }

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }
}
