using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;
using FieldKind = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace Syndication.Server.Http.OpenApi;

/// <summary>
/// The contract's messages as JSON schemas, each under its full name, as the
/// <see href="https://protobuf.dev/programming-guides/json/">JSON mapping of Protobuf</see> writes them. Made as they are asked for, with all that they refer to.
/// </summary>
public sealed class ContractSchemas(FileDescriptorSet files, ContractComments comments, OpenApiDocument document)
{
    private readonly Dictionary<string, object> _types = files.File
        .SelectMany(file => file.MessageType.SelectMany(message => Named($"{file.Package}.", message)).Concat(file.EnumType.Select(type => ($"{file.Package}.{type.Name}", (object)type))))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>A message by its full name.</summary>
    public DescriptorProto Message(string name) => (DescriptorProto)_types[name.TrimStart('.')];

    /// <summary>A reference to the schema of a message or enum.</summary>
    public IOpenApiSchema Reference(string name)
    {
        name = name.TrimStart('.');
        if (WellKnown(name) is { } schema)
        {
            return schema;
        }

        var schemas = document.Components!.Schemas!;
        if (schemas.TryAdd(name, new OpenApiSchema()))
        {
            schemas[name] = _types[name] switch
            {
                DescriptorProto message => Of(message),
                EnumDescriptorProto type => Of(type),
                _ => throw new InvalidOperationException($"{name} is neither a message nor an enum."),
            };
        }

        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>The schema of a field's value.</summary>
    public IOpenApiSchema Of(FieldDescriptorProto field)
    {
        if (field.Type == FieldKind.Message && !IsWellKnown(field) && Message(field.TypeName) is { Options.MapEntry: true } entry)
        {
            return new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = One(entry.Field[1]) };
        }

        return field.Label == FieldDescriptorProto.Types.Label.Repeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = One(field) } : One(field);
    }

    /// <summary>Whether a field's message has a form of its own in JSON, such as a time.</summary>
    public static bool IsWellKnown(FieldDescriptorProto field) => WellKnown(field.TypeName.TrimStart('.')) is not null;

    private OpenApiSchema Of(DescriptorProto message)
    {
        // One value of each of these, at most. The ones that the compiler makes for optional fields hold a single field.
        var choices = message.OneofDecl
            .Select((_, index) => message.Field.Where(field => field.HasOneofIndex && field.OneofIndex == index).Select(field => field.JsonName).ToList())
            .Where(names => names.Count > 1)
            .Select(names => $"At most one of {string.Join(", ", names)}.");
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = string.Join("\n\n", choices.Prepend(comments.Of(message)).Where(text => text.Length > 0)),
            Properties = message.Field.ToDictionary(field => field.JsonName, field => Described(Of(field), comments.Of(field))),
        };
    }

    private OpenApiSchema Of(EnumDescriptorProto type) => new()
    {
        Type = JsonSchemaType.String,
        Description = string.Join('\n', type.Value.Select(value => $"- {value.Name}: {comments.Of(value)}").Prepend(comments.Of(type))),
        Enum = [.. type.Value.Select(value => (JsonNode)JsonValue.Create(value.Name))],
    };

    private IOpenApiSchema One(FieldDescriptorProto field) => field.Type switch
    {
        FieldKind.Message or FieldKind.Enum => Reference(field.TypeName),
        FieldKind.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldKind.Bytes => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        FieldKind.Double or FieldKind.Float => new OpenApiSchema { Type = JsonSchemaType.Number },
        FieldKind.Int32 or FieldKind.Sint32 or FieldKind.Sfixed32 or FieldKind.Uint32 or FieldKind.Fixed32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
        FieldKind.String => new OpenApiSchema { Type = JsonSchemaType.String },

        // Numbers of 64 bits are strings: JavaScript would round them.
        _ => new OpenApiSchema { Type = JsonSchemaType.String, Format = "int64" },
    };

    private static IOpenApiSchema Described(IOpenApiSchema schema, string description)
    {
        switch (schema)
        {
            case OpenApiSchemaReference reference:
                reference.Description = description;
                break;
            case OpenApiSchema own:
                own.Description = own.Description is { Length: > 0 } form ? $"{description} {form}" : description;
                break;
        }

        return schema;
    }

    private static OpenApiSchema? WellKnown(string name) => name switch
    {
        "google.protobuf.Timestamp" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        "google.protobuf.Duration" => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^-?[0-9]+(\.[0-9]{1,9})?s$", Description = "In seconds, such as `1.5s`." },
        "google.protobuf.FieldMask" => new OpenApiSchema { Type = JsonSchemaType.String, Description = "Paths of fields, separated by commas." },
        "google.protobuf.Empty" => new OpenApiSchema { Type = JsonSchemaType.Object },
        "google.protobuf.Any" => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { ["@type"] = new OpenApiSchema { Type = JsonSchemaType.String } },
            AdditionalProperties = new OpenApiSchema(),
        },
        _ => null,
    };

    private static IEnumerable<(string, object)> Named(string prefix, DescriptorProto message) =>
        message.NestedType.SelectMany(nested => Named($"{prefix}{message.Name}.", nested))
            .Concat(message.EnumType.Select(type => ($"{prefix}{message.Name}.{type.Name}", (object)type)))
            .Prepend(($"{prefix}{message.Name}", message));
}
