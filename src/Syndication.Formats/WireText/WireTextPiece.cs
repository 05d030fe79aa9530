namespace Syndication.Formats.WireText;

/// <summary>One article's stretch of a file.</summary>
/// <param name="Start">Its first UTF-16 unit.</param>
/// <param name="Length">How many units it has, to where the next begins.</param>
/// <param name="Line">Its first line, from 1.</param>
/// <remarks>
/// A piece runs to the first line with text after a separator (<see cref="SeparatorLine"/>, or a line that ends with a form
/// feed): the separators and blank lines after an article are of its piece, those before the first article of the first.
/// </remarks>
internal readonly record struct WireTextPiece(int Start, int Length, int Line)
{
    /// <summary>The pieces of a text, which together are the whole of it. At least one.</summary>
    public static List<WireTextPiece> Of(string source)
    {
        var pieces = new List<WireTextPiece>();
        var (start, startLine) = (0, 1);
        var firstText = default(Range?);
        var (isParted, isFirstText) = (false, false);
        for (var (at, number) = (0, 1); at < source.Length;)
        {
            var end = at;
            while (end < source.Length && !CleanText.IsLineEnd(source[end]))
            {
                end++;
            }

            var line = source.AsSpan(at, end - at);
            if (!line.IsWhiteSpace())
            {
                var isUnderline = isFirstText && SeparatorLine.IsUnderline(line, source.AsSpan()[firstText!.Value]);
                if (!isUnderline && SeparatorLine.Is(line))
                {
                    isParted |= firstText is not null;
                }
                else if (isParted)
                {
                    pieces.Add(new WireTextPiece(start, at - start, startLine));
                    (start, startLine, firstText, isParted) = (at, number, null, false);
                }

                isFirstText = firstText is null && !SeparatorLine.Is(line);
                firstText = isFirstText ? at..end : firstText;
            }
            else
            {
                isFirstText = false;
            }

            isParted |= firstText is not null && end < source.Length && source[end] == '\f';

            // Editors number lines so: a page or a column is not one.
            number += end < source.Length && source[end] is '\f' or '\v' ? 0 : 1;
            at = end + (source.AsSpan(end).StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
        }

        pieces.Add(new WireTextPiece(start, source.Length - start, startLine));
        return pieces;
    }
}
