using System.Text.Json;

namespace Syndication.Formats.Vocabularies;

/// <summary>
/// Reads the JSON of cv.iptc.org: an object with a <c>conceptSet</c>, or that list alone. Values that name concepts may be single or
/// lists, URIs or QCodes; labels may be texts by language or one text.
/// </summary>
internal static class IptcJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64, CommentHandling = JsonCommentHandling.Disallow };

    public static List<ConceptRecord> Read(byte[] content)
    {
        var lines = new LineCounter(content);
        var json = content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsSpan(3) : content;
        var skipped = content.Length - json.Length;
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && !FindConcepts(ref reader))
            {
                throw new VocabularyFileException(1, "the object has no list \"conceptSet\"");
            }

            var records = new List<ConceptRecord>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var line = lines.At(skipped + (int)reader.TokenStartIndex);
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    throw new VocabularyFileException(line, "a concept is no object");
                }

                using var concept = JsonDocument.ParseValue(ref reader);
                records.Add(ReadConcept(concept.RootElement, line));
            }

            // What follows must be JSON, too: a file that is cut short is not whole.
            while (reader.Read())
            {
            }

            return records;
        }
        catch (JsonException exception)
        {
            throw new VocabularyFileException((int)(exception.LineNumber ?? -1) + 1, "is not JSON: " + exception.Message.Split(". LineNumber")[0], exception);
        }
    }

    private static bool FindConcepts(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("conceptSet"u8);
            reader.Read();
            if (found)
            {
                return reader.TokenType == JsonTokenType.StartArray;
            }

            reader.Skip();
        }

        return false;
    }

    private static ConceptRecord ReadConcept(JsonElement concept, int line)
    {
        var record = new ConceptRecord(line, Text(concept, "uri", line))
        {
            QCode = Text(concept, "qcode", line),
            ReplacedBy = Names(concept, "isReplacedBy", line).Concat(Names(concept, "replacedBy", line)).FirstOrDefault() ?? "",
            Retired = concept.TryGetProperty("retired", out var retired) && retired.ValueKind is not (JsonValueKind.Null or JsonValueKind.False),
        };
        if (record.Uri.Length + record.QCode.Length == 0)
        {
            throw new VocabularyFileException(line, "a concept has neither \"uri\" nor \"qcode\"");
        }

        record.Broader.AddRange(Names(concept, "broader", line));
        record.Narrower.AddRange(Names(concept, "narrower", line));
        record.ExactMatches.AddRange(Names(concept, "exactMatch", line));
        if (concept.TryGetProperty("prefLabel", out var label))
        {
            foreach (var (language, text) in Labels(label, line))
            {
                record.Labels[language] = text;
            }
        }

        return record;
    }

    private static IEnumerable<(string Language, string Text)> Labels(JsonElement label, int line) => label.ValueKind switch
    {
        JsonValueKind.String => [("", label.GetString()!)],
        JsonValueKind.Object => [.. label.EnumerateObject().Select(property => property.Value.ValueKind == JsonValueKind.String
            ? (property.Name, property.Value.GetString()!)
            : throw new VocabularyFileException(line, $"the label in \"{property.Name}\" is no text"))],
        _ => throw new VocabularyFileException(line, "\"prefLabel\" is neither a text nor texts by language"),
    };

    private static string Text(JsonElement concept, string name, int line) => Names(concept, name, line).FirstOrDefault() ?? "";

    private static IEnumerable<string> Names(JsonElement concept, string name, int line)
    {
        if (!concept.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong())],
            _ => throw Wrong(),
        };

        VocabularyFileException Wrong() => new(line, $"\"{name}\" is neither a text nor a list of texts");
    }

    /// <summary>Counts lines on the way to places that only ascend.</summary>
    private sealed class LineCounter(byte[] content)
    {
        private int _place;
        private int _line = 1;

        public int At(int place)
        {
            _line += content.AsSpan(_place, place - _place).Count((byte)'\n');
            _place = place;
            return _line;
        }
    }
}
