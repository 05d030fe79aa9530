using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Formats.Tests;

/// <summary>Which field of which file came through: a line a field, a column a file.</summary>
internal sealed class FieldTable
{
    // The server's, but for those that formats have; and how an article came here.
    private static readonly string[] NotMapped = ["source_document", "first_published_time", "advisory"];

    private readonly List<string> _files = [];
    private readonly Dictionary<string, List<char>> _cells = [];

    /// <summary>Fields that were there and are not the same any more, with their files.</summary>
    public List<string> Lost { get; } = [];

    public void Add(string file, Article before, Article after)
    {
        _files.Add(file);
        foreach (var field in Article.Descriptor.Fields.InDeclarationOrder().Where(field => !NotMapped.Contains(field.Name)))
        {
            var (value, again) = (field.Accessor.GetValue(before), field.Accessor.GetValue(after));
            var cell = IsEmpty(value) ? '.' : Equals(value, again) || (field.Name == "extensions" && Equals(Sorted(before), Sorted(after))) ? '+' : 'X';
            if (!_cells.TryGetValue(field.Name, out var cells))
            {
                _cells[field.Name] = cells = [];
            }

            cells.Add(cell);
            if (cell == 'X')
            {
                Lost.Add($"{file}: {field.Name}: {value} became {again}");
            }
        }
    }

    public override string ToString()
    {
        var table = new StringBuilder("+ the same after import and export   . not there   X lost\n");
        for (var i = 0; i < _files.Count; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{i + 1,3} {_files[i]}\n");
        }

        foreach (var (field, cells) in _cells.Where(pair => pair.Value.Exists(cell => cell != '.')))
        {
            table.Append(CultureInfo.InvariantCulture, $"{field,-22} {string.Join(' ', cells)}\n");
        }

        return table.ToString();
    }

    // What no field models, without how the language was found, which is not the document's. Members of JSON have no order, nor have the rests of items.
    private static string Sorted(Article article) => string.Join('\n', article.Extensions
        .Where(extension => extension.Namespace != Inferred.Namespace)
        .Select(extension => extension.MediaType == "application/json" ? Sorted(JsonNode.Parse(extension.Content.Span)) : extension.Content.ToStringUtf8())
        .Order(StringComparer.Ordinal));

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{(member is { Key: "$items", Value: JsonArray items } ? string.Join(',', items.Select(Sorted).Order(StringComparer.Ordinal)) : Sorted(member.Value))}"))}}}",
        JsonArray array => $"[{string.Join(',', array.Select(Sorted))}]",
        _ => node?.ToJsonString() ?? "null",
    };

    private static bool IsEmpty(object? value) => value is null or "" or 0 or ICollection { Count: 0 } || (value is System.Enum number && Convert.ToInt32(number, CultureInfo.InvariantCulture) == 0)
        || (value is IMessage message && message.CalculateSize() == 0);
}
