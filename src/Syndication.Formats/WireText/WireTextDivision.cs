namespace Syndication.Formats.WireText;

/// <summary>Takes a clean text apart. The rules are those of <see cref="WireTextReader"/>.</summary>
internal sealed class WireTextDivision
{
    // How far below the headline a byline or a dateline may stand.
    private const int MaxIntroduction = 3;
    private const int MaxHeadlineLines = 3;

    private readonly string _text;
    private readonly List<WireTextStretch> _stretches = [];

    private WireTextDivision(string text) => _text = text;

    /// <summary>The parts in the order of the text, the headline first; none when there is no text.</summary>
    public static List<WireTextStretch> Of(CleanText clean)
    {
        var division = new WireTextDivision(clean.Text);
        division.Divide(clean);
        return division._stretches;
    }

    private void Divide(CleanText clean)
    {
        var groups = FindGroups(clean);
        if (groups.Count == 0)
        {
            return;
        }

        // The headline is the first line, and what follows it directly a group of its own.
        var heads = groups[0];
        groups[0] = heads[1..];
        var width = WrappedLines.FindWidth(_text, groups);
        if (width > 0 && groups.Count > 1 && IsWrappedHeadline(heads, width))
        {
            groups[0] = [];
            AddLines(heads, WireTextPartKind.Headline, width);
        }
        else
        {
            Add(WireTextPartKind.Headline, heads[0]);
        }

        groups.RemoveAll(group => group.Length == 0);
        var isOnly = groups.Count(IsText) <= 1;
        var last = groups.FindLastIndex(IsText);
        for (var i = 0; i < groups.Count; i++)
        {
            AddGroup(groups[i], width, isOnly, isLast: i == last);
        }

        FindIntroduction();
        KeepLastRights();
        MarkHeadings();
    }

    // Runs of lines with text, without the separators before and after all text.
    private List<Range[]> FindGroups(CleanText clean)
    {
        var lines = Lines();
        var first = lines.FindIndex(line => !IsBlank(line) && !SeparatorLine.Is(_text.AsSpan()[line]));
        var last = lines.FindLastIndex(line => !IsBlank(line) && !SeparatorLine.Is(_text.AsSpan()[line]));
        var groups = new List<Range[]>();
        if (first < 0)
        {
            return groups;
        }

        for (var start = first; start <= last;)
        {
            if (IsBlank(lines[start]) || (start == first + 1 && SeparatorLine.IsUnderline(_text.AsSpan()[lines[start]], _text.AsSpan()[lines[first]])))
            {
                start++;
                continue;
            }

            var end = start + 1;
            if (!SeparatorLine.Is(_text.AsSpan()[lines[start]]))
            {
                while (end <= last
                    && !IsBlank(lines[end])
                    && !SeparatorLine.Is(_text.AsSpan()[lines[end]])
                    && !clean.ParagraphEnds.Contains(lines[end - 1].End.Value))
                {
                    end++;
                }
            }

            groups.Add([.. lines[start..end]]);
            start = end;
        }

        return groups;
    }

    private bool IsWrappedHeadline(Range[] lines, int width)
    {
        if (lines.Length is < 2 or > MaxHeadlineLines || _text[Trim(lines[^1]).End.Value - 1] == '.')
        {
            return false;
        }

        for (var i = 1; i < lines.Length; i++)
        {
            var line = _text.AsSpan()[Trim(lines[i])];
            if (!WrappedLines.Continues(_text.AsSpan()[lines[i - 1]], _text.AsSpan()[lines[i]], width)
                || BylineLine.Is(line)
                || DatelineStart.Find(line, out _) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private void AddGroup(Range[] lines, int width, bool isOnly, bool isLast)
    {
        var text = lines.Length;
        if (isLast || Array.TrueForAll(lines, IsSpecial))
        {
            while (text > 0 && IsSpecial(lines[text - 1]))
            {
                text--;
            }
        }

        if (text > 0)
        {
            if (isOnly || width > 0 || lines[..text].Any(line => Length(line) > WrappedLines.MaxWidth))
            {
                AddParagraphs(lines[..text], width, isOnly);
            }
            else
            {
                Add(WireTextPartKind.Paragraph, lines[0].Start..lines[text - 1].End);
            }
        }

        AddSpecial(lines[text..]);
    }

    private void AddParagraphs(Range[] lines, int width, bool isOnly)
    {
        for (var start = 0; start < lines.Length;)
        {
            var end = start + 1;
            if (isOnly && IsSpecial(lines[start]))
            {
                while (end < lines.Length && IsSpecial(lines[end]))
                {
                    end++;
                }

                AddSpecial(lines[start..end]);
                start = end;
                continue;
            }

            while (width > 0 && end < lines.Length && !EndsParagraph(lines[end - 1], lines[end], width, isOnly))
            {
                end++;
            }

            AddLines(lines[start..end], WireTextPartKind.Paragraph, width);
            start = end;
        }
    }

    private bool EndsParagraph(Range line, Range next, int width, bool isOnly) =>
        !WrappedLines.Continues(_text.AsSpan()[line], _text.AsSpan()[next], width)
        && (isOnly || WrappedLines.IsIndented(_text.AsSpan()[next], _text.AsSpan()[line]));

    private void AddLines(Range[] lines, WireTextPartKind kind, int width)
    {
        var wraps = new List<Range>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (WrappedLines.Continues(_text.AsSpan()[lines[i - 1]], _text.AsSpan()[lines[i]], width))
            {
                wraps.Add(Trim(lines[i - 1]).End..Trim(lines[i]).Start);
            }
        }

        _stretches.Add(new WireTextStretch(kind, Trim(lines[0].Start..lines[^1].End), [.. wraps]));
    }

    private void AddSpecial(Range[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (NeighborLine.Is(_text.AsSpan()[lines[i]]))
            {
                _stretches.Add(new WireTextStretch(WireTextPartKind.Link, lines[i]));
                continue;
            }

            var last = i;
            while (last + 1 < lines.Length && !NeighborLine.Is(_text.AsSpan()[lines[last + 1]]))
            {
                last++;
            }

            Add(WireTextPartKind.Rights, lines[i].Start..lines[last].End);
            i = last;
        }
    }

    private void FindIntroduction()
    {
        var (hasByline, hasDateline) = (false, false);
        for (var i = 1; i <= MaxIntroduction && i < _stretches.Count; i++)
        {
            var stretch = _stretches[i];
            if (stretch.Kind != WireTextPartKind.Paragraph)
            {
                continue;
            }

            var text = _text.AsSpan()[stretch.Range];
            if (!hasByline && BylineLine.Is(text))
            {
                _stretches[i] = stretch with { Kind = WireTextPartKind.Byline };
                hasByline = true;
            }
            else if (!hasDateline && DatelineStart.Find(text, out var rest) is > 0 and var length)
            {
                hasDateline = true;
                var start = stretch.Range.Start.Value;
                if (rest == text.Length)
                {
                    // The dash goes with the gap.
                    _stretches[i] = new WireTextStretch(WireTextPartKind.Dateline, start..(start + length));
                }
                else
                {
                    _stretches[i] = stretch with
                    {
                        Range = (start + rest)..stretch.Range.End,
                        Wraps = [.. stretch.Wraps.Where(wrap => wrap.Start.Value > start + rest)],
                    };
                    _stretches.Insert(i, new WireTextStretch(WireTextPartKind.Dateline, start..(start + length)));
                    i++;
                }
            }
        }
    }

    private void KeepLastRights()
    {
        var last = _stretches.FindLastIndex(stretch => stretch.Kind == WireTextPartKind.Rights);
        for (var i = 0; i < last; i++)
        {
            if (_stretches[i].Kind == WireTextPartKind.Rights)
            {
                _stretches[i] = _stretches[i] with { Kind = WireTextPartKind.Paragraph };
            }
        }
    }

    private void MarkHeadings()
    {
        for (var i = 1; i + 1 < _stretches.Count; i++)
        {
            if (_stretches[i].Kind == WireTextPartKind.Paragraph && _stretches[i + 1].Kind == WireTextPartKind.Paragraph)
            {
                var text = _text.AsSpan()[_stretches[i].Range];
                var after = _text.AsSpan()[_stretches[i + 1].Range];
                if (!char.IsLower(after[0])
                    && !SeparatorLine.Is(after)
                    && !HeadingLine.Is(after)
                    && (HeadingLine.Is(text) || (_stretches[i - 1].Kind == WireTextPartKind.Paragraph && HeadingLine.IsQuestion(text, after))))
                {
                    _stretches[i] = _stretches[i] with { Kind = WireTextPartKind.Heading };
                }
            }
        }
    }

    private void Add(WireTextPartKind kind, Range range) => _stretches.Add(new WireTextStretch(kind, Trim(range)));

    private bool IsText(Range[] group) =>
        !Array.TrueForAll(group, IsSpecial)
        && !(group.Length == 1 && (SeparatorLine.Is(_text.AsSpan()[group[0]]) || BylineLine.Is(_text.AsSpan()[Trim(group[0])])));

    private bool IsSpecial(Range line) => RightsLine.Is(_text.AsSpan()[line].Trim()) || NeighborLine.Is(_text.AsSpan()[line]);

    private bool IsBlank(Range line) => _text.AsSpan()[line].IsWhiteSpace();

    private static int Length(Range line) => line.End.Value - line.Start.Value;

    private Range Trim(Range range)
    {
        var whole = _text.AsSpan()[range];
        var start = range.Start.Value + (whole.Length - whole.TrimStart().Length);
        return start..(start + whole.Trim().Length);
    }

    private List<Range> Lines()
    {
        var lines = new List<Range>();
        var start = 0;
        for (var end = _text.IndexOf('\n'); end >= 0; end = _text.IndexOf('\n', start))
        {
            lines.Add(start..end);
            start = end + 1;
        }

        lines.Add(start.._text.Length);
        return lines;
    }
}
