using System.Globalization;
using System.Text;
using Syndication.V1;

namespace Syndication.Formats.Html;

/// <summary>
/// An article's body as a piece of HTML that any page may hold: typed blocks become elements, all text is escaped, links and
/// addresses are http, https or (links) mailto. Code that came with an embed is never written: it is another's, and hostile
/// until shown otherwise. Well-formed XML as well.
/// </summary>
public static class BodyHtml
{
    /// <summary>Which file of a medium is shown, by the name of its use, where it has several.</summary>
    private static readonly string[] PreferredRenditions = ["web", "preview", "original"];

    /// <summary>The whole body; empty for an article without one.</summary>
    public static string Write(Article article)
    {
        var html = new StringBuilder();
        foreach (var block in article.Body)
        {
            Append(html, block, article);
        }

        return html.ToString();
    }

    /// <summary>One block. Media are looked up in the article.</summary>
    public static void Append(StringBuilder html, Block block, Article article)
    {
        switch (block.KindCase)
        {
            case Block.KindOneofCase.Paragraph:
                html.Append("<p>").AppendRichText(block.Paragraph.Content).Append("</p>\n");
                break;
            case Block.KindOneofCase.Heading:
                // The headline above the body is the first level.
                var level = Math.Clamp(block.Heading.Level, 1, 5) + 1;
                html.Append(CultureInfo.InvariantCulture, $"<h{level}>").AppendRichText(block.Heading.Content).Append(CultureInfo.InvariantCulture, $"</h{level}>\n");
                break;
            case Block.KindOneofCase.Quote:
                AppendQuote(html, block.Quote);
                break;
            case Block.KindOneofCase.List:
                AppendList(html, block.List);
                break;
            case Block.KindOneofCase.Table:
                AppendTable(html, block.Table);
                break;
            case Block.KindOneofCase.Embed:
                AppendEmbed(html, block.Embed);
                break;
            case Block.KindOneofCase.Media when article.Media.FirstOrDefault(media => media.MediaId == block.Media.MediaId) is { } media:
                AppendMedia(html, media);
                break;
        }
    }

    /// <summary>The file of a medium that a page shows; null when none has an address that may be fetched.</summary>
    public static Rendition? RenditionOf(Media media) => media.Renditions
        .Where(rendition => HtmlText.IsSafeAddress(rendition.Uri))
        .OrderBy(rendition => Array.IndexOf(PreferredRenditions, rendition.Name) is >= 0 and var index ? index : PreferredRenditions.Length)
        .FirstOrDefault();

    private static void AppendQuote(StringBuilder html, Quote quote)
    {
        html.Append("<blockquote><p>").AppendRichText(quote.Content).Append("</p>");
        if (quote.Attribution.Length > 0)
        {
            html.Append("<footer>").AppendText(quote.Attribution).Append("</footer>");
        }

        html.Append("</blockquote>\n");
    }

    private static void AppendList(StringBuilder html, List list)
    {
        var element = list.Ordered ? "ol" : "ul";
        html.Append('<').Append(element).Append('>');
        foreach (var item in list.Items)
        {
            html.Append("<li>").AppendRichText(item).Append("</li>");
        }

        html.Append("</").Append(element).Append(">\n");
    }

    private static void AppendTable(StringBuilder html, Table table)
    {
        html.Append("<table>");
        if (table.Caption.Length > 0)
        {
            html.Append("<caption>").AppendText(table.Caption).Append("</caption>");
        }

        html.Append("<tbody>");
        foreach (var row in table.Rows)
        {
            var cell = row.Header ? "th" : "td";
            html.Append("<tr>");
            foreach (var content in row.Cells)
            {
                html.Append('<').Append(cell).Append('>').AppendRichText(content).Append("</").Append(cell).Append('>');
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table>\n");
    }

    private static void AppendEmbed(StringBuilder html, Embed embed)
    {
        var text = embed.FallbackText.Length > 0 ? embed.FallbackText : embed.Uri;
        if (HtmlText.IsSafeAddress(embed.Uri))
        {
            html.Append("<p class=\"embed\"><a").AppendAttribute("href", embed.Uri).Append('>').AppendText(text).Append("</a></p>\n");
        }
        else if (text.Length > 0)
        {
            html.Append("<p>").AppendText(text).Append("</p>\n");
        }
    }

    private static void AppendMedia(StringBuilder html, Media media)
    {
        html.Append("<figure").AppendAttribute("data-media", media.MediaId).Append('>');
        if (RenditionOf(media) is { } rendition)
        {
            AppendRendition(html, media, rendition);
        }

        if (media.Caption.Length > 0 || media.Credit.Length > 0)
        {
            html.Append("<figcaption>").AppendText(media.Caption);
            if (media.Credit.Length > 0)
            {
                html.Append(media.Caption.Length > 0 ? " " : "").Append("<small>").AppendText(media.Credit).Append("</small>");
            }

            html.Append("</figcaption>");
        }

        html.Append("</figure>\n");
    }

    private static void AppendRendition(StringBuilder html, Media media, Rendition rendition)
    {
        switch (media.ItemType)
        {
            case ItemType.Picture or ItemType.Graphic:
                html.Append("<img").AppendAttribute("src", rendition.Uri).Append(" alt=\"").AppendText(media.AltText).Append('"')
                    .AppendAttribute("width", SizeOf(rendition.WidthPixels)).AppendAttribute("height", SizeOf(rendition.HeightPixels)).Append("/>");
                break;
            case ItemType.Video or ItemType.Audio:
                var element = media.ItemType == ItemType.Video ? "video" : "audio";
                html.Append('<').Append(element).Append(" controls=\"controls\"").AppendAttribute("src", rendition.Uri)
                    .AppendAttribute("title", media.AltText).Append("></").Append(element).Append('>');
                break;
            default:
                var text = media.AltText.Length > 0 ? media.AltText : rendition.Uri;
                html.Append("<a").AppendAttribute("href", rendition.Uri).Append('>').AppendText(text).Append("</a>");
                break;
        }
    }

    private static string SizeOf(int pixels) => pixels > 0 ? pixels.ToString(CultureInfo.InvariantCulture) : "";
}
