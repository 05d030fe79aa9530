namespace Syndication.Tests.Server;

/// <summary>A folder for one test's database.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("syndication-test-").FullName;

    private SqlServerDatabaseOfTest? _sqlServer;

    /// <summary>Has a database made on SQL Server, which is dropped with the folder.</summary>
    /// <returns>The settings by which a server uses it.</returns>
    public async Task<string[]> UseSqlServerAsync()
    {
        _sqlServer = await SqlServerDatabaseOfTest.CreateAsync();
        return ["Store=sqlserver", $"ConnectionString={_sqlServer.ConnectionString}"];
    }

    public void Dispose()
    {
        _sqlServer?.Dispose();
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
