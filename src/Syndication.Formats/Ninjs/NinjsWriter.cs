using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syndication.Formats.Html;
using Syndication.Formats.Json;
using Syndication.V1;

namespace Syndication.Formats.Ninjs;

/// <summary>Writes an article as a news object of ninjs 3.</summary>
internal static class NinjsWriter
{
    public const string StoryRole = "story";
    public const string KickerRole = "kicker";
    public const string PublicNoteRole = "publicnote";
    public const string DatelineRole = "dateline";
    public const string CorrectionRole = "correction";
    public const string WrongTextRole = "wrongtext";
    public const string RightTextRole = "righttext";
    public const string AltTextRole = "alttext";
    public const string ProviderRole = "provider";
    public const string EditorOrigin = "editor";
    public const string MachineOrigin = "machine";

    /// <summary>The medium that a picture, film or sound itself is; its files are the document's own.</summary>
    public const string MainMedia = "main";

    private const string OwnArticle = "urn:syndication:article:";

    public static readonly (string Name, ItemType Type)[] Types =
    [
        ("text", ItemType.Text), ("picture", ItemType.Picture), ("audio", ItemType.Audio), ("video", ItemType.Video), ("graphic", ItemType.Graphic), ("composite", ItemType.Package),
    ];

    public static readonly (string Name, LinkRelation Relation)[] Relations =
    [
        ("previous", LinkRelation.Previous), ("next", LinkRelation.Next), ("related", LinkRelation.Related), ("translationOf", LinkRelation.TranslationOf), ("replaces", LinkRelation.Replaces),
    ];

    public static bool IsMedium(ItemType type) => type is ItemType.Picture or ItemType.Audio or ItemType.Video or ItemType.Graphic;

    /// <summary>What the article itself says; see <see cref="Complete"/>.</summary>
    public static JsonObject Write(Article article)
    {
        var document = new JsonObject { ["uri"] = ArticleIdentity.Uri(article) };
        Put(document, "type", TypeName(article.ItemType));
        Put(document, "profile", article.Profile);
        Put(document, "version", SourceStatus.Edition(article) is > 0 and var edition ? edition.ToString(CultureInfo.InvariantCulture) : "");
        Put(document, "firstCreated", article.CreatedTime);
        Put(document, "versionCreated", SourceStatus.EditionTime(article));
        Put(document, "embargoedUntil", article.EmbargoTime);
        Put(document, "pubStatus", article.Status == ArticleStatus.Unspecified ? "" : SourceStatus.Word(article.Status));
        if (article.Urgency > 0)
        {
            document["urgency"] = article.Urgency;
        }

        WriteRights(document, article.Rights);
        Put(document, "edNote", SourceStatus.DeskNote(article));
        Put(document, "language", article.Language);
        WriteTexts(document, article);
        PutConcepts(document, "people", article.People);
        PutConcepts(document, "organisations", article.Organisations);
        PutConcepts(document, "places", article.Places);
        PutConcepts(document, "subjects", article.Subjects, withOrigin: true);
        PutConcepts(document, "events", article.Events);
        PutConcepts(document, "genres", article.Genres);
        PutArray(document, "infoSources", Sources(article));
        Put(document, "by", article.Byline?.Text);
        Put(document, "slugline", article.Slugline);
        Put(document, "located", article.Dateline?.Place);
        WriteMedia(document, article);
        var sourceUri = ArticleIdentity.SourceUri(article);
        PutArray(document, "altIds", article.AlternateIds.Where(id => id != sourceUri).Select(id => Pair("role", id.Scheme, "value", id.Value))
            .Concat(article.StoryId.Length > 0 ? [Pair("role", StoryRole, "value", article.StoryId)] : []));
        Put(document, "expires", article.ExpireTime);
        WriteSourceType(document, article.DigitalSourceType);
        return document;
    }

    /// <summary>Adds what the standard requires and neither the article nor its source had.</summary>
    public static void Complete(JsonObject document, bool isVersion2)
    {
        var number = 0;
        foreach (var association in document.Objects("associations"))
        {
            number++;
            if (association["name"] is null)
            {
                association["name"] = $"{association.Text("rel") ?? "related"}-{number.ToString(CultureInfo.InvariantCulture)}";
            }

            if (association["uri"] is null)
            {
                association["uri"] = $"{document.Text("uri")}:{Uri.EscapeDataString(association.Text("name") ?? "")}";
            }
        }

        document["standard"] = new JsonObject
        {
            ["name"] = "ninjs",
            ["version"] = isVersion2 ? "2.1" : "3.1",
            ["schema"] = $"http://www.iptc.org/std/ninjs/ninjs-schema_{(isVersion2 ? "2.1" : "3.1")}.json",
        };
    }

    /// <summary>Sets what a link leads to: an article of this service, or an address elsewhere.</summary>
    public static void SetTarget(Link link, string uri)
    {
        if (uri.StartsWith(OwnArticle, StringComparison.Ordinal))
        {
            var target = new Article();
            ArticleIdentity.Set(target, uri);
            link.ArticleId = target.ArticleId;
        }
        else
        {
            link.Uri = uri;
        }
    }

    /// <summary>What a link leads to, as <see cref="SetTarget"/> reads it.</summary>
    public static string Target(Link link) => link.ArticleId.Length > 0 ? OwnArticle + link.ArticleId : link.Uri;

    private static void WriteRights(JsonObject node, Rights? rights)
    {
        Put(node, "copyrightHolder", rights?.CopyrightHolder);
        Put(node, "copyrightNotice", rights?.CopyrightNotice);
        Put(node, "usageTerms", rights?.UsageTerms);
    }

    private static void WriteTexts(JsonObject document, Article article)
    {
        PutArray(document, "headlines", Texts(
        [
            ("", article.Headline), (KickerRole, article.Kicker), .. article.HeadlineVariants.Select(variant => (variant.Purpose, variant.Text)),
        ]));
        PutArray(document, "descriptions", Texts(
        [
            ("", article.Standfirst), (PublicNoteRole, article.PublicNote), (DatelineRole, article.Dateline?.Text ?? ""), (CorrectionRole, article.Correction?.Note ?? ""),
            (WrongTextRole, article.Correction?.WrongText ?? ""), (RightTextRole, article.Correction?.RightText ?? ""),
        ]));
        if (article.Body.Count > 0)
        {
            document["bodies"] = new JsonArray(Pair("contentType", "text/html", "value", BodyHtml.Write(article)));
        }
    }

    private static IEnumerable<JsonObject> Texts(IEnumerable<(string Role, string Text)> texts) => texts.Where(text => text.Text.Length > 0).Select(text =>
    {
        var node = new JsonObject();
        Put(node, "role", text.Role);
        node["value"] = text.Text;
        return node;
    });

    private static IEnumerable<JsonObject> Sources(Article article)
    {
        if (article.Provider is { } provider)
        {
            yield return Source(provider.Name, provider.Code, ProviderRole);
        }

        foreach (var source in article.InfoSources)
        {
            yield return Source(source.Name, source.Code, source.Role);
        }
    }

    private static JsonObject Source(string name, string code, string role)
    {
        var node = new JsonObject();
        Put(node, "name", name);
        Put(node, "role", role);
        Put(node, SourceAddress.IsUri(code) ? "uri" : "literal", code);
        return node;
    }

    private static void WriteMedia(JsonObject document, Article article)
    {
        var main = IsMedium(article.ItemType) ? article.Media.FirstOrDefault(media => media.MediaId == MainMedia && media.ItemType == article.ItemType) : null;
        if (main is not null)
        {
            PutArray(document, "renditions", main.Renditions.Select(Rendition));
        }

        PutArray(document, "associations", article.Media.Where(media => media != main).Select(Association).Concat(article.Links.Select(Association)));
    }

    private static JsonObject Association(Media media)
    {
        var node = new JsonObject { ["name"] = media.MediaId };
        Put(node, "type", TypeName(media.ItemType));
        Put(node, "by", media.Credit);
        WriteRights(node, media.Rights);
        PutArray(node, "descriptions", Texts([("", media.Caption), (AltTextRole, media.AltText)]));
        PutArray(node, "renditions", media.Renditions.Select(Rendition));
        WriteSourceType(node, media.DigitalSourceType);
        return node;
    }

    private static JsonObject Association(Link link)
    {
        var node = new JsonObject();
        Put(node, "uri", Target(link));
        Put(node, "rel", link.Relation == LinkRelation.Related ? "" : Relations.FirstOrDefault(pair => pair.Relation == link.Relation).Name);
        PutArray(node, "headlines", Texts([("", link.Headline)]));
        return node;
    }

    private static JsonObject Rendition(Rendition rendition)
    {
        var node = new JsonObject { ["name"] = rendition.Name };
        Put(node, "href", rendition.Uri);
        Put(node, "contentType", rendition.MediaType);
        Put(node, "width", rendition.WidthPixels);
        Put(node, "height", rendition.HeightPixels);
        Put(node, "sizeInBytes", rendition.SizeBytes);
        if (rendition.DurationMillis > 0)
        {
            node["duration"] = rendition.DurationMillis % 1000 == 0 ? rendition.DurationMillis / 1000 : rendition.DurationMillis / 1000m;
        }

        return node;
    }

    private static void WriteSourceType(JsonObject node, string code)
    {
        if (code.Length > 0)
        {
            node["digitalSourceType"] = new JsonObject { ["uri"] = ConceptCodes.ToUri("digsrctype", code) };
        }
    }

    private static void PutConcepts(JsonObject document, string name, RepeatedField<Concept> concepts, bool withOrigin = false) => PutArray(document, name, concepts.Select(concept =>
    {
        var node = new JsonObject();
        Put(node, "name", concept.Name);
        Put(node, concept.Scheme.Length > 0 ? "uri" : "literal", concept.Scheme.Length > 0 ? ConceptCodes.ToUri(concept.Scheme, concept.Code) : concept.Code);
        if (withOrigin && concept.HasRelevance)
        {
            node["relevance"] = concept.Relevance;
        }

        Put(node, "creator", withOrigin ? concept.Origin switch { ConceptOrigin.Editor => EditorOrigin, ConceptOrigin.Machine => MachineOrigin, _ => "" } : "");
        return node;
    }));

    private static string? TypeName(ItemType type) => Types.FirstOrDefault(pair => pair.Type == type).Name;

    private static JsonObject Pair(string first, string firstValue, string second, string secondValue) => new() { [first] = firstValue, [second] = secondValue };

    private static void Put(JsonObject node, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            node[name] = text;
        }
    }

    private static void Put(JsonObject node, string name, long number)
    {
        if (number > 0)
        {
            node[name] = number;
        }
    }

    private static void Put(JsonObject node, string name, Timestamp? time) => Put(node, name, time is null ? "" : SourceTime.Format(time));

    private static void PutArray(JsonObject node, string name, IEnumerable<JsonObject> elements)
    {
        if (elements.ToArray() is { Length: > 0 } array)
        {
            node[name] = new JsonArray(array);
        }
    }
}
