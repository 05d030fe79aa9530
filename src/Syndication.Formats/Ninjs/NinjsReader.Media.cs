using System.Text.Json.Nodes;
using Syndication.Formats.Json;
using Syndication.V1;

namespace Syndication.Formats.Ninjs;

internal static partial class NinjsReader
{
    private static void ReadMedia(Article article, JsonObject document)
    {
        if (NinjsWriter.IsMedium(article.ItemType))
        {
            var main = new Media { MediaId = NinjsWriter.MainMedia, ItemType = article.ItemType };
            ReadRenditions(main, document);
            if (main.Renditions.Count > 0)
            {
                article.Media.Add(main);
            }
        }

        foreach (var association in document.Objects("associations"))
        {
            var type = NinjsWriter.Types.FirstOrDefault(pair => pair.Name == association.Text("type")).Type;
            if (NinjsWriter.IsMedium(type) && article.Media.Count < 200)
            {
                article.Media.Add(ReadMedium(article, association, type));
            }
            else if (!NinjsWriter.IsMedium(type) && article.Links.Count < 200)
            {
                article.Links.Add(ReadLink(association));
            }
        }
    }

    private static Media ReadMedium(Article article, JsonObject association, ItemType type)
    {
        var media = new Media
        {
            MediaId = ArticleIdentity.LocalName(association.Text("name"), [.. article.Media.Select(other => other.MediaId)]),
            ItemType = type,
            Credit = SourceText.Line(association.Text("by")),
            Rights = ReadRights(association),
        };
        foreach (var description in association.Objects("descriptions"))
        {
            var text = SourceText.Lines(Plain(description));
            if (description.Text("role") == NinjsWriter.AltTextRole)
            {
                media.AltText = text;
            }
            else if (media.Caption.Length == 0)
            {
                media.Caption = text;
            }
        }

        if (association["digitalSourceType"] is JsonObject made && made.Text("uri") is { } uri && ConceptCodes.OfUri(uri) is ("digsrctype", var code) && code.All(char.IsAsciiLetterOrDigit))
        {
            media.DigitalSourceType = code;
        }

        ReadRenditions(media, association);
        return media;
    }

    private static void ReadRenditions(Media media, JsonObject node)
    {
        foreach (var rendition in node.Objects("renditions"))
        {
            var name = SourceText.Line(rendition.Text("name"));
            if (SourceAddress.Web(rendition.Text("href")) is { } uri && media.Renditions.Count < 50 && media.Renditions.All(other => other.Name != name))
            {
                media.Renditions.Add(new Rendition
                {
                    Name = name,
                    Uri = uri,
                    MediaType = MediaTypes.Clean(rendition.Text("contentType")),
                    WidthPixels = (int)Whole(rendition.Number("width"), int.MaxValue),
                    HeightPixels = (int)Whole(rendition.Number("height"), int.MaxValue),
                    SizeBytes = Whole(rendition.Number("sizeInBytes"), 1L << 53),
                    DurationMillis = Whole(Math.Round((rendition.Number("duration") ?? 0) * 1000), 1L << 53),
                });
            }
        }
    }

    private static Link ReadLink(JsonObject association)
    {
        var relation = association.Text("rel") ?? association.Text("name")?.Split('-')[0];
        var link = new Link
        {
            Relation = NinjsWriter.Relations.FirstOrDefault(pair => pair.Name == relation).Relation is var known and not LinkRelation.Unspecified ? known : LinkRelation.Related,
            Headline = SourceText.Line(association.Objects("headlines").Select(headline => headline.Text("value")).FirstOrDefault() ?? association.Text("title")),
        };
        NinjsWriter.SetTarget(link, SourceText.Line(association.Text("uri")));
        return link;
    }

    private static long Whole(double? number, long max) => number is >= 0 && number <= max && Math.Floor(number.Value) == number ? (long)number.Value : 0;
}
