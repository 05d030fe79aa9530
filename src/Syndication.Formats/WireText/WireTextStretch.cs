using System.Text;

namespace Syndication.Formats.WireText;

/// <summary>A part of a wire text where it stands in the clean text.</summary>
/// <param name="Wraps">Inside the range and by ascending place: what stands for a space or, in a divided word, for nothing.</param>
internal readonly record struct WireTextStretch(WireTextPartKind Kind, Range Range, Range[] Wraps)
{
    public WireTextStretch(WireTextPartKind kind, Range range)
        : this(kind, range, [])
    {
    }

    /// <summary>The text of the part.</summary>
    /// <param name="places">Where in it the wraps are is added here.</param>
    public string Join(string text, List<int> places)
    {
        if (Wraps.Length == 0)
        {
            return text[Range];
        }

        var joined = new StringBuilder();
        var from = Range.Start.Value;
        foreach (var wrap in Wraps)
        {
            joined.Append(text, from, wrap.Start.Value - from);
            places.Add(joined.Length);
            joined.Append(WrappedLines.DividesWord(text, wrap.Start.Value, wrap.End.Value) ? "" : " ");
            from = wrap.End.Value;
        }

        return joined.Append(text, from, Range.End.Value - from).ToString();
    }
}
