namespace Syndication.Findings.Texts;

/// <summary>A place in one of an article's texts.</summary>
internal readonly record struct Place(int Part, int Start, int End)
{
    public ReadOnlySpan<char> TextIn(ArticleScan scan) => scan.Parts[Part].Text.AsSpan(Start, End - Start);
}

/// <summary>A name and the two spellings that it was seen in; where there is a choice, a place that nobody says.</summary>
internal struct NameEntry
{
    public ulong Hash;
    public Place First;
    public int Count;
    public Place Other;
    public int OtherCount;

    /// <summary>Whether a text is this name in its first spelling, or in another; null where it is another name, or the same in capitals.</summary>
    public readonly bool? Counts(ArticleScan scan, ReadOnlySpan<char> text)
    {
        var first = First.TextIn(scan);
        return first.SequenceEqual(text) ? true
            : FoldedName.Equals(first, text) ? FoldedName.IsOnlyCapitals(first, text)
            : null;
    }

    /// <summary>Notes one more occurrence.</summary>
    public void Note(bool isFirstSpelling, Place place, ArticleScan scan)
    {
        if (isFirstSpelling)
        {
            Count++;
            First = Better(scan, First, place);
        }
        else if (OtherCount == 0)
        {
            (Other, OtherCount) = (place, 1);
        }
        else if (Other.TextIn(scan).SequenceEqual(place.TextIn(scan)))
        {
            OtherCount++;
            Other = Better(scan, Other, place);
        }
    }

    private static Place Better(ArticleScan scan, Place one, Place other) =>
        scan.Parts[one.Part] is var part && scan.IsSpoken(part, one.Start, one.End) && one.TextIn(scan).SequenceEqual(other.TextIn(scan)) ? other : one;
}
