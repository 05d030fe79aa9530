using Microsoft.Data.SqlClient;

namespace Syndication.Tests.Server;

/// <summary>A database for one test, on the server that <c>SYNDICATION_TEST_SQLSERVER</c> names.</summary>
internal sealed class SqlServerDatabaseOfTest : IDisposable
{
    private const string Variable = "SYNDICATION_TEST_SQLSERVER";

    private readonly string _name = $"syndication_test_{Guid.NewGuid():N}";

    private SqlServerDatabaseOfTest()
    {
    }

    /// <summary>Whether tests that name no store run on SQL Server.</summary>
    public static bool IsDefault => Environment.GetEnvironmentVariable("SYNDICATION_TEST_STORE") == "sqlserver";

    public string ConnectionString => Of(_name);

    /// <summary>Skips the test, with the reason, where there is no server.</summary>
    public static async Task<SqlServerDatabaseOfTest> CreateAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)),
            $"{Variable} is not set: a connection string of a SQL Server on which databases may be created.");
        var database = new SqlServerDatabaseOfTest();
        await ExecuteAsync($"CREATE DATABASE {database._name}");
        return database;
    }

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        try
        {
            ExecuteAsync($"DROP DATABASE {_name}").GetAwaiter().GetResult();
        }
        catch (SqlException)
        {
            // Somebody still looks at it: it is left to whoever owns the server.
        }
    }

    private static string Of(string database) =>
        new SqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Variable)) { InitialCatalog = database }.ToString();

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqlConnection(Of("master"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
