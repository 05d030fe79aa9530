using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Syndication.V1;
using Extension = Syndication.V1.Extension;

namespace Syndication.Formats;

/// <summary>
/// Says which fields of an article no source stated: an extension of the article with a JSON object, from the field to how its value was
/// inferred. <c>{"language":"stop-words"}</c>: the language was told by the function words of the text.
/// </summary>
public static class Inferred
{
    /// <summary>The namespace of the extension; its media type is <c>application/json</c>.</summary>
    public const string Namespace = "urn:syndication:inferred:1";

    /// <summary>The language was told by the text's function words: <see cref="Findings.Languages.LanguageDetector"/>.</summary>
    public const string StopWords = "stop-words";

    /// <summary>How the language of an article was inferred.</summary>
    /// <returns>Null when a source or an editor stated it, as far as the article tells.</returns>
    public static string? FindLanguage(Article article)
    {
        try
        {
            return article.Extensions.FirstOrDefault(extension => extension.Namespace == Namespace) is { } extension
                ? JsonSerializer.Deserialize(extension.Content.Span, InferredJson.Default.InferredFields)?.Language
                : null;
        }
        catch (JsonException)
        {
            // Somebody else's content under our name.
            return null;
        }
    }

    internal static Extension ToExtension(string language) => new()
    {
        Namespace = Namespace,
        MediaType = "application/json",
        Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(new InferredFields(language), InferredJson.Default.InferredFields)),
    };
}

internal sealed record InferredFields(string? Language);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InferredFields))]
internal sealed partial class InferredJson : JsonSerializerContext;
