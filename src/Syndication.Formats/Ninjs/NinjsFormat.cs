using System.Text.Json.Nodes;
using Syndication.Formats.Json;
using Syndication.V1;

namespace Syndication.Formats.Ninjs;

/// <summary>IPTC's News in JSON: https://iptc.org/standards/ninjs. One news object, or several as an array or one a line. Either version reads both.</summary>
internal sealed class NinjsFormat(bool isVersion2) : IArticleFormat
{
    /// <summary>The namespace of what no field models.</summary>
    public const string Namespace = "http://www.iptc.org/std/ninjs/";

    public string Name => isVersion2 ? "ninjs-2.1" : "ninjs";

    public string Description => isVersion2 ? "IPTC ninjs 2.1" : "IPTC ninjs 3.1";

    // IPTC has registered no type for ninjs: JSON with the schema as its profile (RFC 6906).
    public string MediaType => $"application/json; profile=\"http://www.iptc.org/std/ninjs/ninjs-schema_{(isVersion2 ? "2.1" : "3.1")}.json\"";

    public string Extension => ".ninjs.json";

    public bool HoldsMany => true;

    public bool HoldsStatus => true;

    public int Recognize(FormatHead head)
    {
        if (!head.IsJson || !head.Properties.Contains("uri"))
        {
            return 0;
        }

        var isThis = isVersion2 == head.Properties.Overlaps(["versioncreated", "pubstatus", "copyrightholder", "firstcreated"]);
        return isThis ? 90 : 85;
    }

    public IReadOnlyList<FormatItem> Read(FormatSource source)
    {
        return SafeJson.Parse(source.Bytes, source.Limits) switch
        {
            JsonObject single => [ReadItem(1, single)],
            JsonArray several when several.Count <= source.Limits.MaxArticles => [.. several.Select((element, index) => ReadItem(index + 1, element))],
            JsonArray => throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has more than {source.Limits.MaxArticles} news objects."),
            _ => throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, "it is no object: no news object of ninjs."),
        };

        FormatItem ReadItem(int number, JsonNode? element) => ArticleFormats.ReadItem(number, notes => element is JsonObject document
            ? NinjsReader.Read(document, source, notes)
            : throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, "it is no object: no news object of ninjs."));
    }

    public byte[] Write(IReadOnlyList<Article> articles)
    {
        var documents = articles.Select(Write);
        return SafeJson.Write(articles.Count == 1 ? documents.Single() : new JsonArray([.. documents]));
    }

    private JsonObject Write(Article article)
    {
        var document = NinjsWriter.Write(article);
        if (SourceExtensions.Find(article, Namespace, "application/json") is { } content)
        {
            try
            {
                if (SafeJson.Parse(content, FormatLimits.Default) is JsonObject rest)
                {
                    JsonRest.Add(document, rest);
                }
            }
            catch (FormatRefusedException)
            {
                // Somebody else's content under this name.
            }
        }

        NinjsWriter.Complete(document, isVersion2);
        return isVersion2 ? NinjsNames.ToVersion2(document) : document;
    }
}
