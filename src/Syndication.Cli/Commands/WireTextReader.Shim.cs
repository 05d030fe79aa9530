using System.Text;
using Syndication.V1;

// Stands in until the reader of the formats project is there.
namespace Syndication.Formats;

internal sealed class WireTextOptions;

internal static class WireTextReader
{
    public static Article Read(ReadOnlySpan<byte> source, string sourceName, WireTextOptions? options)
    {
        var text = new UTF8Encoding(false, true).GetString(source);
        var lines = text.Split('\n', 2);
        return new()
        {
            Headline = lines[0].Trim(),
            Language = "fr",
            SourceDocument = new() { Name = sourceName, SizeBytes = source.Length },
            Body = { new Block { Paragraph = new() { Content = new() { Text = lines[^1].Trim() } } } },
        };
    }
}
