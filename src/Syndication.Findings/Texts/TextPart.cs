using System.Globalization;
using Syndication.V1;

namespace Syndication.Findings.Texts;

/// <summary>One text of an article and where it is.</summary>
/// <param name="Kind">Which field it is.</param>
/// <param name="Text">The text.</param>
/// <param name="Block">The block of the body; -1 outside it.</param>
/// <param name="Item">The item, row, medium or variant; -1 where there is one only.</param>
/// <param name="Cell">The cell of the row; -1 outside tables.</param>
internal readonly record struct TextPart(TextKind Kind, string Text, int Block = -1, int Item = -1, int Cell = -1)
{
    /// <summary>The first of its words, and the one after its last, among the words of the article.</summary>
    public Range Words { get; init; }

    /// <summary>The same of its quotations.</summary>
    public Range Quotations { get; init; }

    /// <summary>Whether all of it is what somebody said.</summary>
    public bool IsSpoken => Kind == TextKind.Quote;

    /// <summary>Whether it is running text of the body.</summary>
    public bool IsBody => Kind is TextKind.Paragraph or TextKind.Quote or TextKind.ListItem;

    /// <summary>The path of the field from the article's root.</summary>
    public string Path => Kind switch
    {
        TextKind.Headline => "headline",
        TextKind.HeadlineVariant => string.Create(CultureInfo.InvariantCulture, $"headline_variants[{Item}].text"),
        TextKind.Kicker => "kicker",
        TextKind.Standfirst => "standfirst",
        TextKind.Paragraph => string.Create(CultureInfo.InvariantCulture, $"body[{Block}].paragraph.content.text"),
        TextKind.Heading => string.Create(CultureInfo.InvariantCulture, $"body[{Block}].heading.content.text"),
        TextKind.Quote => string.Create(CultureInfo.InvariantCulture, $"body[{Block}].quote.content.text"),
        TextKind.ListItem => string.Create(CultureInfo.InvariantCulture, $"body[{Block}].list.items[{Item}].text"),
        TextKind.TableCaption => string.Create(CultureInfo.InvariantCulture, $"body[{Block}].table.caption"),
        TextKind.TableCell => string.Create(CultureInfo.InvariantCulture, $"body[{Block}].table.rows[{Item}].cells[{Cell}].text"),
        _ => string.Create(CultureInfo.InvariantCulture, $"media[{Item}].caption"),
    };

    /// <summary>The text with its marks; null where the field has none.</summary>
    public RichText? RichTextOf(Article article) => Kind switch
    {
        TextKind.Paragraph => article.Body[Block].Paragraph.Content,
        TextKind.Heading => article.Body[Block].Heading.Content,
        TextKind.Quote => article.Body[Block].Quote.Content,
        TextKind.ListItem => article.Body[Block].List.Items[Item],
        TextKind.TableCell => article.Body[Block].Table.Rows[Item].Cells[Cell],
        _ => null,
    };

    /// <summary>Puts another text with its marks into the field.</summary>
    public void Replace(Article article, string text, IEnumerable<Mark> marks)
    {
        if (RichTextOf(article) is { } content)
        {
            content.Text = text;
            Mark[] replacing = [.. marks];
            content.Marks.Clear();
            content.Marks.AddRange(replacing);
            return;
        }

        switch (Kind)
        {
            case TextKind.Headline:
                article.Headline = text;
                break;

            case TextKind.HeadlineVariant:
                article.HeadlineVariants[Item].Text = text;
                break;

            case TextKind.Kicker:
                article.Kicker = text;
                break;

            case TextKind.Standfirst:
                article.Standfirst = text;
                break;

            case TextKind.TableCaption:
                article.Body[Block].Table.Caption = text;
                break;

            default:
                article.Media[Item].Caption = text;
                break;
        }
    }

    /// <summary>All texts of an article that have a character, in the order of reading.</summary>
    public static void Collect(Article article, PooledList<TextPart> parts)
    {
        Add(parts, new(TextKind.Kicker, article.Kicker));
        Add(parts, new(TextKind.Headline, article.Headline));
        for (var i = 0; i < article.HeadlineVariants.Count; i++)
        {
            Add(parts, new(TextKind.HeadlineVariant, article.HeadlineVariants[i].Text, Item: i));
        }

        Add(parts, new(TextKind.Standfirst, article.Standfirst));
        for (var block = 0; block < article.Body.Count; block++)
        {
            Collect(article.Body[block], block, parts);
        }

        for (var i = 0; i < article.Media.Count; i++)
        {
            Add(parts, new(TextKind.MediaCaption, article.Media[i].Caption, Item: i));
        }
    }

    private static void Collect(V1.Block block, int at, PooledList<TextPart> parts)
    {
        switch (block.KindCase)
        {
            case V1.Block.KindOneofCase.Paragraph:
                Add(parts, new(TextKind.Paragraph, block.Paragraph.Content?.Text ?? "", at));
                break;

            case V1.Block.KindOneofCase.Heading:
                Add(parts, new(TextKind.Heading, block.Heading.Content?.Text ?? "", at));
                break;

            case V1.Block.KindOneofCase.Quote:
                Add(parts, new(TextKind.Quote, block.Quote.Content?.Text ?? "", at));
                break;

            case V1.Block.KindOneofCase.List:
                for (var i = 0; i < block.List.Items.Count; i++)
                {
                    Add(parts, new(TextKind.ListItem, block.List.Items[i].Text, at, i));
                }

                break;

            case V1.Block.KindOneofCase.Table:
                Add(parts, new(TextKind.TableCaption, block.Table.Caption, at));
                for (var row = 0; row < block.Table.Rows.Count; row++)
                {
                    var cells = block.Table.Rows[row].Cells;
                    for (var cell = 0; cell < cells.Count; cell++)
                    {
                        Add(parts, new(TextKind.TableCell, cells[cell].Text, at, row, cell));
                    }
                }

                break;
        }
    }

    private static void Add(PooledList<TextPart> parts, TextPart part)
    {
        if (part.Text.Length > 0)
        {
            parts.Add(part);
        }
    }
}
