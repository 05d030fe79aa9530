namespace Syndication.Cli.Import;

/// <summary>Finds the files of an import.</summary>
internal static class ImportFiles
{
    private static readonly string[] Extensions =
        [".txt", ".json", ".ndjson", ".jsonl", ".ninjs", ".xml", ".nitf", ".rss", ".atom", ".rdf", ".html", ".htm", ".xhtml", Archive];

    // Links are not followed: they may lead in a circle. Neither are hidden files, which editors and systems leave behind.
    private static readonly EnumerationOptions Plain = new()
    {
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>How the name of an archive ends.</summary>
    public const string Archive = ".zip";

    /// <summary>
    /// Files as they were named; of folders all files with known endings, also in their folders, in ordinal order. Looks as it
    /// goes: a folder's names are never held all at once, but for one level.
    /// </summary>
    public static IEnumerable<ImportFile> Find(IEnumerable<string> paths, Func<string, string> fullPath) =>
        paths.SelectMany(path => path != "-" && Directory.Exists(fullPath(path)) ? InFolder(path, fullPath).Select(found => new ImportFile(found, IsNamed: false)) : [new(path, IsNamed: true)]);

    /// <summary>Whether a file's name ends as those do that are read.</summary>
    public static bool IsKnown(string name) => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> InFolder(string folder, Func<string, string> fullPath) =>
        Names(Directory.EnumerateFiles(fullPath(folder), "*", Plain))
            .Where(IsKnown)
            .Select(name => Path.Combine(folder, name))
            .Concat(Names(Directory.EnumerateDirectories(fullPath(folder), "*", Plain))
                .SelectMany(name => InFolder(Path.Combine(folder, name), fullPath)));

    private static IEnumerable<string> Names(IEnumerable<string> paths) => paths.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}

/// <summary>A file to be read.</summary>
/// <param name="Path">As it was named, or found in a folder that was.</param>
/// <param name="IsNamed">Whether it was named itself.</param>
internal readonly record struct ImportFile(string Path, bool IsNamed)
{
    /// <summary>Whether it holds nothing and is not to be opened: a pipe that somebody left in a folder looks the same, and would be waited for.</summary>
    public bool IsEmpty(string fullPath) => !IsNamed && new FileInfo(fullPath) is { Exists: true, Length: 0 };
}
