using System.Text;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Articles and their parts as plain text.</summary>
internal static class ArticleText
{
    /// <summary>A value of an enum in lower case; empty when it is unspecified.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return name == "Unspecified" ? "" : name.ToLowerInvariant();
    }

    public static string Name(Concept concept) => (concept.Code, concept.Name) switch
    {
        ("", var name) => name,
        (var code, "") => $"{concept.Scheme}:{code}",
        (var code, var name) => $"{name} ({concept.Scheme}:{code})",
    };

    public static string Of(Block block)
    {
        switch (block.KindCase)
        {
            case Block.KindOneofCase.Paragraph:
                return block.Paragraph.Content?.Text ?? "";
            case Block.KindOneofCase.Heading:
                return new string('#', Math.Max(1, block.Heading.Level)) + " " + block.Heading.Content?.Text;
            case Block.KindOneofCase.Quote:
                var attribution = block.Quote.Attribution is { Length: > 0 } who ? "\n  — " + who : "";
                return "  > " + block.Quote.Content?.Text.Replace("\n", "\n  > ", StringComparison.Ordinal) + attribution;
            case Block.KindOneofCase.List:
                return string.Join('\n', block.List.Items.Select(
                    (item, index) => (block.List.Ordered ? $"  {index + 1}. " : "  - ") + item.Text));
            case Block.KindOneofCase.Table:
                return Table(block.Table);
            case Block.KindOneofCase.Embed:
                return $"[embed {block.Embed.Uri}] {block.Embed.FallbackText}".TrimEnd();
            case Block.KindOneofCase.Media:
                return $"[media {block.Media.MediaId}]";
            default:
                return "";
        }
    }

    private static string Table(Table table)
    {
        var text = new StringBuilder(table.Caption);
        foreach (var row in table.Rows)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            text.AppendJoin(" | ", row.Cells.Select(cell => cell.Text));
        }

        return text.ToString();
    }
}
