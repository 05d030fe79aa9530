using Syndication.Formats;

namespace Syndication.Cli.Commands;

/// <summary>The formats as options name them.</summary>
internal static class FormatNames
{
    public static readonly string[] All = [.. ArticleFormats.All.Select(format => format.Name)];

    /// <summary>For help.</summary>
    public static readonly string List = string.Join(", ", All[..^1]) + " or " + All[^1];
}
