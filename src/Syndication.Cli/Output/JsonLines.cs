using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Syndication.Cli.Check;
using Syndication.Cli.Doctor;
using Syndication.Cli.Import;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>The contract's JSON, one object per line.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Never put into a page: people read it too.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<CheckOutcome>(JsonNamingPolicy.CamelCase) },
    };

    public static string Format(IMessage message) => JsonFormatter.Default.Format(message);

    /// <summary>What the contract has no message for, in the same style.</summary>
    public static string Format(ImportLine line) => JsonSerializer.Serialize(line, Options);

    /// <inheritdoc cref="Format(ImportLine)"/>
    public static string Format(ErrorLine line) => JsonSerializer.Serialize(line, Options);

    /// <inheritdoc cref="Format(ImportLine)"/>
    public static string Format(CheckLine line) => JsonSerializer.Serialize(line, Options);

    /// <inheritdoc cref="Format(ImportLine)"/>
    public static string Format(Diagnosis line) => JsonSerializer.Serialize(line, Options);

    /// <inheritdoc cref="Format(ImportLine)"/>
    public static string Format(RuleLine line) => JsonSerializer.Serialize(line, Options);

    /// <summary>An update, and the cursor after it where there is one.</summary>
    public static string Format(Update update, string? cursor) => cursor is null
        ? $"{{\"update\":{Format(update)}}}"
        : $"{{\"update\":{Format(update)},\"cursor\":{JsonSerializer.Serialize(cursor, Options)}}}";
}
