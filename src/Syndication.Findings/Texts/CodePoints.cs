namespace Syndication.Findings.Texts;

/// <summary>Turns places in UTF-16 units into places in code points, walking from the place that was asked for before.</summary>
internal struct CodePoints
{
    private string? _text;
    private int _firstSurrogate;
    private int _unit;
    private int _point;

    /// <summary>Takes the text that the next places are in.</summary>
    public void Use(string text)
    {
        if (!ReferenceEquals(text, _text))
        {
            _text = text;
            _firstSurrogate = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var first ? first : int.MaxValue;
            (_unit, _point) = (0, 0);
        }
    }

    /// <summary>The number of code points before a place. A surrogate without its partner counts as one.</summary>
    public int At(int unit)
    {
        if (unit <= _firstSurrogate)
        {
            return unit;
        }

        while (_unit > unit)
        {
            _unit -= _unit > 1 && IsPair(_text!, _unit - 2) ? 2 : 1;
            _point--;
        }

        while (_unit < unit)
        {
            _unit += IsPair(_text!, _unit) ? 2 : 1;
            _point++;
        }

        return _point;
    }

    private static bool IsPair(string text, int unit) =>
        char.IsHighSurrogate(text[unit]) && unit + 1 < text.Length && char.IsLowSurrogate(text[unit + 1]);
}
