namespace Syndication.V1;

/// <summary>The text of a block, as <c>change.proto</c> defines it.</summary>
public static class BlockText
{
    /// <summary>The text; empty where the block has none.</summary>
    public static string Of(Block block) => block.KindCase switch
    {
        Block.KindOneofCase.Paragraph => block.Paragraph.Content?.Text ?? "",
        Block.KindOneofCase.Heading => block.Heading.Content?.Text ?? "",
        Block.KindOneofCase.Quote => Lines(block.Quote.Content?.Text, block.Quote.Attribution),
        Block.KindOneofCase.List => string.Join('\n', block.List.Items.Select(item => item.Text)),
        Block.KindOneofCase.Table => Lines(
            [block.Table.Caption, .. block.Table.Rows.Select(row => string.Join('\t', row.Cells.Select(cell => cell.Text)))]),
        Block.KindOneofCase.Embed => Lines(block.Embed.Uri, block.Embed.Html, block.Embed.FallbackText),
        Block.KindOneofCase.Media => block.Media.MediaId,
        _ => "",
    };

    private static string Lines(params IEnumerable<string?> parts) => string.Join('\n', parts.Where(part => !string.IsNullOrEmpty(part)));
}
