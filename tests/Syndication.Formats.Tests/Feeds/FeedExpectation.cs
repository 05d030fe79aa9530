using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Syndication.Formats.Tests.Feeds;

/// <summary>
/// What a document's comment states of its reading: comparisons of paths with values, in the notation of Python (<c>entries[0]['title'] == 'Example'</c>), all of
/// which must be true. Throws at anything else: what it does not understand it does not pass over.
/// </summary>
internal sealed partial class FeedExpectation(string text)
{
    private int _at;

    public static FeedExpectation Of(string document) => new(Expect().Match(document) is { Success: true } match ? match.Groups[1].Value.Trim() : throw new FormatException("The document states nothing."));

    /// <summary>What is not as it is stated; null where all is.</summary>
    public string? Check(JsonObject reading)
    {
        while (true)
        {
            if (CheckTerm(reading) is { } wrong)
            {
                return wrong;
            }

            Skip();
            if (_at == text.Length)
            {
                return null;
            }

            Require("and");
        }
    }

    private string? CheckTerm(JsonObject reading)
    {
        Skip();
        if (Take("("))
        {
            var inner = CheckTerm(reading);
            Skip();
            Require(")");
            return inner;
        }

        var start = _at;
        var isNegated = Take("not ");
        var values = new List<JsonNode?> { Operand(reading) };
        var isDifferent = false;
        Skip();
        while (Take("==") || (isDifferent = Take("!=")))
        {
            values.Add(Operand(reading));
            Skip();
        }

        var holds = values.Count == 1 ? IsTrue(values[0]) : isDifferent != values.Skip(1).All(value => JsonNode.DeepEquals(value, values[0]));
        return holds != isNegated ? null : $"{text[start.._at].Trim()}, but it is {values[0]?.ToJsonString() ?? "nothing"}";
    }

    private JsonNode? Operand(JsonObject reading)
    {
        Skip();
        return text[_at] switch
        {
            '\'' or '"' => Text(),
            'u' when text[_at + 1] is '\'' or '"' => Unicode(),
            '{' => Object(reading),
            '(' => List(reading, '(', ')'),
            '[' => List(reading, '[', ']'),
            >= '0' and <= '9' => Number(),
            _ when Take("len(") => Length(reading),
            _ when Take("None") => null,
            _ when Take("True") => true,
            _ when Take("False") => false,
            _ => Path(reading),
        };
    }

    private JsonNode? Unicode()
    {
        _at++;
        return Text();
    }

    private JsonNode Length(JsonObject reading)
    {
        var value = Operand(reading);
        Require(")");
        return value switch { JsonArray array => array.Count, null => 0, _ => value.ToString().Length };
    }

    private string Text()
    {
        // Three marks at the beginning end with three.
        var mark = text[_at];
        var marks = text.AsSpan(_at).StartsWith(new string(mark, 3)) ? new string(mark, 3) : mark.ToString();
        _at += marks.Length;
        var value = new StringBuilder();
        while (!text.AsSpan(_at).StartsWith(marks))
        {
            if (text[_at] != '\\')
            {
                value.Append(text[_at++]);
                continue;
            }

            var escaped = text[_at + 1];
            var digits = escaped switch { 'u' => 4, 'x' => 2, _ => 0 };
            value.Append(digits > 0 ? (char)int.Parse(text.AsSpan(_at + 2, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => escaped });
            _at += 2 + digits;
        }

        _at += marks.Length;
        return value.ToString();
    }

    private JsonObject Object(JsonObject reading)
    {
        var value = new JsonObject();
        Require("{");
        for (Skip(); !Take("}"); Skip())
        {
            var name = Operand(reading)!.GetValue<string>();
            Skip();
            Require(":");
            value[name] = Operand(reading)?.DeepClone();
            Skip();
            Take(",");
        }

        return value;
    }

    private JsonArray List(JsonObject reading, char open, char close)
    {
        var value = new JsonArray();
        Require(open.ToString());
        for (Skip(); !Take(close.ToString()); Skip())
        {
            value.Add(Operand(reading)?.DeepClone());
            Skip();
            Take(",");
        }

        return value;
    }

    private JsonNode Number()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return int.Parse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
    }

    private JsonNode? Path(JsonObject reading)
    {
        var match = PathStart().Match(text, _at);
        if (!match.Success || match.Index != _at)
        {
            throw new FormatException($"Not understood: {text[_at..]}");
        }

        _at += match.Length;
        JsonNode? node = reading[match.Value];
        while (_at < text.Length && (text[_at] == '[' || text[_at] == '.'))
        {
            if (Take(".has_key("))
            {
                var key = Text();
                Require(")");
                return node is JsonObject members && members.ContainsKey(key);
            }

            if (Take("."))
            {
                match = PathStart().Match(text, _at);
                _at += match.Length;
                node = (node as JsonObject)?[match.Value];
                continue;
            }

            Require("[");
            var index = Operand(reading);
            Require("]");
            node = index!.GetValueKind() == System.Text.Json.JsonValueKind.Number
                ? node is JsonArray array && array.Count > index.GetValue<int>() ? array[index.GetValue<int>()] : null
                : Member(node as JsonObject, index.GetValue<string>());
        }

        return node;
    }

    // Addresses have two names.
    private static JsonNode? Member(JsonObject? members, string name) => members?[name] ?? (name == "url" ? members?["href"] : null);

    private static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject members => members.Count > 0,
        _ => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.True => true,
            System.Text.Json.JsonValueKind.Number => value.GetValue<int>() != 0,
            System.Text.Json.JsonValueKind.String => value.GetValue<string>().Length > 0,
            _ => false,
        },
    };

    private void Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    private bool Take(string part)
    {
        if (!text.AsSpan(_at).StartsWith(part, StringComparison.Ordinal))
        {
            return false;
        }

        _at += part.Length;
        return true;
    }

    private void Require(string part)
    {
        if (!Take(part))
        {
            throw new FormatException($"Expected {part}: {text[_at..]}");
        }
    }

    [GeneratedRegex(@"Expect:\s*(.*?)\s*-->", RegexOptions.Singleline)]
    private static partial Regex Expect();

    [GeneratedRegex(@"\G[A-Za-z_]+")]
    private static partial Regex PathStart();
}
