using Syndication.V1;

namespace Syndication.Formats.Html;

/// <summary>Cuts a text where its marks begin and end. Marks that are none (empty, outside the text, of an unknown type, a link to elsewhere) are left out.</summary>
internal sealed class MarkSpans
{
    private readonly string _text;
    private readonly int[] _unitOf;
    private readonly List<Mark> _marks;

    public MarkSpans(RichText content)
    {
        _text = content.Text;
        _unitOf = UnitsOf(_text);
        var end = _unitOf.Length - 1;
        _marks =
        [
            .. content.Marks
                .Where(mark => mark.Start >= 0 && mark.Start < mark.End && mark.End <= end)
                .Where(mark => mark.Type is MarkType.Strong or MarkType.Emphasis || (mark.Type == MarkType.Link && HtmlText.IsSafeLink(mark.Uri)))
                .Select(mark => mark.Type == MarkType.Link ? mark : new Mark { Start = mark.Start, End = mark.End, Type = mark.Type })
                .OrderBy(mark => mark.Start)
                .ThenByDescending(mark => mark.End),
        ];
    }

    /// <summary>The pieces in order, each with the marks that cover it, at most one of a type; the outermost first.</summary>
    public IEnumerable<(string Text, IReadOnlyList<Mark> Covering)> Pieces()
    {
        List<int> places = [0, .. _marks.SelectMany(mark => new[] { mark.Start, mark.End }), _unitOf.Length - 1];
        places = [.. places.Distinct().Order()];

        // One queue for each type, so that a text of a hundred thousand marks costs no more than sorting them.
        var queues = new[] { new PriorityQueue<Mark, int>(), new PriorityQueue<Mark, int>(), new PriorityQueue<Mark, int>() };
        var next = 0;
        for (var i = 0; i + 1 < places.Count; i++)
        {
            var from = places[i];
            for (; next < _marks.Count && _marks[next].Start <= from; next++)
            {
                queues[(int)_marks[next].Type - (int)MarkType.Strong].Enqueue(_marks[next], next);
            }

            yield return (_text[_unitOf[from].._unitOf[places[i + 1]]], Covering(queues, from));
        }
    }

    private static List<Mark> Covering(PriorityQueue<Mark, int>[] queues, int place)
    {
        var covering = new List<(int Order, Mark Mark)>();
        foreach (var queue in queues)
        {
            while (queue.TryPeek(out var mark, out var order))
            {
                if (mark.End > place)
                {
                    covering.Add((order, mark));
                    break;
                }

                queue.Dequeue();
            }
        }

        return [.. covering.OrderBy(pair => pair.Order).Select(pair => pair.Mark)];
    }

    /// <summary>Where each code point begins in UTF-16, and where the text ends.</summary>
    private static int[] UnitsOf(string text)
    {
        var units = new List<int>(text.Length + 1);
        var unit = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            units.Add(unit);
            unit += rune.Utf16SequenceLength;
        }

        units.Add(unit);
        return [.. units];
    }
}
