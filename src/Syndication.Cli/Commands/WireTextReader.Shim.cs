using System.Text;
using Syndication.V1;

// Stands in until the reader of the formats project is there.
namespace Syndication.Formats.WireText;

internal sealed record WireTextOptions
{
    public string? Language { get; init; }
}

internal sealed class WireTextException(string message, Exception inner) : Exception(message, inner);

internal static class WireTextReader
{
    public static Article Read(ReadOnlySpan<byte> source, string sourceName, WireTextOptions? options = null)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, true).GetString(source);
        }
        catch (DecoderFallbackException error)
        {
            throw new WireTextException("not UTF-8.", error);
        }

        var lines = text.Split('\n', 2);
        return new()
        {
            Headline = lines[0].Trim(),
            Language = options?.Language ?? "fr",
            SourceDocument = new() { Name = sourceName, SizeBytes = source.Length },
            Body = { new Block { Paragraph = new() { Content = new() { Text = lines[^1].Trim() } } } },
        };
    }
}
