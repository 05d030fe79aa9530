using Syndication.V1;

namespace Syndication.Formats.Markup;

/// <summary>Makes paragraphs of plain text, and plain text of a body.</summary>
internal static class PlainBody
{
    /// <summary>Blank lines part paragraphs; where there are none, line ends do.</summary>
    public static void Read(Article article, string text)
    {
        var lines = SourceText.Lines(text);
        var parts = lines.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length == 1)
        {
            parts = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }

        foreach (var part in parts)
        {
            article.Body.Add(new Block { Paragraph = new() { Content = new() { Text = part } } });
        }
    }

    /// <summary>The texts of a body, a blank line between blocks.</summary>
    public static string Write(Article article) => string.Join("\n\n", article.Body.Select(TextOf).Where(text => text.Length > 0));

    /// <summary>The text of one block; empty for a medium.</summary>
    public static string TextOf(Block block) => block.KindCase switch
    {
        Block.KindOneofCase.Paragraph => block.Paragraph.Content?.Text ?? "",
        Block.KindOneofCase.Heading => block.Heading.Content?.Text ?? "",
        Block.KindOneofCase.Quote => block.Quote.Content?.Text + (block.Quote.Attribution.Length > 0 ? "\n— " + block.Quote.Attribution : ""),
        Block.KindOneofCase.List => string.Join('\n', block.List.Items.Select(item => item.Text)),
        Block.KindOneofCase.Table => string.Join('\n', block.Table.Rows.Select(row => string.Join('\t', row.Cells.Select(cell => cell.Text)))),
        Block.KindOneofCase.Embed => block.Embed.FallbackText.Length > 0 ? block.Embed.FallbackText : block.Embed.Uri,
        _ => "",
    };
}
