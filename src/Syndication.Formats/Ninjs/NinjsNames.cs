using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Syndication.Formats.Ninjs;

/// <summary>The names of ninjs 3, and how they were spelled in ninjs 2: in lower case, with two that changed. Documents are worked on in ninjs 3.</summary>
internal static class NinjsNames
{
    private static readonly string[] CamelCase =
    [
        "representationType", "firstCreated", "versionCreated", "contentCreated", "pubStatus", "copyrightHolder", "copyrightNotice", "usageTerms", "edNote", "contentType",
        "charCount", "wordCount", "contactInfo", "postalCode", "symbolType", "infoSources", "sizeInBytes", "altIds", "trustIndicators", "rightsInfo", "langId",
        "linkedRights", "encodedRights",
    ];

    private static readonly FrozenDictionary<string, string> FromLower = CamelCase.Select(name => (Lower: name.ToLowerInvariant(), Name: name))
        .Append(("embargoed", "embargoedUntil")).Append(("geojson", "geoJSON"))
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    private static readonly FrozenDictionary<string, string> ToLower = FromLower.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    // What ninjs 2.1 has no place for.
    private static readonly FrozenSet<string> OnlyIn3 =
        new[] { "eventDetails", "plannedCoverage", "digitalSourceType", "aspectRatio", "videoCodec", "frameRate", "poi", "transportProtocol", "scanType", "bitrate" }.ToFrozenSet();

    /// <summary>Whether names are spelled as in ninjs 2.</summary>
    public static bool IsVersion2(JsonObject document) => document.Any(member => FromLower.ContainsKey(member.Key) && member.Key != "geojson");

    public static JsonObject ToVersion3(JsonObject document) => Rename(document, FromLower, _ => true);

    public static JsonObject ToVersion2(JsonObject document)
    {
        var renamed = Rename(document, ToLower, name => !OnlyIn3.Contains(name));
        foreach (var association in Json.SafeJson.Objects(renamed, "associations"))
        {
            association.Remove("rel");
        }

        foreach (var happening in Json.SafeJson.Objects(renamed, "events"))
        {
            happening.Remove("id");
        }

        return renamed;
    }

    private static JsonObject Rename(JsonObject node, FrozenDictionary<string, string> names, Func<string, bool> isKept)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in node)
        {
            if (isKept(name))
            {
                renamed.TryAdd(names.GetValueOrDefault(name, name), value switch
                {
                    JsonObject inner => Rename(inner, names, isKept),
                    JsonArray array => new JsonArray([.. array.Select(element => element is JsonObject inner ? Rename(inner, names, isKept) : element?.DeepClone())]),
                    _ => value?.DeepClone(),
                });
            }
        }

        return renamed;
    }
}
