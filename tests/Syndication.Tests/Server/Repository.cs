namespace Syndication.Tests.Server;

/// <summary>The files that the tests check, where they lie.</summary>
internal static class Repository
{
    /// <summary>The solution's folder.</summary>
    public static DirectoryInfo Root { get; } = Find();

    /// <summary>A file or folder in it.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root.FullName, .. parts]);

    private static DirectoryInfo Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Syndication.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder;
    }
}
