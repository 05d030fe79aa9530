using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Server.Demo;

/// <summary>The bundled sample wire: invented articles as JSON of the contract, a file per version, <c>SLUG.VERSION.json</c>.</summary>
public static class DemoWire
{
    private const string Prefix = "Demo.Wire.";
    private const string Suffix = ".json";

    /// <summary>All versions, as <c>SLUG.VERSION</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(DemoWire).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads one version.</summary>
    public static Article Read(string name)
    {
        using var reader = new StreamReader(typeof(DemoWire).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new ArgumentException($"There is no bundled article \"{name}\".", nameof(name)));
        return JsonParser.Default.Parse<Article>(reader);
    }
}
