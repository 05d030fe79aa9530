using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>What a stretch of a wire text is.</summary>
internal enum WireTextPartKind
{
    Headline,
    Byline,
    Dateline,
    Paragraph,
    Heading,
    Rights,
    Link,
}

/// <summary>One stretch of a wire text, without the white space around it.</summary>
internal readonly record struct WireTextPart(WireTextPartKind Kind, string Text)
{
    /// <summary>The usual gap: a blank line.</summary>
    public const string UsualGap = "\n\n";

    /// <summary>The parts of an article in canonical order: headline, byline, dateline, body, rights, previous and next.</summary>
    public static List<WireTextPart> Of(Article article)
    {
        var parts = new List<WireTextPart> { new(WireTextPartKind.Headline, article.Headline) };
        if (article.Byline is { Text.Length: > 0 } byline)
        {
            parts.Add(new(WireTextPartKind.Byline, byline.Text));
        }

        if (article.Dateline is { Text.Length: > 0 } dateline)
        {
            parts.Add(new(WireTextPartKind.Dateline, dateline.Text));
        }

        foreach (var block in article.Body)
        {
            parts.Add(Of(block));
        }

        if (article.Rights is { CopyrightNotice.Length: > 0 } rights)
        {
            parts.Add(new(WireTextPartKind.Rights, rights.CopyrightNotice));
        }

        foreach (var link in article.Links)
        {
            if (link.RawText.Length > 0)
            {
                parts.Add(new(WireTextPartKind.Link, link.RawText));
            }
            else if (link.Relation is LinkRelation.Previous or LinkRelation.Next && link.Headline.Length > 0)
            {
                parts.Add(new(WireTextPartKind.Link, $"{(link.Relation == LinkRelation.Previous ? "PREV" : "NEXT")} {link.Headline}"));
            }
        }

        return parts;
    }

    /// <summary>
    /// What stands between two parts unless the layout says otherwise: the usual, but one line per link, and a dash between a dateline and its text.
    /// </summary>
    public static string Gap(WireTextPartKind before, WireTextPartKind after, string usual) => (before, after) switch
    {
        (WireTextPartKind.Link, WireTextPartKind.Link) => "\n",
        (WireTextPartKind.Dateline, WireTextPartKind.Paragraph) => " — ",
        _ => usual,
    };

    // Of the other kinds, which no wire text is read as, what a text can show.
    private static WireTextPart Of(Block block) => block.KindCase switch
    {
        Block.KindOneofCase.Heading => new(WireTextPartKind.Heading, block.Heading.Content?.Text ?? ""),
        Block.KindOneofCase.Paragraph => new(WireTextPartKind.Paragraph, block.Paragraph.Content?.Text ?? ""),
        Block.KindOneofCase.Quote => new(
            WireTextPartKind.Paragraph,
            block.Quote.Attribution.Length > 0 ? $"{block.Quote.Content?.Text}\n— {block.Quote.Attribution}" : block.Quote.Content?.Text ?? ""),
        Block.KindOneofCase.List => new(WireTextPartKind.Paragraph, string.Join('\n', block.List.Items.Select(item => $"- {item.Text}"))),
        Block.KindOneofCase.Table => new(
            WireTextPartKind.Paragraph,
            string.Join('\n', block.Table.Rows.Select(row => string.Join('\t', row.Cells.Select(cell => cell.Text))))),
        Block.KindOneofCase.Embed => new(
            WireTextPartKind.Paragraph, block.Embed.FallbackText.Length > 0 ? block.Embed.FallbackText : block.Embed.Uri),
        _ => new(WireTextPartKind.Paragraph, ""),
    };
}
