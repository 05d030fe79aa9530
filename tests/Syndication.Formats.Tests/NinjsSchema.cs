using System.Text.Json.Nodes;
using Json.Schema;

namespace Syndication.Formats.Tests;

/// <summary>A JSON schema of ninjs, as JsonSchema.Net reads it.</summary>
internal sealed class NinjsSchema
{
    // The schema of GeoJSON is elsewhere, and nothing is fetched: whatever stands there is let through.
    private const string Elsewhere = "https://geojson.org/schema/GeoJSON.json";

    private readonly JsonSchema _schema;
    private readonly EvaluationOptions _options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    public NinjsSchema(string file)
    {
        _options.SchemaRegistry.Register(new Uri(Elsewhere), new JsonSchemaBuilder().Id(Elsewhere).Build());
        _schema = JsonSchema.FromText(File.ReadAllText(file));
    }

    /// <summary>What is wrong with a document, by place; empty where nothing is.</summary>
    public List<string> Validate(JsonNode document)
    {
        var results = _schema.Evaluate(document, _options);
        return results.IsValid
            ? []
            : [.. results.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Key}: {error.Value}"))];
    }
}
