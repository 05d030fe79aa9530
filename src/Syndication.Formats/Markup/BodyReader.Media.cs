using System.Globalization;
using Syndication.V1;

namespace Syndication.Formats.Markup;

internal sealed partial class BodyReader
{
    private const int MaxMedia = 200;

    private bool AddEmbed(string? address, string text)
    {
        if (SourceAddress.Web(address, baseUri) is not { } uri)
        {
            return false;
        }

        Flush();
        text = SourceText.Lines(text);
        Add(new() { Embed = new() { Uri = uri, FallbackText = text == uri ? "" : text } });
        return true;
    }

    /// <summary>Adds a picture, film or sound with its caption.</summary>
    /// <returns>False where there is none that can be referred to: then the node is read as text.</returns>
    private bool AddMedia(MarkupNode node)
    {
        if (node.Attribute("data-media") is { } named && article.Media.Any(media => media.MediaId == named))
        {
            AddMediaBlock(named);
            return true;
        }

        var file = node.Elements().FirstOrDefault(element => element.Name is "img" or "video" or "audio" or "media-reference");
        var address = file is null ? null : AddressOf(file);
        if (file is null || SourceAddress.Web(address, baseUri) is not { } uri || article.Media.Count >= MaxMedia)
        {
            if (file is not null)
            {
                notes.LeftOut(node.Name, "left out: its file has no address on the web, or there are too many");
            }

            return node.Name is "img" or "picture";
        }

        var known = article.Media.FirstOrDefault(media => media.Renditions.Any(rendition => rendition.Uri == uri));
        if (known is null)
        {
            known = MediaOf(node, file, uri);
            article.Media.Add(known);
        }

        AddMediaBlock(known.MediaId);
        return true;
    }

    private void AddMediaBlock(string id)
    {
        Flush();
        Add(new() { Media = new() { MediaId = id } });
    }

    private Media MediaOf(MarkupNode node, MarkupNode file, string uri)
    {
        var caption = node.Elements().FirstOrDefault(element => element.Name is "figcaption" or "media-caption");
        var credit = caption?.Elements().FirstOrDefault(element => element.Name == "small")
            ?? node.Elements().FirstOrDefault(element => element.Name == "media-producer" || element.HasClass("byline") || element.HasClass("credit"));
        return new()
        {
            MediaId = ArticleIdentity.LocalName(node.Attribute("data-media") ?? node.Attribute("id"), [.. article.Media.Select(media => media.MediaId)]),
            ItemType = TypeOf(node, file),
            Caption = caption is null ? "" : Flat(caption, credit)?.Text ?? "",
            Credit = credit is null ? "" : SourceText.Line(FlatText(credit)),
            AltText = SourceText.Lines(file.Attribute("alt") ?? file.Attribute("alternate-text") ?? file.Attribute("title")),
            Renditions =
            {
                new Rendition
                {
                    Name = "web",
                    Uri = uri,
                    MediaType = MediaTypes.Clean(file.Attribute("mime-type") ?? file.Attribute("type")),
                    WidthPixels = Size(file.Attribute("width")),
                    HeightPixels = Size(file.Attribute("height")),
                },
            },
        };
    }

    private static string? AddressOf(MarkupNode file) => file.Name == "media-reference"
        ? file.Attribute("source")
        : file.Attribute("src") ?? file.Elements().FirstOrDefault(element => element.Name == "source")?.Attribute("src") ?? file.Attribute("data-src");

    private static ItemType TypeOf(MarkupNode node, MarkupNode file) => (file.Name, node.Attribute("media-type") ?? "") switch
    {
        ("video", _) or (_, "video") => ItemType.Video,
        ("audio", _) or (_, "audio") => ItemType.Audio,
        _ => ItemType.Picture,
    };

    private static int Size(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
}
