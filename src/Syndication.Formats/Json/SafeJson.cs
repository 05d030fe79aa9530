using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syndication.Formats.Json;

/// <summary>Reads JSON that strangers wrote, within bounds of depth and count.</summary>
public static class SafeJson
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What was read within the limits, and in it wrapped a few times at each level, can be written.
    private const int WrittenDepth = 1024;

    // Nothing is escaped that need not be: texts stay readable, and as long as they are.
    private static readonly JsonSerializerOptions Readable = new() { MaxDepth = WrittenDepth, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };
    private static readonly JsonSerializerOptions OneLine = new() { MaxDepth = WrittenDepth, Encoder = Readable.Encoder };

    /// <summary>The value of a document. An object in which a name comes twice is refused: readers would differ on which counts.</summary>
    /// <exception cref="FormatRefusedException">It is no JSON, or more than the limits allow.</exception>
    internal static JsonNode? Parse(ReadOnlyMemory<byte> bytes, FormatLimits limits) => Guarded(bytes.Span, limits, static (json, limits) =>
        JsonNode.Parse(json, documentOptions: new() { MaxDepth = limits.MaxDepth, AllowDuplicateProperties = false }));

    /// <summary>Why a document is not read; null where it is JSON within the limits, for all that its encoding, depth and values say.</summary>
    public static FormatRefusal? Refuse(ReadOnlyMemory<byte> bytes, FormatLimits limits)
    {
        try
        {
            return Guarded<FormatRefusal?>(bytes.Span, limits, static (_, _) => null);
        }
        catch (FormatRefusedException exception)
        {
            return exception.Refusal;
        }
    }

    internal static byte[] Write(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString(Readable) + "\n");

    /// <summary>Without a line break.</summary>
    internal static byte[] WriteLine(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString(OneLine));

    /// <summary>A member that is a text; null where there is none.</summary>
    internal static string? Text(this JsonNode? node, string name) => (node as JsonObject)?[name].AsText();

    internal static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A member that is a number.</summary>
    internal static double? Number(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    /// <summary>The objects of a member that is an array.</summary>
    internal static IEnumerable<JsonObject> Objects(this JsonNode? node, string name) => (node as JsonObject)?[name] is JsonArray array ? array.OfType<JsonObject>() : [];

    private static T Guarded<T>(ReadOnlySpan<byte> json, FormatLimits limits, Func<ReadOnlySpan<byte>, FormatLimits, T> read)
    {
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            Check(json, limits);
            return read(json, limits);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatRefusedException(FormatRefusalReason.BadEncoding, "it is not UTF-8.", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatRefusedException(FormatRefusalReason.BadEncoding, "a text has half of a surrogate pair.", exception);
        }
        catch (JsonException exception)
        {
            throw new FormatRefusedException(FormatRefusalReason.NotWellFormed, $"not JSON: {exception.Message}", exception);
        }
    }

    private static void Check(ReadOnlySpan<byte> bytes, FormatLimits limits)
    {
        Strict.GetCharCount(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var values = 0;
        while (reader.Read())
        {
            if (reader.CurrentDepth >= limits.MaxDepth)
            {
                throw new FormatRefusedException(FormatRefusalReason.TooDeep, $"its objects and arrays are nested more than {limits.MaxDepth} deep.");
            }

            if (++values > limits.MaxNodes)
            {
                throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has more than {limits.MaxNodes} names and values.");
            }

            if (reader.ValueIsEscaped)
            {
                // Throws where an escape is half of a surrogate pair, here and not wherever the text is first looked at.
                reader.GetString();
            }
        }
    }
}
