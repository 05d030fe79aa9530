using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Syndication.Findings.Languages;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Reads articles that arrive as plain text.</summary>
/// <remarks>
/// <para>The bytes are UTF-8, UTF-16, ISO-8859-1 or Windows-1252: as the options say, or else as <see cref="WireTextCharset"/>
/// detects. The media type of the source document names the charset. A source is at most 16 MiB.</para>
/// <para>Lines end with LF, CR LF, CR, line tabulation, form feed, NEL, or Unicode's line or paragraph separator. The first line that is neither blank nor a
/// separator (<see cref="SeparatorLine"/>) is the headline. Blank lines, form feeds and paragraph separators part the rest into
/// groups of lines; separators before and after all text, and a line that underlines the headline, count as blank.</para>
/// <para>A group all of whose lines are rights lines (<see cref="RightsLine"/>) or neighbour lines (<see cref="NeighborLine"/>)
/// is not text, nor are such lines at the end of the last group. The last run of rights lines is the rights notice; an
/// earlier one stays in the text as a paragraph.</para>
/// <para>Where the text is wrapped (<see cref="WrappedLines"/>), its lines are joined again. Where there is one group with text
/// only, there are no blank lines between paragraphs: each line is a paragraph, in a wrapped text each line that is not
/// full ends one. Otherwise a group is a paragraph, other line ends in it are kept, and a new paragraph begins in it only with a line that
/// is indented deeper in a wrapped text, and with each line of a group that has one of more than 100 UTF-16 units.</para>
/// <para>A byline (<see cref="BylineLine"/>) and a dateline (<see cref="DatelineStart"/>) are looked for in the first three
/// parts below the headline. A paragraph is a heading of level 1 when it looks like one (<see cref="HeadingLine"/>) and the next part is a
/// paragraph that does not and does not begin with a small letter. Of several short lines in a row only the last can therefore be a heading.</para>
/// <para>The language is detected unless the options give it; the article then says so (<see cref="Inferred"/>).</para>
/// <para>Nothing is lost: what this contract cannot hold (line ends, white space between the parts, separators, control
/// characters, a byte order mark, an unusual order) goes into an extension, and only where it differs from the canonical layout.
/// <see cref="WireTextWriter"/> writes the source again.</para>
/// </remarks>
public static class WireTextReader
{
    /// <summary>How many bytes a source has at most: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>How many articles a file has at most. An article costs kilobytes, a separator two bytes.</summary>
    public const int MaxArticles = 10_000;

    /// <summary>Reads one article, in linear time. Its bounds (a headline of 1,000 code points, say) are not checked here.</summary>
    /// <param name="source">One article; separators inside it are text.</param>
    /// <param name="sourceName">The file's name or path; the folders are not kept.</param>
    /// <param name="options">What the text itself does not say.</param>
    /// <exception cref="WireTextException">The source has no text, is longer than <see cref="MaxBytes"/>, or is not of its charset or of any.</exception>
    /// <exception cref="ArgumentException">The options name a charset that is not known.</exception>
    public static Article Read(ReadOnlySpan<byte> source, string sourceName, WireTextOptions? options = null)
    {
        var charset = FindCharset(source, options);
        return Read(charset.Decode(source), source, sourceName, charset, options, line: 1);
    }

    /// <summary>Reads the articles of a file that separators part (<see cref="SeparatorLine"/>, form feeds), in linear time.</summary>
    /// <param name="source">The file. It has one charset throughout.</param>
    /// <param name="sourceName">
    /// The file's name or path; the folders are not kept. The articles of a file with several are named <c>file#1</c>, <c>file#2</c> …
    /// </param>
    /// <param name="options">What the text itself does not say.</param>
    /// <returns>
    /// All of the file in order, at least one item. A file that cannot be decoded, is too long, has more than
    /// <see cref="MaxArticles"/> or has no text is one item with the error; each other item has an article.
    /// </returns>
    /// <exception cref="ArgumentException">The options name a charset that is not known.</exception>
    public static IReadOnlyList<WireTextItem> ReadAll(ReadOnlySpan<byte> source, string sourceName, WireTextOptions? options = null)
    {
        WireTextCharset charset;
        string text;
        try
        {
            charset = FindCharset(source, options);
            text = charset.Decode(source);
        }
        catch (WireTextException e)
        {
            return [new WireTextItem(1, 0, source.Length, 1, null, e)];
        }

        var pieces = WireTextPiece.Of(text);
        if (pieces.Count > MaxArticles)
        {
            var error = new WireTextException($"the file has {pieces.Count} articles, {MaxArticles} are the most.", pieces[MaxArticles].Line);
            return [new WireTextItem(1, 0, source.Length, 1, null, error)];
        }

        var items = new List<WireTextItem>(pieces.Count);
        var offset = 0;
        foreach (var piece in pieces)
        {
            var number = items.Count + 1;
            var length = charset.Encoding.GetByteCount(text.AsSpan(piece.Start, piece.Length));
            try
            {
                var article = Read(
                    text.Substring(piece.Start, piece.Length),
                    source.Slice(offset, length),
                    pieces.Count == 1 ? sourceName : $"{sourceName}#{number}",
                    charset,
                    options,
                    piece.Line);
                items.Add(new WireTextItem(number, offset, length, piece.Line, article, null));
            }
            catch (WireTextException e)
            {
                items.Add(new WireTextItem(number, offset, length, piece.Line, null, e));
            }

            offset += length;
        }

        return items;
    }

    private static WireTextCharset FindCharset(ReadOnlySpan<byte> source, WireTextOptions? options)
    {
        if (source.Length > MaxBytes)
        {
            throw new WireTextException($"the source has {source.Length} bytes, {MaxBytes} are the most.", 1);
        }

        return options?.Charset is not { } name
            ? WireTextCharset.Detect(source)
            : WireTextCharset.Find(name) ?? throw new ArgumentException($"No wire text is read in the charset '{name}'.", nameof(options));
    }

    private static Article Read(
        string text, ReadOnlySpan<byte> source, string sourceName, WireTextCharset charset, WireTextOptions? options, int line)
    {
        var clean = CleanText.Of(text);
        var stretches = WireTextDivision.Of(clean);
        if (stretches.Count == 0)
        {
            throw new WireTextException("there is no text.", line);
        }

        clean = clean.WithoutTabs(stretches[0].Range);
        var article = new Article { ItemType = ItemType.Text, SourceDocument = Describe(source, sourceName, charset) };
        var layout = Place(article, clean, stretches);
        article.Language = options?.Language ?? Detect(article);
        if (options?.Language is null)
        {
            article.Extensions.Add(Inferred.ToExtension(Inferred.StopWords));
        }

        if (!layout.IsCanonical)
        {
            article.Extensions.Add(layout.ToExtension());
        }

        return article;
    }

    private static SourceDocument Describe(ReadOnlySpan<byte> source, string name, WireTextCharset charset) => new()
    {
        Name = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))),
        MediaType = charset.MediaType,
        SizeBytes = source.Length,
        Sha256 = ByteString.CopyFrom(SHA256.HashData(source)),
    };

    private static void Add(Article article, WireTextPartKind kind, string text)
    {
        switch (kind)
        {
            case WireTextPartKind.Headline:
                article.Headline = text;
                break;

            case WireTextPartKind.Byline:
                article.Byline = BylineLine.ToByline(text);
                break;

            case WireTextPartKind.Dateline:
                article.Dateline = DatelineStart.ToDateline(text);
                break;

            case WireTextPartKind.Heading:
                article.Body.Add(new Block { Heading = new Heading { Level = 1, Content = new RichText { Text = text } } });
                break;

            case WireTextPartKind.Rights:
                article.Rights = new Rights { CopyrightNotice = text, CopyrightHolder = RightsLine.FindHolder(text) };
                break;

            case WireTextPartKind.Link:
                article.Links.Add(NeighborLine.ToLink(text));
                break;

            default:
                article.Body.Add(new Block { Paragraph = new Paragraph { Content = new RichText { Text = text } } });
                break;
        }
    }

    private static string Detect(Article article)
    {
        var text = new StringBuilder(article.Headline);
        foreach (var part in WireTextPart.Of(article))
        {
            if (part.Kind is WireTextPartKind.Paragraph or WireTextPartKind.Heading)
            {
                text.Append('\n').Append(part.Text);
            }
        }

        return LanguageDetector.Detect(text.ToString());
    }

    // Adds the parts to the article, and finds how their layout differs from the canonical.
    private static WireTextLayout Place(Article article, CleanText clean, List<WireTextStretch> stretches)
    {
        var usual = FindGap(clean, stretches);
        var gaps = new Dictionary<int, string>();
        var wraps = new List<int>();
        var wrapGaps = new Dictionary<int, string>();
        var length = 0;
        var end = 0;
        for (var place = 0; place <= stretches.Count; place++)
        {
            var next = place < stretches.Count ? stretches[place].Range.Start.Value : clean.Text.Length;
            var gap = clean.Text[end..next];
            if (gap != (place == 0 || place == stretches.Count ? "" : WireTextPart.Gap(stretches[place - 1].Kind, stretches[place].Kind, usual)))
            {
                gaps.Add(place, gap);
            }

            length += gap.Length;
            if (place == stretches.Count)
            {
                break;
            }

            var stretch = stretches[place];
            for (var i = 0; i < stretch.Wraps.Length; i++)
            {
                if (clean.Text[stretch.Wraps[i]] is not "\n" and var wrapGap)
                {
                    wrapGaps.Add(wraps.Count + i, wrapGap);
                }
            }

            var places = new List<int>();
            var text = stretch.Join(clean.Text, places);
            wraps.AddRange(places.Select(at => length + at));
            Add(article, stretch.Kind, text);
            length += text.Length;
            end = stretch.Range.End.Value;
        }

        return new WireTextLayout
        {
            Parts = stretches.Count,
            Length = length,
            Order = FindOrder(stretches),
            Gap = usual == WireTextPart.UsualGap ? null : usual,
            Gaps = gaps,
            Wraps = [.. wraps],
            WrapGaps = wrapGaps,
            LineEnd = clean.LineEnd == "\n" ? null : clean.LineEnd,
            Edits = [.. clean.Edits.SelectMany(edit => (int[])[edit.At, edit.Replaces, edit.Original])],
        };
    }

    // A line end, where that is commoner between the parts than a blank line.
    private static string FindGap(CleanText clean, List<WireTextStretch> stretches)
    {
        var (lineEnds, blankLines) = (0, 0);
        for (var place = 1; place < stretches.Count; place++)
        {
            var gap = clean.Text.AsSpan()[stretches[place - 1].Range.End..stretches[place].Range.Start];
            var isFree = WireTextPart.Gap(stretches[place - 1].Kind, stretches[place].Kind, "") == "";
            lineEnds += isFree && gap is "\n" ? 1 : 0;
            blankLines += isFree && gap is "\n\n" ? 1 : 0;
        }

        return lineEnds > blankLines ? "\n" : WireTextPart.UsualGap;
    }

    private static int[]? FindOrder(List<WireTextStretch> stretches)
    {
        // Stable: within the body and within the links, the order is that of the source.
        var canonical = Enumerable.Range(0, stretches.Count).OrderBy(i => stretches[i].Kind switch
        {
            WireTextPartKind.Headline => 0,
            WireTextPartKind.Byline => 1,
            WireTextPartKind.Dateline => 2,
            WireTextPartKind.Rights => 4,
            WireTextPartKind.Link => 5,
            _ => 3,
        }).ToArray();
        var order = new int[canonical.Length];
        for (var number = 0; number < canonical.Length; number++)
        {
            order[canonical[number]] = number;
        }

        return order.AsSpan().SequenceEqual([.. Enumerable.Range(0, order.Length)]) ? null : order;
    }
}
