using System.Net.Http.Headers;

namespace Syndication.Formats;

/// <summary>IANA media types as sources name them.</summary>
internal static class MediaTypes
{
    /// <summary>The media type; empty where it is none.</summary>
    public static string Clean(string? text) =>
        MediaTypeHeaderValue.TryParse(SourceText.Line(text), out var type) && type.MediaType is { } name && name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < name.Length - 1
            ? SourceText.Line(text)
            : "";
}
