namespace Syndication.Tests.Formats;

/// <summary>Real input that is not ours to keep in the repository.</summary>
internal static class SharedInput
{
    /// <summary>
    /// Finds a file of the <c>shared</c> folder: of <c>SYNDICATION_SHARED</c>, or else beside a folder that the tests are in.
    /// Skips the test where there is none.
    /// </summary>
    public static string Find(string path)
    {
        var found = TryFind(path);
        Assert.SkipWhen(found is null, $"There is no shared/{path} beside the repository, nor a folder in SYNDICATION_SHARED.");
        return found!;
    }

    /// <summary>The same; null where there is none.</summary>
    public static string? TryFind(string path)
    {
        if (Environment.GetEnvironmentVariable("SYNDICATION_SHARED") is { Length: > 0 } shared)
        {
            return Path.Combine(shared, path);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", path);
            if (Path.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
