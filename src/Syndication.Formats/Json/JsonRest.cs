using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Syndication.Formats.Json;

/// <summary>
/// What an object has beyond another one: how a document's members that no field of the article models are found, and put back. Where both
/// have a value the article's counts, so that the rest never brings back what was corrected. Elements of arrays are known
/// again by a hash of what the article says about them: one that was edited since loses its rest.
/// </summary>
internal static class JsonRest
{
    private const string Items = "$items";

    // By which members elements are the same although they differ in others.
    private static readonly string[] Names = ["uri", "literal", "href", "url", "id", "name", "value"];

    /// <summary>What the document has beyond what the article gives.</summary>
    /// <returns>Null where that is nothing.</returns>
    public static JsonObject? Find(JsonObject document, JsonObject given)
    {
        var rest = new JsonObject();
        foreach (var (name, value) in document)
        {
            var found = (value, given[name]) switch
            {
                (null, _) => null,
                (_, null) => value.DeepClone(),
                (JsonObject inner, JsonObject other) => Find(inner, other),
                (JsonArray inner, JsonArray other) => Find(inner, other),
                _ => null,
            };
            if (found is not null and not JsonArray { Count: 0 })
            {
                rest[name] = found;
            }
        }

        return rest.Count > 0 ? rest : null;
    }

    /// <summary>Puts a rest back.</summary>
    public static void Add(JsonObject given, JsonObject rest)
    {
        foreach (var (name, value) in rest)
        {
            switch (value, given[name])
            {
                case (JsonObject { Count: 1 } wrapper, var array) when wrapper[Items] is JsonArray items && array is null or JsonArray:
                    var elements = array as JsonArray ?? [];
                    Add(elements, items);
                    if (array is null && elements.Count > 0)
                    {
                        given[name] = elements;
                    }

                    break;
                case (not null, null):
                    given[name] = value.DeepClone();
                    break;
                case (JsonObject inner, JsonObject other):
                    Add(other, inner);
                    break;
            }
        }
    }

    /// <summary>Where the rest has something: paths such as <c>subjects[].confidence</c>.</summary>
    public static IEnumerable<string> Paths(JsonObject rest, string prefix = "")
    {
        foreach (var (name, value) in rest)
        {
            if (value is JsonObject { Count: 1 } wrapper && wrapper[Items] is JsonArray items)
            {
                foreach (var item in items.OfType<JsonObject>())
                {
                    if (item["add"] is JsonObject add)
                    {
                        foreach (var path in Paths(add, $"{prefix}{name}[]."))
                        {
                            yield return path;
                        }
                    }
                    else
                    {
                        yield return $"{prefix}{name}[]";
                    }
                }
            }
            else
            {
                yield return prefix + name;
            }
        }
    }

    private static JsonObject? Find(JsonArray document, JsonArray given)
    {
        var left = given.ToList();
        var items = new JsonArray();
        foreach (var element in document)
        {
            var match = element is null ? null : Match(element, left);
            if (match is null)
            {
                items.Add(new JsonObject { ["new"] = element?.DeepClone() });
                continue;
            }

            left.Remove(match);
            if (element is JsonObject inner && match is JsonObject other && Find(inner, other) is { } add)
            {
                items.Add(new JsonObject { ["of"] = Hash(match), ["add"] = add });
            }
        }

        return items.Count > 0 ? new JsonObject { [Items] = items } : null;
    }

    private static void Add(JsonArray given, JsonArray items)
    {
        var hashes = given.ToLookup(Hash);
        foreach (var item in items.OfType<JsonObject>().ToList())
        {
            if (item["add"] is JsonObject add)
            {
                if (item["of"].AsText() is { } hash && hashes[hash].OfType<JsonObject>().FirstOrDefault() is { } element)
                {
                    Add(element, add);
                }
            }
            else
            {
                given.Add(item["new"]?.DeepClone());
            }
        }
    }

    private static JsonNode? Match(JsonNode element, List<JsonNode?> candidates)
    {
        if (candidates.Find(candidate => candidate is not null && Holds(element, candidate)) is { } whole)
        {
            return whole;
        }

        return element is not JsonObject wanted
            ? null
            : candidates.OfType<JsonObject>().FirstOrDefault(candidate => Array.Find(Names, name => candidate[name] is not null && wanted[name] is not null) is { } name
                && SourceText.SameWords(candidate[name].AsText() ?? "", wanted[name].AsText() ?? "-"));
    }

    // Whether everything that is given stands in the document too.
    private static bool Holds(JsonNode document, JsonNode given) => (document, given) switch
    {
        (JsonObject inner, JsonObject other) => other.All(member => member.Value is null || (inner[member.Key] is { } value && Holds(value, member.Value))),
        (JsonArray inner, JsonArray other) => inner.Count == other.Count && inner.Zip(other).All(pair => pair is { First: { } first, Second: { } second } && Holds(first, second)),
        (JsonValue inner, JsonValue other) => inner.AsText() is { } text ? SourceText.SameWords(text, other.AsText() ?? "") : JsonNode.DeepEquals(inner, other),
        _ => false,
    };

    private static string Hash(JsonNode? node) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null")))[..16];
}
