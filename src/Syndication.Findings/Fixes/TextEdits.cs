using System.Text;
using Syndication.V1;

namespace Syndication.Findings.Fixes;

/// <summary>Replacements in a text.</summary>
internal static class TextEdits
{
    /// <summary>The replacements of fixes that do not touch each other, in ascending order.</summary>
    /// <param name="findings">Findings with fixes, all in one field.</param>
    /// <param name="chosen">Takes those whose fix was chosen.</param>
    public static List<TextReplacement> Choose(IEnumerable<Finding> findings, List<Finding> chosen)
    {
        var edits = new SortedList<(int Start, int End), TextReplacement>();
        foreach (var finding in findings.OrderBy(finding => finding.Fix.Replacements[0].Start))
        {
            if (!finding.Fix.Replacements.Any(edit => Touches(edits, edit)))
            {
                chosen.Add(finding);
                foreach (var edit in finding.Fix.Replacements)
                {
                    edits.Add((edit.Start, edit.End), edit);
                }
            }
        }

        return [.. edits.Values];
    }

    /// <summary>Applies replacements to a text and moves its marks along.</summary>
    /// <param name="text">The text.</param>
    /// <param name="edits">In ascending order, without overlap, in code points.</param>
    /// <param name="marks">Over the text.</param>
    /// <returns>The new text, and its marks without those that have become empty.</returns>
    public static (string Text, List<Mark> Marks) Apply(string text, IReadOnlyList<TextReplacement> edits, IEnumerable<Mark> marks)
    {
        var result = new StringBuilder(text.Length);
        var points = new CodePointCursor(text);
        var at = 0;
        foreach (var edit in edits)
        {
            var start = points.UnitOf(edit.Start);
            result.Append(text, at, start - at).Append(edit.Text);
            at = points.UnitOf(edit.End);
        }

        result.Append(text, at, text.Length - at);
        var moved = marks.Select(mark => new Mark(mark) { Start = Move(mark.Start, edits), End = Move(mark.End, edits) }).Where(mark => mark.End > mark.Start);
        return (result.ToString(), [.. moved]);
    }

    /// <summary>Where a place in code points is after replacements; one inside a replaced piece goes to the end of what comes there.</summary>
    private static int Move(int place, IReadOnlyList<TextReplacement> edits)
    {
        var moved = place;
        foreach (var edit in edits)
        {
            if (edit.Start >= place)
            {
                break;
            }

            var length = CodePointCursor.Count(edit.Text);
            moved += edit.End <= place ? length - (edit.End - edit.Start) : edit.Start + length - place;
        }

        return moved;
    }

    private static bool Touches(SortedList<(int Start, int End), TextReplacement> edits, TextReplacement edit)
    {
        // What is chosen is in ascending order but for fixes with several pieces, which are rare: from the end.
        for (var i = edits.Count - 1; i >= 0; i--)
        {
            var other = edits.Values[i];
            if (other.End < edit.Start)
            {
                return false;
            }

            if (other.Start <= edit.End)
            {
                return true;
            }
        }

        return false;
    }
}
