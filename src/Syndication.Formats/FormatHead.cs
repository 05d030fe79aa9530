using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Syndication.Formats.Xml;

namespace Syndication.Formats;

/// <summary>What the beginning of a document shows, for telling its format.</summary>
public sealed partial class FormatHead
{
    private const int MaxProperties = 40;
    private const int MaxHead = 4096;

    private static readonly HashSet<string> XmlRoots =
        ["rss", "feed", "RDF", "nitf", "newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"];

    private FormatHead(string extension) => Extension = extension;

    /// <summary>How the name ends, in lower case, with the dot; empty when it has no ending.</summary>
    public string Extension { get; }

    /// <summary>Whether the first character that is no white space begins markup.</summary>
    public bool IsMarkup { get; private set; }

    /// <summary>Whether the first character that is no white space begins an object or array of JSON.</summary>
    public bool IsJson { get; private set; }

    /// <summary>Whether it begins neither as markup nor as JSON.</summary>
    public bool IsText => !IsMarkup && !IsJson;

    /// <summary>Whether its name says that it is XML, HTML or JSON: such a file is no plain text, whatever it begins with.</summary>
    public bool IsNamedStructured => Extension is ".json" or ".ndjson" or ".jsonl" or ".ninjs" or ".xml" or ".nitf" or ".rss" or ".atom" or ".rdf" or ".html" or ".htm" or ".xhtml";

    /// <summary>The local name of the root element, where it can be read as XML; otherwise empty.</summary>
    public string RootName { get; private set; } = "";

    /// <summary>Why it is not read as anything, where its beginning shows that: it declares entities, hides what it is, or is broken. Null otherwise.</summary>
    public FormatRefusal? Refusal { get; private set; }

    /// <summary>The root element's namespace; empty where it has none.</summary>
    public string RootNamespace { get; private set; } = "";

    /// <summary>The first names in an object of JSON, or in the first object of an array.</summary>
    public IReadOnlySet<string> Properties { get; private set; } = new HashSet<string>();

    /// <summary>Looks at a document. Costs no more than its first few kilobytes, but for JSON whose first values are long.</summary>
    public static FormatHead Of(FormatSource source)
    {
        var head = new FormatHead(Path.GetExtension(source.Name).ToLowerInvariant());
        var bytes = source.Bytes.Span;
        var start = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        switch (start.TrimStart(" \t\r\n\0"u8))
        {
            case [(byte)'{' or (byte)'[', 0, ..]:
            case [0xFF, 0xFE, (byte)'{' or (byte)'[', ..]:
            case [0xFE, 0xFF, 0, (byte)'{' or (byte)'[', ..]:
                head.Refusal = new(FormatRefusalReason.BadEncoding, "it begins as JSON in UTF-16, and JSON is UTF-8.");
                break;
            case [(byte)'{' or (byte)'[', ..] json:
                head.IsJson = true;
                head.Properties = PropertiesOf(json);
                break;
            case [0xFF, 0xFE, 0, 0, ..]:
            case [0xFE, 0xFF, _, _, ..] when bytes is [0, 0, ..]:
                head.Refusal = new(FormatRefusalReason.BadEncoding, "it is in UTF-32, which is not read.");
                break;
            case [(byte)'<', ..]:
            case [0xFF, 0xFE, (byte)'<', ..]:
            case [0xFE, 0xFF, 0, (byte)'<', ..]:
                head.IsMarkup = true;
                head.ReadRoot(source);
                break;
            case [] or [> (byte)' ' and < 0x7F, ..]:
                if (bytes[..Math.Min(bytes.Length, MaxHead)].IndexOf("<?xml "u8) > 0 || start.StartsWith("HTTP/1."u8))
                {
                    head.Refusal = new(FormatRefusalReason.NotWellFormed, "it holds a document, of XML or with the headers of a web server, and begins with something else.");
                }

                break;
            case var odd when BeginsOddly(odd):
                // A text it may not become: what embargo it has would not be seen.
                head.Refusal = new(FormatRefusalReason.NotWellFormed, "it begins as JSON or XML, but for characters before that do not belong there.");
                break;
        }

        return head;
    }

    /// <summary>Whether JSON or XML stands behind characters that nobody sees: marks, spaces and controls.</summary>
    private static bool BeginsOddly(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxHead)]);
        var start = 0;
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || char.IsControl(text[start]) || char.GetUnicodeCategory(text[start]) == System.Globalization.UnicodeCategory.Format))
        {
            start++;
        }

        return start > 0 && start < text.Length && text[start] is '{' or '[' or '<';
    }

    private static HashSet<string> PropertiesOf(ReadOnlySpan<byte> json)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, isFinalBlock: true, state: default);
        try
        {
            while (names.Count < MaxProperties && reader.Read() && reader.CurrentDepth <= 2)
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    names.Add(reader.GetString() ?? "");
                    reader.Skip();
                }
                else if (reader.TokenType == JsonTokenType.EndObject)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Its reader will say so.
        }

        return names;
    }

    private void ReadRoot(FormatSource source)
    {
        try
        {
            (RootName, RootNamespace) = SafeXml.ReadRoot(source.Bytes);
        }
        catch (FormatRefusedException exception)
        {
            // Most HTML is none. What declares entities, or says that it is XML of another kind, must not be taken for a page.
            Refusal = exception.Refusal.Reason == FormatRefusalReason.DocumentTypeDeclaration || SaysXml(source.Bytes.Span) ? exception.Refusal : null;
        }
    }

    /// <summary>Whether a document that cannot be read begins as XML does, or as a feed or an item, and not as a page.</summary>
    private static bool SaysXml(ReadOnlySpan<byte> bytes)
    {
        // Without the bytes of UTF-16 that are no ASCII: names and signs are all that is looked for.
        var start = Comments().Replace(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, MaxHead)]).Replace("\0", "", StringComparison.Ordinal), "");
        var root = FirstTag().Match(start);
        return root.Success && !root.Groups[1].Value.Equals("html", StringComparison.OrdinalIgnoreCase)
            && (XmlRoots.Contains(root.Groups[1].Value) || XmlDeclaration().IsMatch(start));
    }

    [GeneratedRegex("<(?:[A-Za-z_][\\w.-]*:)?([A-Za-z_][\\w.-]*)")]
    private static partial Regex FirstTag();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("^[^<]*<\\?xml\\s")]
    private static partial Regex XmlDeclaration();
}
