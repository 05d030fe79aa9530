namespace Syndication.Tests.Server;

/// <summary>A folder for one test's database.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("syndication-test-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A server that was told to hurry may still hold a file: the system clears its temporary folder.
        }
    }
}
