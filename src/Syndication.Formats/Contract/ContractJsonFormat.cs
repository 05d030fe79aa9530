using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Syndication.Formats.Json;
using Syndication.V1;

namespace Syndication.Formats.Contract;

/// <summary>The contract's own JSON: an <c>Article</c>, or an array of them. Holds everything.</summary>
internal sealed class ContractJsonFormat : IArticleFormat
{
    public string Name => "json";

    public string Description => "the contract's own JSON of Article";

    public string MediaType => "application/json";

    public string Extension => ".json";

    public bool HoldsMany => true;

    public bool HoldsStatus => true;

    public int Recognize(FormatHead head) => !head.IsJson ? 0 : head.Properties.Overlaps(["articleId", "article_id", "headline", "itemType"]) ? 80 : 10;

    public IReadOnlyList<FormatItem> Read(FormatSource source) => SafeJson.Parse(source.Bytes, source.Limits) switch
    {
        JsonObject single => [ReadItem(single, 0)],
        JsonArray several when several.Count <= source.Limits.MaxArticles => [.. several.Select(ReadItem)],
        JsonArray => throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has more than {source.Limits.MaxArticles} articles."),
        _ => throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, "it is neither an object nor an array of objects."),
    };

    public byte[] Write(IReadOnlyList<Article> articles) => Encoding.UTF8.GetBytes(articles.Count == 1
        ? JsonFormatter.Default.Format(articles[0]) + "\n"
        : $"[\n{string.Join(",\n", articles.Select(article => JsonFormatter.Default.Format(article)))}\n]\n");

    private static FormatItem ReadItem(JsonNode? element, int index) => ArticleFormats.ReadItem(index + 1, _ =>
    {
        try
        {
            return JsonParser.Default.Parse<Article>(element?.ToJsonString() ?? "null");
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or ArgumentException or FormatException or OverflowException)
        {
            throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, $"not JSON of Article: {exception.Message}", exception);
        }
    });
}
