namespace Syndication.Findings.Texts;

/// <summary>Something between quotation marks.</summary>
/// <param name="Open">The opening mark's place in its text; -1 where only a closing mark is there.</param>
/// <param name="Close">The closing mark's place; -1 where only an opening mark is there.</param>
/// <param name="Style">Of the mark that is there.</param>
/// <param name="Depth">0 for a quotation in no other.</param>
/// <param name="Outermost">The last quotation of depth 0 that began here or before, among those of the article; -1 where there is none.</param>
internal readonly record struct Quotation(int Open, int Close, QuoteStyle Style, int Depth, int Outermost)
{
    /// <summary>The place of its first mark.</summary>
    public int First => Open < 0 ? Close : Open;

    /// <summary>Whether one of its marks is missing.</summary>
    public bool IsBroken => Open < 0 || Close < 0;

    /// <summary>
    /// Where the words between the marks are, without the white space beside the marks. Of a quotation that is not closed, all
    /// that follows; of one that is not opened, nothing.
    /// </summary>
    public (int Start, int End) Words(string text)
    {
        if (Open < 0)
        {
            return (Close, Close);
        }

        var (start, end) = (Open + 1, Close < 0 ? text.Length : Close);
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return (start, end);
    }
}

/// <summary>A pair of quotation marks.</summary>
internal enum QuoteStyle : byte
{
    /// <summary><c>« »</c></summary>
    Guillemets,

    /// <summary><c>» «</c></summary>
    InwardGuillemets,

    /// <summary><c>“ ”</c></summary>
    Curly,

    /// <summary><c>„ “</c></summary>
    LowHigh,

    /// <summary><c>" "</c></summary>
    Straight,

    /// <summary><c>‘ ’</c></summary>
    SingleCurly,
}
