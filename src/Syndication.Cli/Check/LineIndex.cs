namespace Syndication.Cli.Check;

/// <summary>The lines of a text: they end with LF, CR LF or CR.</summary>
internal sealed class LineIndex
{
    private readonly string _text;
    private readonly List<int> _starts = [0];

    public LineIndex(string text)
    {
        _text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                _starts.Add(i + 1);
            }
        }
    }

    /// <summary>How many lines there are; the last may be empty.</summary>
    public int Count => _starts.Count;

    /// <summary>Line and column of a place, both from 1; columns are code points.</summary>
    public (int Line, int Column) Of(int offset)
    {
        var line = _starts.BinarySearch(offset) is >= 0 and var exact ? exact : ~_starts.BinarySearch(offset) - 1;
        var column = 1;
        for (var at = _starts[line]; at < offset; at += char.IsHighSurrogate(_text[at]) && at + 1 < offset ? 2 : 1)
        {
            column++;
        }

        return (line + 1, column);
    }

    /// <summary>Where a line begins; from 1, the last for one beyond it.</summary>
    public int OffsetOf(int line) => _starts[Math.Clamp(line, 1, _starts.Count) - 1];

    /// <summary>A line without its end; from 0.</summary>
    public string Line(int line) => _text[_starts[line]..(line + 1 < _starts.Count ? _starts[line + 1] : _text.Length)].TrimEnd('\r', '\n');
}
