using System.Globalization;
using System.Text.Json.Nodes;

namespace Syndication.Formats.Tests;

/// <summary>
/// Validates by the words of JSON Schema 2020-12 that the schemas of ninjs use, and throws at any other: what it does not know it does not pass over.
/// </summary>
internal sealed class NinjsSchema
{
    private static readonly HashSet<string> Remarks = ["$schema", "$id", "title", "description", "$defs", "examples", "$comment", "default", "deprecated"];

    private readonly JsonObject _root;

    public NinjsSchema(string file) => _root = (JsonObject)JsonNode.Parse(File.ReadAllText(file))!;

    public List<string> Validate(JsonNode document)
    {
        var errors = new List<string>();
        Check(_root, document, "", errors, []);
        return errors;
    }

    private void Check(JsonNode schema, JsonNode? value, string at, List<string> errors, HashSet<string> evaluated)
    {
        if (schema is JsonValue boolean)
        {
            if (!boolean.GetValue<bool>())
            {
                errors.Add($"{at}: not allowed");
            }

            return;
        }

        var words = (JsonObject)schema;
        foreach (var (word, rule) in words.OrderBy(pair => pair.Key is "unevaluatedProperties"))
        {
            switch (word)
            {
                case "$ref" when rule!.GetValue<string>() is ['#', ..] reference:
                    Check(Resolve(reference), value, at, errors, evaluated);
                    break;
                case "$ref":
                    // GeoJSON's own schema is elsewhere.
                    break;
                case "type":
                    CheckType(rule!.GetValue<string>(), value, at, errors);
                    break;
                case "enum":
                    if (!((JsonArray)rule!).Any(allowed => JsonNode.DeepEquals(allowed, value)))
                    {
                        errors.Add($"{at}: not one of the values");
                    }

                    break;
                case "format":
                    CheckFormat(rule!.GetValue<string>(), value, at, errors);
                    break;
                case "pattern":
                    if (value is JsonValue text && text.TryGetValue<string>(out var characters) && !System.Text.RegularExpressions.Regex.IsMatch(characters, rule!.GetValue<string>()))
                    {
                        errors.Add($"{at}: not of the pattern");
                    }

                    break;
                case "minimum" or "maximum":
                    if (value is JsonValue number && number.TryGetValue<double>(out var size) && (word == "minimum" ? size < rule!.GetValue<double>() : size > rule!.GetValue<double>()))
                    {
                        errors.Add($"{at}: out of range");
                    }

                    break;
                case "required":
                    foreach (var name in ((JsonArray)rule!).Select(name => name!.GetValue<string>()).Where(name => value is JsonObject && value[name] is null))
                    {
                        errors.Add($"{at}/{name}: required");
                    }

                    break;
                case "properties":
                    foreach (var (name, inner) in (JsonObject)rule!)
                    {
                        if (value is JsonObject members && members.ContainsKey(name))
                        {
                            evaluated.Add(name);
                            Check(inner!, members[name], $"{at}/{name}", errors, []);
                        }
                    }

                    break;
                case "additionalProperties":
                    CheckOthers(rule!, value, at, errors, ((JsonObject?)words["properties"])?.Select(pair => pair.Key).ToHashSet() ?? []);
                    break;
                case "unevaluatedProperties":
                    CheckOthers(rule!, value, at, errors, evaluated);
                    break;
                case "items":
                    for (var i = 0; value is JsonArray array && i < array.Count; i++)
                    {
                        Check(rule!, array[i], $"{at}/{i.ToString(CultureInfo.InvariantCulture)}", errors, []);
                    }

                    break;
                case "oneOf" or "anyOf" or "allOf":
                    CheckSome(word, (JsonArray)rule!, value, at, errors, evaluated);
                    break;
                default:
                    Assert.True(Remarks.Contains(word), $"The schema has a word that is not known here: {word}.");
                    break;
            }
        }
    }

    private void CheckSome(string word, JsonArray rules, JsonNode? value, string at, List<string> errors, HashSet<string> evaluated)
    {
        var good = 0;
        foreach (var rule in rules)
        {
            var own = new List<string>();
            Check(rule!, value, at, own, evaluated);
            good += own.Count == 0 ? 1 : 0;
        }

        if (word switch { "oneOf" => good != 1, "anyOf" => good == 0, _ => good != rules.Count })
        {
            errors.Add($"{at}: {word}");
        }
    }

    private void CheckOthers(JsonNode rule, JsonNode? value, string at, List<string> errors, HashSet<string> known)
    {
        foreach (var (name, inner) in value as JsonObject ?? [])
        {
            if (!known.Contains(name))
            {
                Check(rule, inner, $"{at}/{name}", errors, []);
            }
        }
    }

    private static void CheckType(string type, JsonNode? value, string at, List<string> errors)
    {
        var kind = value?.GetValueKind();
        var isRight = type switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => kind == System.Text.Json.JsonValueKind.String,
            "number" => kind == System.Text.Json.JsonValueKind.Number,
            "integer" => kind == System.Text.Json.JsonValueKind.Number && value!.GetValue<double>() % 1 == 0,
            "boolean" => kind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
            _ => throw new NotSupportedException(type),
        };
        if (!isRight)
        {
            errors.Add($"{at}: not of type {type}");
        }
    }

    private static void CheckFormat(string format, JsonNode? value, string at, List<string> errors)
    {
        if (value is not JsonValue text || !text.TryGetValue<string>(out var characters))
        {
            return;
        }

        var isRight = format switch
        {
            "uri" => Uri.TryCreate(characters, UriKind.Absolute, out _) && characters.Contains(':', StringComparison.Ordinal),
            "date-time" => DateTimeOffset.TryParseExact(characters, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            _ => throw new NotSupportedException(format),
        };
        if (!isRight)
        {
            errors.Add($"{at}: no {format}");
        }
    }

    private JsonNode Resolve(string reference)
    {
        JsonNode node = _root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            node = node[part]!;
        }

        return node;
    }
}
