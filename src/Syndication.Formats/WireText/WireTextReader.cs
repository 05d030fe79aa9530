using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Reads articles that arrive as plain text.</summary>
/// <remarks>
/// <para>The first line that is not blank is the headline. Blank lines part the rest into groups of lines.</para>
/// <para>A group all of whose lines are rights lines (<see cref="RightsLine"/>) or neighbour lines (<see cref="NeighborLine"/>)
/// is not text. The last run of rights lines is the rights notice; an earlier one stays in the text as a paragraph.</para>
/// <para>Every other group is a paragraph, its lines kept, or a heading of level 1. It is a heading when it is one line of
/// at most 100 UTF-16 units with a letter in it, is no rights line, begins with no bullet or dash, does not end with terminal punctuation
/// (<c>. ! ? … : ; ,</c> and their like in other scripts, also before closing quotes and brackets), and the next group is
/// text of which the same cannot be said. Of several short lines in a row only the last can therefore be a heading.</para>
/// <para>Nothing is lost: what this contract cannot hold (line ends, white space between the parts, control characters, a
/// byte order mark, an unusual order) goes into an extension, and only where it differs from the canonical layout.
/// <see cref="WireTextWriter"/> writes the source again.</para>
/// </remarks>
public static class WireTextReader
{
    private const int MaxHeadingLength = 100;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads one article, in linear time. Its bounds (a headline of 1,000 code points, say) are not checked here.</summary>
    /// <param name="source">UTF-8, with or without a byte order mark; lines end with LF or CR LF.</param>
    /// <param name="sourceName">The file's name or path; the folders are not kept.</param>
    /// <param name="options">What the text itself does not say.</param>
    /// <exception cref="WireTextException">The source has no text, or is not UTF-8.</exception>
    public static Article Read(ReadOnlySpan<byte> source, string sourceName, WireTextOptions? options = null)
    {
        var clean = CleanText.Of(Decode(source));
        var stretches = Divide(clean.Text);
        if (stretches.Count == 0)
        {
            throw new WireTextException("there is no text.", 1);
        }

        var article = new Article { ItemType = ItemType.Text, SourceDocument = Describe(source, sourceName) };
        foreach (var stretch in stretches)
        {
            Add(article, stretch.Kind, clean.Text[stretch.Range]);
        }

        article.Language = options?.Language ?? Detect(article);
        var layout = Compare(clean, stretches);
        if (!layout.IsCanonical)
        {
            article.Extensions.Add(layout.ToExtension());
        }

        return article;
    }

    private static string Decode(ReadOnlySpan<byte> source)
    {
        try
        {
            return Strict.GetString(source);
        }
        catch (DecoderFallbackException e)
        {
            var line = source[..Math.Clamp(e.Index, 0, source.Length)].Count((byte)'\n') + 1;
            throw new WireTextException($"byte {e.Index} is not UTF-8.", line, e);
        }
    }

    private static SourceDocument Describe(ReadOnlySpan<byte> source, string name) => new()
    {
        Name = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))),
        MediaType = "text/plain; charset=utf-8",
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

    private static List<Stretch> Divide(string text)
    {
        var lines = Lines(text);
        var stretches = new List<Stretch>();
        var first = lines.FindIndex(line => !IsBlank(text, line));
        if (first < 0)
        {
            return stretches;
        }

        stretches.Add(new Stretch(WireTextPartKind.Headline, Trim(text, lines[first])));
        for (var start = first + 1; start < lines.Count;)
        {
            var end = start;
            while (end < lines.Count && !IsBlank(text, lines[end]))
            {
                end++;
            }

            if (end > start)
            {
                AddGroup(stretches, text, lines[start..end]);
            }

            start = end + 1;
        }

        return MarkHeadings(KeepLastRights(stretches), text);
    }

    private static void AddGroup(List<Stretch> stretches, string text, List<Range> lines)
    {
        if (!lines.TrueForAll(line => RightsLine.Is(text.AsSpan()[line].Trim()) || NeighborLine.Is(text.AsSpan()[line])))
        {
            stretches.Add(new Stretch(WireTextPartKind.Paragraph, Trim(text, lines[0].Start..lines[^1].End)));
            return;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (NeighborLine.Is(text.AsSpan()[lines[i]]))
            {
                stretches.Add(new Stretch(WireTextPartKind.Link, lines[i]));
                continue;
            }

            var last = i;
            while (last + 1 < lines.Count && !NeighborLine.Is(text.AsSpan()[lines[last + 1]]))
            {
                last++;
            }

            stretches.Add(new Stretch(WireTextPartKind.Rights, Trim(text, lines[i].Start..lines[last].End)));
            i = last;
        }
    }

    private static List<Stretch> KeepLastRights(List<Stretch> stretches)
    {
        var last = stretches.FindLastIndex(stretch => stretch.Kind == WireTextPartKind.Rights);
        for (var i = 0; i < last; i++)
        {
            if (stretches[i].Kind == WireTextPartKind.Rights)
            {
                stretches[i] = stretches[i] with { Kind = WireTextPartKind.Paragraph };
            }
        }

        return stretches;
    }

    private static List<Stretch> MarkHeadings(List<Stretch> stretches, string text)
    {
        for (var i = 1; i + 1 < stretches.Count; i++)
        {
            if (stretches[i].Kind == WireTextPartKind.Paragraph
                && stretches[i + 1].Kind == WireTextPartKind.Paragraph
                && LooksLikeHeading(text.AsSpan()[stretches[i].Range])
                && !LooksLikeHeading(text.AsSpan()[stretches[i + 1].Range]))
            {
                stretches[i] = stretches[i] with { Kind = WireTextPartKind.Heading };
            }
        }

        return stretches;
    }

    private static bool LooksLikeHeading(ReadOnlySpan<char> group)
    {
        if (group.Length > MaxHeadingLength || group.Contains('\n') || group[0] is '-' or '–' or '—' or '•' or '*' or '·')
        {
            return false;
        }

        var end = group.TrimEnd("\"'”’»›)]」』").TrimEnd();
        if (end.IsEmpty || ".!?…:;,。！？؟۔।።".Contains(end[^1], StringComparison.Ordinal))
        {
            return false;
        }

        // An earlier notice than the one that counts.
        if (RightsLine.Is(group))
        {
            return false;
        }

        foreach (var c in group)
        {
            if (char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }

    private static WireTextLayout Compare(CleanText clean, List<Stretch> stretches)
    {
        // Stable: within the body and within the links, the order is that of the source.
        var canonical = Enumerable.Range(0, stretches.Count).OrderBy(i => stretches[i].Kind switch
        {
            WireTextPartKind.Headline => 0,
            WireTextPartKind.Rights => 2,
            WireTextPartKind.Link => 3,
            _ => 1,
        }).ToArray();
        var order = new int[canonical.Length];
        for (var number = 0; number < canonical.Length; number++)
        {
            order[canonical[number]] = number;
        }

        var gaps = new Dictionary<int, string>();
        var end = 0;
        for (var place = 0; place <= stretches.Count; place++)
        {
            var next = place < stretches.Count ? stretches[place].Range.Start.Value : clean.Text.Length;
            var gap = clean.Text[end..next];
            var usual = place == 0 || place == stretches.Count ? "" : WireTextPart.Gap(stretches[place - 1].Kind, stretches[place].Kind);
            if (gap != usual)
            {
                gaps.Add(place, gap);
            }

            end = place < stretches.Count ? stretches[place].Range.End.Value : end;
        }

        return new WireTextLayout
        {
            Parts = stretches.Count,
            Length = clean.Text.Length,
            Order = order.AsSpan().SequenceEqual([.. Enumerable.Range(0, order.Length)]) ? null : order,
            Gaps = gaps,
            CrLf = clean.IsCrLf,
            Edits = [.. clean.Edits.SelectMany(edit => (int[])[edit.At, edit.Replaces, edit.Original])],
        };
    }

    private static List<Range> Lines(string text)
    {
        var lines = new List<Range>();
        var start = 0;
        for (var end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', start))
        {
            lines.Add(start..end);
            start = end + 1;
        }

        lines.Add(start..text.Length);
        return lines;
    }

    private static bool IsBlank(string text, Range line) => text.AsSpan()[line].IsWhiteSpace();

    private static Range Trim(string text, Range range)
    {
        var whole = text.AsSpan()[range];
        var start = range.Start.Value + (whole.Length - whole.TrimStart().Length);
        return start..(start + whole.Trim().Length);
    }

    private readonly record struct Stretch(WireTextPartKind Kind, Range Range);
}
