namespace Syndication.Findings.Fixes;

/// <summary>Finds places in code points, asked for in ascending order, in one walk over the text.</summary>
internal struct CodePointCursor(string text)
{
    private int _unit;
    private int _point;

    /// <summary>The place in UTF-16 units; the text's length for one beyond it.</summary>
    public int UnitOf(int point)
    {
        while (_point < point && _unit < text.Length)
        {
            _unit += Width(text, _unit);
            _point++;
        }

        return _unit;
    }

    /// <summary>How many code points a text has. A surrogate without its partner counts as one.</summary>
    public static int Count(string text)
    {
        var count = 0;
        for (var unit = 0; unit < text.Length; unit += Width(text, unit))
        {
            count++;
        }

        return count;
    }

    private static int Width(string text, int unit) =>
        char.IsHighSurrogate(text[unit]) && unit + 1 < text.Length && char.IsLowSurrogate(text[unit + 1]) ? 2 : 1;
}
