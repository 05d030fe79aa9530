using System.Globalization;
using System.Xml.Linq;
using Syndication.Formats.Html;
using Syndication.Formats.Markup;
using Syndication.Formats.Ninjs;
using Syndication.Formats.Nitf;
using Syndication.V1;

namespace Syndication.Formats.NewsMl;

internal static partial class NewsMlReader
{
    private enum Form
    {
        Html,
        Nitf,
        Plain,
        None,
    }

    private static void ReadContent(Article article, XElement? content, FormatSource source, SourceNotes notes)
    {
        if (content is null)
        {
            return;
        }

        ReadRenditions(article, content);
        var texts = content.Elements().Select(element => (Element: element, Form: FormOf(element))).Where(text => text.Form != Form.None).OrderBy(text => text.Form).ToList();
        foreach (var (element, form) in texts)
        {
            if (element == texts[0].Element)
            {
                ReadText(article, element, form, source, notes);
            }
            else
            {
                notes.LeftOut($"contentSet/{element.Name.LocalName}", "another form of the text");
            }

            // What is text is the article's; of other forms nothing is kept: a correction would leave the wrong text in them.
            element.Remove();
        }
    }

    private static void ReadText(Article article, XElement element, Form form, FormatSource source, SourceNotes notes)
    {
        if (form == Form.Nitf)
        {
            var nitf = element.Elements().First();
            foreach (var inner in nitf.DescendantsAndSelf())
            {
                inner.Name = NitfWriter.Namespace + inner.Name.LocalName;
            }

            NitfReader.ReadBody(article, nitf, notes);
        }
        else if (form == Form.Plain)
        {
            PlainBody.Read(article, element.Value);
        }
        else
        {
            MarkupNode root = element.HasElements ? new XmlMarkup(element) : new HtmlMarkup(SafeHtml.Parse(element.Value, source.Limits).DocumentElement);
            new BodyReader(article, notes, baseUri: null).Read(root);
        }
    }

    private static Form FormOf(XElement element)
    {
        var type = ((string?)element.Attribute("contenttype"))?.ToLowerInvariant() ?? "";
        return element.Name.LocalName switch
        {
            "inlineXML" when element.Elements().FirstOrDefault() is { } root => root.Name.LocalName switch
            {
                "nitf" => Form.Nitf,
                "html" or "body" or "div" or "p" or "section" or "article" => Form.Html,
                _ => type.Contains("html", StringComparison.Ordinal) ? Form.Html : Form.None,
            },
            "inlineData" when element.Attribute("encoding") is null && !string.IsNullOrWhiteSpace(element.Value) =>
                type.Contains("html", StringComparison.Ordinal) ? Form.Html : type is "" or "text/plain" ? Form.Plain : Form.None,
            _ => Form.None,
        };
    }

    private static void ReadRenditions(Article article, XElement content)
    {
        if (!NinjsWriter.IsMedium(article.ItemType))
        {
            return;
        }

        var media = new Media { MediaId = NinjsWriter.MainMedia, ItemType = article.ItemType };
        foreach (var remote in content.Elements(Nar + "remoteContent"))
        {
            var name = NewsMlNames.Coded(remote, "rendition", "renditionuri", NewsMlNames.RenditionRole);
            if (SourceAddress.Web((string?)remote.Attribute("href")) is { } uri && media.Renditions.Count < 50 && media.Renditions.All(other => other.Name != name))
            {
                media.Renditions.Add(new Rendition
                {
                    Name = name,
                    Uri = uri,
                    MediaType = MediaTypes.Clean((string?)remote.Attribute("contenttype")),
                    SizeBytes = Number(remote, "size"),
                    WidthPixels = (int)Math.Min(Number(remote, "width"), int.MaxValue),
                    HeightPixels = (int)Math.Min(Number(remote, "height"), int.MaxValue),
                    DurationMillis = Duration(remote),
                });
            }
        }

        if (media.Renditions.Count > 0)
        {
            article.Media.Add(media);
        }
    }

    // Seconds unless the unit says otherwise; editing units depend on a frame rate and are kept aside.
    private static long Duration(XElement remote) => ((string?)remote.Attribute("durationunit"))?.Split(':')[^1] switch
    {
        null or "seconds" => Math.Min(Number(remote, "duration"), 1L << 40) * 1000,
        "milliseconds" => Number(remote, "duration"),
        _ => 0,
    };

    private static long Number(XElement element, string name) =>
        long.TryParse((string?)element.Attribute(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
