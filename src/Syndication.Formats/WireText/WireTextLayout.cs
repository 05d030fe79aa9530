using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Syndication.V1;
using Extension = Syndication.V1.Extension;

namespace Syndication.Formats.WireText;

/// <summary>
/// How a source differs from the canonical layout, which is: no byte order mark, line feeds, the parts in the order of
/// <see cref="WireTextPart.Of(Article)"/> with the gaps of <see cref="WireTextPart.Gap"/>, nothing before and after. Kept as an
/// extension of the article where there is a difference. The charset is that of the source document's media type.
/// </summary>
internal sealed record WireTextLayout
{
    public const string Namespace = "urn:syndication:wire-text-layout:1";

    /// <summary>How many parts the text has, and how many UTF-16 units once it is clean and its lines are joined: another article has another layout.</summary>
    public int Parts { get; init; }

    public int Length { get; init; }

    /// <summary>The parts by their canonical number, as they follow one another in the source. Null: in canonical order.</summary>
    public int[]? Order { get; init; }

    /// <summary>The usual gap of this text, where it is not <see cref="WireTextPart.UsualGap"/>.</summary>
    public string? Gap { get; init; }

    /// <summary>What stands before the part at a place, or after the last one, where it is not the usual.</summary>
    public Dictionary<int, string> Gaps { get; init; } = [];

    /// <summary>Where lines were joined, ascending: the UTF-16 unit of the space, or that behind the hyphen of a divided word.</summary>
    public int[] Wraps { get; init; } = [];

    /// <summary>What stood there, by the number of the wrap, where it is not a line feed.</summary>
    public Dictionary<int, string> WrapGaps { get; init; } = [];

    /// <summary>See <see cref="CleanText.LineEnd"/>. Null: a line feed.</summary>
    public string? LineEnd { get; init; }

    /// <summary>Triples of <see cref="TextEdit"/>, the character as its code.</summary>
    public int[] Edits { get; init; } = [];

    [JsonIgnore]
    public bool IsCanonical => Order is null && Gap is null && Gaps.Count == 0 && Wraps.Length == 0 && LineEnd is null && Edits.Length == 0;

    public Extension ToExtension() => new()
    {
        Namespace = Namespace,
        MediaType = "application/json",
        Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(this, WireTextJson.Default.WireTextLayout)),
    };

    /// <summary>How many characters of the source its text does not have, line ends and a byte order mark not counted.</summary>
    public static int CountLeftOut(Article article) =>
        article.Extensions.FirstOrDefault(extension => extension.Namespace == Namespace) is { } extension
        && JsonSerializer.Deserialize(extension.Content.Span, WireTextJson.Default.WireTextLayout) is { } layout
            ? layout.Edits.Chunk(3).Count(edit => edit[1] == 0 && (char)edit[2] is not ('\r' or '\n' or '\uFEFF'))
            : 0;

    /// <summary>The layout that an article was read with.</summary>
    /// <returns>Null when there is none, or when the article has been changed so that it fits no more.</returns>
    public static WireTextLayout? Find(Article article, int parts)
    {
        try
        {
            return article.Extensions.FirstOrDefault(extension => extension.Namespace == Namespace) is { } extension
                && JsonSerializer.Deserialize(extension.Content.Span, WireTextJson.Default.WireTextLayout) is { } layout
                && layout.Parts == parts
                && layout.Gaps is not null
                && layout.Wraps is not null && layout.WrapGaps is not null
                && layout.Edits is not null && layout.Edits.Length % 3 == 0
                && (layout.Order is null || layout.Order.Order().SequenceEqual(Enumerable.Range(0, parts)))
                    ? layout
                    : null;
        }
        catch (JsonException)
        {
            // Somebody else's content under our name says nothing about the text.
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(WireTextLayout))]
internal sealed partial class WireTextJson : JsonSerializerContext;
