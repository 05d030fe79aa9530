using System.Data.Common;
using Syndication.Tests.Server;

namespace Syndication.Tests.Nodes;

/// <summary>A database of its own for one test, and server processes that share it.</summary>
public abstract class NodeDatabase : IAsyncDisposable
{
    private readonly DataDirectory _data = new();
    private readonly List<ServerProcess> _nodes = [];

    internal DataDirectory Data => _data;

    /// <summary>The settings by which a process finds the database.</summary>
    public virtual IReadOnlyList<string> Settings => [];

    /// <summary>Creates the database, or skips the test and says why.</summary>
    public virtual Task CreateAsync() => Task.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a node.</summary>
    internal async Task<ServerProcess> StartAsync(params string[] settings)
    {
        var node = await ServerProcess.StartAsync(_data, [.. Settings, .. settings]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts nodes.</summary>
    internal Task<ServerProcess[]> StartAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartAsync()));

    /// <summary>Runs a verb of the server on the database.</summary>
    internal async Task<string> RunAsync(string verb)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(
            [verb, $"--Syndication:DataDirectory={_data.Path}", .. Settings.Select(setting => $"--Syndication:{setting}")]);
        Assert.True(exitCode == 0, output);
        return output;
    }
}

/// <summary>One file in one folder.</summary>
public sealed class SqliteNodeDatabase : NodeDatabase;

/// <summary>A database on the server that <c>SYNDICATION_TEST_SQLSERVER</c> names.</summary>
public sealed class SqlServerNodeDatabase : NodeDatabase
{
    private const string Variable = "SYNDICATION_TEST_SQLSERVER";

    private readonly string _name = $"syndication_nodes_{Guid.NewGuid():N}";
    private string? _server;

    public override IReadOnlyList<string> Settings => ["Store=sqlserver", $"ConnectionString={_server};Initial Catalog={_name}"];

    public override async Task CreateAsync()
    {
        _server = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(_server), $"{Variable} is not set: there is no SQL Server to run on.");
        await ExecuteAsync($"CREATE DATABASE {_name}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!string.IsNullOrEmpty(_server))
        {
            await ExecuteAsync($"DROP DATABASE {_name}");
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        // By name: only the store's project refers to the driver.
        var factory = Type.GetType("Microsoft.Data.SqlClient.SqlClientFactory, Microsoft.Data.SqlClient", throwOnError: true)!;
        await using var connection = ((DbProviderFactory)factory.GetField("Instance")!.GetValue(null)!).CreateConnection()!;
        connection.ConnectionString = _server;
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
