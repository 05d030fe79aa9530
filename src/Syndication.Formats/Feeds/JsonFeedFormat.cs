using System.Text.Json.Nodes;
using Syndication.Formats.Html;
using Syndication.Formats.Json;
using Syndication.Formats.Markup;
using Syndication.V1;

namespace Syndication.Formats.Feeds;

/// <summary>JSON Feed 1.0 and 1.1: https://www.jsonfeed.org/version/1.1/. A feed knows no embargo and no kill.</summary>
internal sealed class JsonFeedFormat : IArticleFormat
{
    public const string Namespace = "https://jsonfeed.org/version/1.1";

    public string Name => "json-feed";

    public string Description => "JSON Feed 1.1";

    public string MediaType => "application/feed+json";

    public string Extension => ".feed.json";

    public bool HoldsMany => true;

    public bool HoldsStatus => false;

    public int Recognize(FormatHead head) => head.IsJson && head.Properties.IsSupersetOf(["version", "items"]) ? 90 : 0;

    public IReadOnlyList<FormatItem> Read(FormatSource source)
    {
        if (SafeJson.Parse(source.Bytes, source.Limits) is not JsonObject feed || feed["items"] is not JsonArray items)
        {
            throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, "it is no object with items: no JSON Feed.");
        }

        return items.Count <= source.Limits.MaxArticles
            ? [.. items.Select((item, index) => ArticleFormats.ReadItem(index + 1, notes => item is JsonObject entry
                ? Read(feed, entry, source, notes)
                : throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, "the item is no object.")))]
            : throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has {items.Count} items, {source.Limits.MaxArticles} are the most.");
    }

    public byte[] Write(IReadOnlyList<Article> articles)
    {
        var feed = new JsonObject
        {
            ["version"] = Namespace,
            ["title"] = FeedWriter.Common(articles, article => article.Provider?.Name) is { Length: > 0 } title ? title : "Articles",
        };
        if (FeedWriter.Common(articles, article => article.Language) is { Length: > 0 } language)
        {
            feed["language"] = language;
        }

        feed["items"] = new JsonArray([.. articles.Select(Item)]);
        return SafeJson.Write(feed);
    }

    private static Article Read(JsonObject feed, JsonObject item, FormatSource source, SourceNotes notes)
    {
        var article = new Article
        {
            Headline = SourceText.Line(item.Text("title")),
            Standfirst = SourceText.Lines(item.Text("summary")),
            CreatedTime = SourceTime.Parse(item.Text("date_published")),
            VersionTime = SourceTime.Parse(item.Text("date_modified")),
            Language = item.Text("language") ?? feed.Text("language") ?? "",
        };
        var page = SourceAddress.Web(item.Text("url"));
        ArticleIdentity.Set(article, item.Text("id") ?? item.Number("id")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? page);
        ArticleIdentity.Add(article, FeedItemReader.PageScheme, page);
        foreach (var medium in ReadMedia(item))
        {
            medium.MediaId = ArticleIdentity.LocalName(medium.MediaId, [.. article.Media.Select(media => media.MediaId)]);
            article.Media.Add(medium);
        }

        if (item.Text("content_html") is { Length: > 0 } html)
        {
            new BodyReader(article, notes, page is null ? null : new(page)).Read(new HtmlMarkup(SafeHtml.Parse(html, FormatLimits.Default).DocumentElement));
        }
        else
        {
            PlainBody.Read(article, item.Text("content_text") ?? "");
        }

        foreach (var tag in item["tags"] is JsonArray tags ? tags.Select(SafeJson.AsText) : [])
        {
            ConceptCodes.Add(article.Subjects, new() { Name = tag ?? "" });
        }

        var names = item.Objects("authors").Append(item["author"] as JsonObject).Select(author => SourceText.Line(author.Text("name"))).Where(name => name.Length > 0).Distinct().Take(50).ToList();
        if (names.Count > 0)
        {
            article.Byline = new() { Text = string.Join(", ", names), Contributors = { names.Select(name => new Contributor { Name = name }) } };
        }

        if (SourceText.Line(feed.Text("title")) is { Length: > 0 } provider)
        {
            article.Provider = new() { Name = provider };
        }

        if (SourceText.Line(item.Text("external_url")) is { Length: > 0 } other)
        {
            article.Links.Add(new Link { Relation = LinkRelation.Related, Uri = other });
        }

        ArticleCompletion.Complete(article, source, notes);
        Keep(article, item, notes);
        article.SourceDocument = ArticleCompletion.Describe(source, "application/feed+json");
        return article;
    }

    private static IEnumerable<Media> ReadMedia(JsonObject item)
    {
        var files = item.Objects("attachments").Select(file => (Uri: file.Text("url"), Type: file.Text("mime_type"), Title: file.Text("title"), Size: file.Number("size_in_bytes"), Seconds: file.Number("duration_in_seconds")))
            .Prepend((item.Text("image"), "image/*", null, null, null));
        foreach (var (address, type, title, size, seconds) in files.Take(200))
        {
            if (SourceAddress.Web(address) is { } uri)
            {
                yield return new()
                {
                    MediaId = "attachment",
                    ItemType = type?.Split('/')[0] switch { "audio" => ItemType.Audio, "video" => ItemType.Video, "image" => ItemType.Picture, _ => ItemType.Graphic },
                    Caption = SourceText.Lines(title),
                    Renditions =
                    {
                        new Rendition
                        {
                            Name = "original",
                            Uri = uri,
                            MediaType = type == "image/*" ? "" : MediaTypes.Clean(type),
                            SizeBytes = size is >= 0 and < 1L << 53 ? (long)size : 0,
                            DurationMillis = seconds is >= 0 and < 1L << 40 ? (long)(seconds * 1000) : 0,
                        },
                    },
                };
            }
        }
    }

    private static void Keep(Article article, JsonObject item, SourceNotes notes)
    {
        var document = item.DeepClone().AsObject();
        foreach (var mapped in new[] { "content_html", "content_text", "authors", "author", "attachments", "image", "tags" })
        {
            document.Remove(mapped);
        }

        if (JsonRest.Find(document, Item(article)) is { } rest)
        {
            JsonRest.Paths(rest).Distinct().ToList().ForEach(notes.Kept);
            SourceExtensions.Put(article, Namespace, "application/json", SafeJson.WriteLine(rest));
        }
    }

    private static JsonObject Item(Article article)
    {
        var item = new JsonObject { ["id"] = ArticleIdentity.Uri(article) };
        Put("url", FeedWriter.Page(article));
        Put("external_url", article.Links.FirstOrDefault(link => link.Relation == LinkRelation.Related && link.Uri.Length > 0)?.Uri);
        Put("title", article.Headline);
        item["content_html"] = BodyHtml.Write(article);
        Put("summary", article.Standfirst);
        Put("date_published", article.CreatedTime is { } created ? SourceTime.Format(created) : "");
        Put("date_modified", article.VersionTime is { } modified ? SourceTime.Format(modified) : "");
        Put("language", article.Language);
        PutArray("authors", Names(article.Byline).Select(name => new JsonObject { ["name"] = name }));
        PutArray("tags", article.Subjects.Select(subject => JsonValue.Create(subject.Name.Length > 0 ? subject.Name : subject.Code)));
        PutArray("attachments", article.Media.Select(Attachment).OfType<JsonObject>());
        if (SourceExtensions.Find(article, Namespace, "application/json") is { } content)
        {
            try
            {
                JsonRest.Add(item, SafeJson.Parse(content, FormatLimits.Default) as JsonObject ?? []);
            }
            catch (FormatRefusedException)
            {
                // Somebody else's content under this name.
            }
        }

        return item;

        void Put(string name, string? text)
        {
            if (!string.IsNullOrEmpty(text))
            {
                item[name] = text;
            }
        }

        void PutArray(string name, IEnumerable<JsonNode> elements)
        {
            if (elements.ToArray() is { Length: > 0 } array)
            {
                item[name] = new JsonArray(array);
            }
        }
    }

    private static IEnumerable<string> Names(Byline? byline) => byline is null ? []
        : byline.Text.Length > 0 && string.Join(", ", byline.Contributors.Select(person => person.Name)) != byline.Text ? [byline.Text]
        : byline.Contributors.Select(person => person.Name);

    private static JsonObject? Attachment(Media media)
    {
        if (BodyHtml.RenditionOf(media) is not { } file)
        {
            return null;
        }

        var attachment = new JsonObject
        {
            ["url"] = file.Uri,
            ["mime_type"] = file.MediaType.Length > 0 ? file.MediaType : media.ItemType switch { ItemType.Audio => "audio/*", ItemType.Video => "video/*", ItemType.Picture => "image/*", _ => "application/octet-stream" },
        };
        if (media.Caption.Length > 0)
        {
            attachment["title"] = media.Caption;
        }

        if (file.SizeBytes > 0)
        {
            attachment["size_in_bytes"] = file.SizeBytes;
        }

        if (file.DurationMillis > 0)
        {
            attachment["duration_in_seconds"] = file.DurationMillis / 1000m;
        }

        return attachment;
    }
}
