using System.Xml.Linq;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.Nitf;

/// <summary>An article's body in the elements of NITF, which are those of HTML but for a few.</summary>
internal static class NitfBody
{
    private static readonly XNamespace Name = NitfWriter.Namespace;

    public static IEnumerable<XElement> Write(Article article)
    {
        var blocks = XhtmlBody.Write(article, Name).ToList();
        foreach (var element in blocks.SelectMany(block => block.DescendantsAndSelf()).ToList())
        {
            switch (element.Name.LocalName)
            {
                case "strong":
                    element.Name = Name + "em";
                    element.SetAttributeValue("class", "strong");
                    break;
                case ['h', >= '2' and <= '6'] and var heading:
                    element.Name = Name + "hl2";
                    element.SetAttributeValue("class", heading == "h2" ? null : heading);
                    break;
                case "blockquote":
                    element.Name = Name + "bq";
                    break;
                case "footer":
                    element.Name = Name + "credit";
                    break;
            }
        }

        return blocks.Select(block => block.Name.LocalName == "figure" ? Medium(block, article) : block);
    }

    private static XElement Medium(XElement figure, Article article)
    {
        var id = (string?)figure.Attribute("data-media");
        var media = article.Media.First(media => media.MediaId == id);
        var type = media.ItemType switch { ItemType.Video => "video", ItemType.Audio => "audio", _ => "image" };
        var file = Html.BodyHtml.RenditionOf(media);
        return new(
            Name + "media",
            new XAttribute("id", media.MediaId),
            new XAttribute("media-type", type),
            new XElement(
                Name + "media-reference",
                file is null ? null : new XAttribute("source", XmlCharacters.Clean(file.Uri)),
                file is { MediaType.Length: > 0 } ? new XAttribute("mime-type", XmlCharacters.Clean(file.MediaType)) : null,
                file is { WidthPixels: > 0 } ? new XAttribute("width", file.WidthPixels) : null,
                file is { HeightPixels: > 0 } ? new XAttribute("height", file.HeightPixels) : null,
                media.AltText.Length > 0 ? new XAttribute("alternate-text", XmlCharacters.Clean(media.AltText)) : null),
            media.Caption.Length > 0 ? new XElement(Name + "media-caption", media.Caption.Split('\n').Select(line => new XElement(Name + "p", XmlCharacters.Clean(line)))) : null,
            media.Credit.Length > 0 ? new XElement(Name + "media-producer", XmlCharacters.Clean(media.Credit)) : null);
    }
}
