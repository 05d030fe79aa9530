using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Syndication.Tests.Server;

namespace Syndication.Tests.Outlet;

/// <summary>The sample outlet as a process of its own, and a look into its database from outside.</summary>
internal sealed class OutletProcess : IAsyncDisposable
{
    /// <summary>Built with the tests, in the same configuration: <c>bin/CONFIGURATION/FRAMEWORK</c>.</summary>
    private static readonly string Assembly = Repository.PathOf(
        ["src", "Syndication.Outlet", "bin", .. Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[^2..], "Syndication.Outlet.dll"]);

    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="server">Where it connects to.</param>
    /// <param name="key">With which key.</param>
    /// <param name="stream">What it follows.</param>
    /// <param name="database">Its file.</param>
    public OutletProcess(Uri server, string key, string stream, string database)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, $"--Outlet:Stream={stream}", $"--Outlet:Database={database}", $"--Syndication:Address={server}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Syndication__ApiKey"] = key },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool IsRunning => !_process.HasExited;

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(FrameReader.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    /// <summary>The versions that a database holds; none while there is no database.</summary>
    public static SortedDictionary<string, int> Versions(string database) => new(
        Read(database, "SELECT article_id, version FROM article").ToDictionary(row => (string)row[0], row => (int)(long)row[1]), StringComparer.Ordinal);

    /// <summary>The kills that it has confirmed.</summary>
    public static IEnumerable<string> Confirmed(string database) => Read(database, "SELECT article_id FROM kill WHERE confirmed = 1").Select(row => (string)row[0]);

    /// <summary>Where it is in the stream; empty at first.</summary>
    public static string Place(string database) => Read(database, "SELECT cursor FROM place").Select(row => (string)row[0]).SingleOrDefault("");

    private static List<object[]> Read(string database, string query)
    {
        var rows = new List<object[]>();
        if (!File.Exists(database))
        {
            return rows;
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                rows.Add(row);
            }
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == 1)
        {
            // The outlet has not made its tables yet.
        }

        return rows;
    }
}
