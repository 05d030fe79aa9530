using System.Text.Json;

namespace Syndication.Cli.Import;

/// <summary>Tells files that hold an object on each line from those that are one document.</summary>
internal static class LinesOfJson
{
    /// <summary>Whether the name says so.</summary>
    public static bool IsName(string path) => Path.GetExtension(path).ToLowerInvariant() is ".ndjson" or ".jsonl";

    /// <summary>Whether the content shows it: the first line is a whole object, and another begins on the next.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.TrimStart(" \t\r\n\uFEFF"u8);
        var end = start.IndexOf((byte)'\n');
        return end > 0 && start[(end + 1)..].TrimStart(" \t\r\n"u8) is [var next, ..] && IsOne(start[..end], next);
    }

    /// <summary>Whether a line that is a whole object by itself is one of many.</summary>
    /// <param name="line">The line.</param>
    /// <param name="next">The first byte of the next line that is not blank; 0 where there is none.</param>
    public static bool IsOne(ReadOnlySpan<byte> line, byte next) => line is [(byte)'{', ..] && next == (byte)'{' && IsWhole(line);

    // An object that is broken in its first line is one of many too: it is not for the reader of texts.
    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return line.TrimEnd(" \t\r\n"u8) is [.., (byte)'}'];
        }
    }
}
