using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Syndication.Cli.Check;

/// <summary>Finds where the fields of an article stand in JSON.</summary>
internal static class JsonPlaces
{
    /// <summary>The objects of a file: its lines, or itself, or the items of its array.</summary>
    public static IEnumerable<(int Start, int Length)> Split(string text, bool isLines)
    {
        var body = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (body.StartsWith("["))
        {
            return Items(text, text.Length - body.Length);
        }

        return isLines ? Lines(text) : [(text.Length - body.Length, body.TrimEnd().Length)];
    }

    /// <summary>Reads one object.</summary>
    /// <param name="text">The file.</param>
    /// <param name="start">Where the object begins.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>The article's JSON, where it begins in the file, and the places of its fields.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static (string Json, int Offset, Dictionary<string, int[]> Places) Find(string text, int start, int length)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Substring(start, length));
        var places = new Dictionary<string, int[]>();
        var walk = new Walk(text, start, bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 128 });
        while (reader.Read())
        {
            walk.Next(ref reader, places);
        }

        // A line of 'export' has the article inside its update.
        if (walk.ArticleRange is var (first, last))
        {
            const string Prefix = "update.article.";
            return (text[first..last], first, places.Where(place => place.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .ToDictionary(place => place.Key[Prefix.Length..], place => place.Value));
        }

        return (text.Substring(start, length), start, places);
    }

    private static IEnumerable<(int Start, int Length)> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found : text.Length;
            var line = text.AsSpan(start, end - start);
            var trimmed = line.TrimStart("\uFEFF \t\r");
            if (!trimmed.IsEmpty)
            {
                yield return (end - trimmed.Length, trimmed.TrimEnd().Length);
            }

            start = end + 1;
        }
    }

    private static List<(int Start, int Length)> Items(string text, int start)
    {
        var items = new List<(int, int)>();
        var bytes = Encoding.UTF8.GetBytes(text[start..]);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                var first = start + Encoding.UTF8.GetCharCount(bytes.AsSpan(0, from));
                items.Add((first, Encoding.UTF8.GetCharCount(bytes.AsSpan(from, (int)reader.BytesConsumed - from))));
            }
        }
        catch (JsonException)
        {
            // The rest is one object that will be refused with what is wrong with it.
            return [(start, text.Length - start)];
        }

        return items;
    }

    /// <summary>Where in the document the reader is.</summary>
    private sealed class Walk(string text, int start, byte[] bytes)
    {
        private readonly List<(string Name, int Index)> _path = [];
        private readonly List<int> _arrays = [];
        private int _byte;
        private int _unit = start;
        private int _articleStart = -1;

        public (int First, int Last)? ArticleRange { get; private set; }

        public void Next(ref Utf8JsonReader reader, Dictionary<string, int[]> places)
        {
            var at = UnitOf((int)reader.TokenStartIndex);
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    _path.Add((JsonNamingPolicy.SnakeCaseLower.ConvertName(reader.GetString()!), -1));
                    return;

                case JsonTokenType.StartArray:
                    _arrays.Add(_path.Count);
                    _path.Add(("", 0));
                    return;

                case JsonTokenType.StartObject:
                    _articleStart = PathText() == "update.article" ? at : _articleStart;
                    _path.Add(("{", -1));
                    return;

                case JsonTokenType.EndObject:
                    _path.RemoveAt(_path.Count - 1);
                    ArticleRange = PathText() == "update.article" ? (_articleStart, at + 1) : ArticleRange;
                    break;

                case JsonTokenType.EndArray:
                    _path.RemoveAt(_path.Count - 1);
                    _arrays.RemoveAt(_arrays.Count - 1);
                    break;

                case JsonTokenType.String:
                    places[PathText()] = UnitsOfString(at);
                    break;

                case JsonTokenType.Number:
                    places[PathText()] = [at, UnitOf((int)reader.BytesConsumed)];
                    break;
            }

            EndValue();
        }

        private void EndValue()
        {
            if (_arrays.Count > 0 && _arrays[^1] == _path.Count - 1)
            {
                _path[^1] = ("", _path[^1].Index + 1);
            }
            else if (_path.Count > 0 && _path[^1].Name != "{")
            {
                _path.RemoveAt(_path.Count - 1);
            }
        }

        private string PathText()
        {
            var path = new StringBuilder();
            foreach (var (name, index) in _path)
            {
                if (index >= 0)
                {
                    path.Append(CultureInfo.InvariantCulture, $"[{index}]");
                }
                else if (name != "{")
                {
                    path.Append(path.Length > 0 ? "." : "").Append(name);
                }
            }

            return path.ToString();
        }

        // Tokens come in ascending order.
        private int UnitOf(int position)
        {
            _unit += Encoding.UTF8.GetCharCount(bytes.AsSpan(_byte, position - _byte));
            _byte = position;
            return _unit;
        }

        private int[] UnitsOfString(int quote)
        {
            var units = new List<int>();
            var at = quote + 1;
            while (text[at] != '"')
            {
                units.Add(at);
                at += text[at] != '\\' ? 1 : text[at + 1] == 'u' ? 6 : 2;
            }

            return [.. units, at];
        }
    }
}
