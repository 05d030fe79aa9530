using System.Text;
using Syndication.V1;

namespace Syndication.Formats.Markup;

/// <summary>
/// Puts a text together from pieces of markup: white space is collapsed as browsers do it, marks are counted in code points. Empty marks go.
/// </summary>
internal sealed class RichTextBuilder
{
    private readonly StringBuilder _text = new();
    private readonly List<Mark> _marks = [];
    private readonly List<Mark> _open = [];
    private int _length;

    public bool IsEmpty => _text.Length == 0;

    /// <summary>Whether a link is open: links do not nest.</summary>
    public bool IsInLink => _open.Exists(mark => mark.Type == MarkType.Link);

    public void Append(string text, bool keepSpace = false)
    {
        Span<char> units = stackalloc char[2];
        foreach (var rune in SourceText.Clean(text).EnumerateRunes())
        {
            if (rune.Value is ' ' or '\t' or '\n' && !keepSpace)
            {
                if (_text.Length > 0 && _text[^1] is not (' ' or '\n'))
                {
                    _text.Append(' ');
                    _length++;
                }
            }
            else
            {
                _text.Append(units[..rune.EncodeToUtf16(units)]);
                _length++;
            }
        }
    }

    /// <summary>A line break; none at the beginning.</summary>
    public void Break()
    {
        TrimSpace();
        if (_text.Length > 0)
        {
            _text.Append('\n');
            _length++;
        }
    }

    /// <summary>A line break, unless the text is at one.</summary>
    public void BreakOnce()
    {
        TrimSpace();
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            Break();
        }
    }

    public void Open(MarkType type, string uri = "") => _open.Add(new() { Start = _length, Type = type, Uri = uri });

    /// <summary>Ends the mark that was begun last.</summary>
    public void Close()
    {
        End(_open[^1]);
        _open.RemoveAt(_open.Count - 1);
    }

    /// <summary>Takes what there is, and begins a new text in which the open marks go on.</summary>
    /// <returns>Null where there is no text.</returns>
    public RichText? Take()
    {
        while (_text.Length > 0 && _text[^1] is ' ' or '\n')
        {
            _text.Length--;
            _length--;
        }

        _open.ForEach(End);
        var content = _text.Length == 0 ? null : new RichText { Text = _text.ToString() };
        content?.Marks.AddRange(_marks
            .Select(mark => new Mark { Start = mark.Start, End = Math.Min(mark.End, _length), Type = mark.Type, Uri = mark.Uri })
            .Where(mark => mark.Start < mark.End)
            .OrderBy(mark => mark.Start).ThenByDescending(mark => mark.End).ThenBy(mark => mark.Type));
        _text.Clear();
        _marks.Clear();
        _length = 0;
        _open.ForEach(mark => mark.Start = 0);
        return content;
    }

    private void End(Mark mark)
    {
        if (mark.Start < _length)
        {
            _marks.Add(new() { Start = mark.Start, End = _length, Type = mark.Type, Uri = mark.Uri });
        }
    }

    private void TrimSpace()
    {
        if (_text.Length == 0 || _text[^1] != ' ')
        {
            return;
        }

        _text.Length--;
        _length--;
        for (var i = _marks.Count - 1; i >= 0 && _marks[i].End > _length; i--)
        {
            _marks[i].End = _length;
        }

        foreach (var mark in _open)
        {
            mark.Start = Math.Min(mark.Start, _length);
        }
    }
}
