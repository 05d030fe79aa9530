using Microsoft.Data.Sqlite;
using Syndication.Sqlite;

namespace Syndication.Stores.Tests.Sqlite;

public sealed class StoreConnectionTests : IDisposable
{
    private const string Insert = "INSERT INTO notes (id, text) VALUES (@id, @text)";
    private const string Read = "SELECT text FROM notes WHERE id > @after ORDER BY id";

    private readonly StoreConnection _connection = new("Data Source=:memory:");

    public StoreConnectionTests()
    {
        _connection.Open();
        _connection.Run("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)");
    }

    [Fact]
    public void A_statement_runs_again_with_other_values()
    {
        _connection.Run(Insert, 1, "one");
        _connection.Run(Insert, 2, null);
        _connection.Run(Insert, 3, "three");

        Assert.Equal(["one", null, "three"], _connection.Rows<string?>(Read, 0));
        Assert.Equal(["three"], _connection.Rows<string?>(Read, 2));
    }

    [Fact]
    public void A_statement_belongs_to_the_transaction_that_is_open()
    {
        using (_connection.BeginTransaction())
        {
            _connection.Run(Insert, 1, "rolled back");
        }

        _connection.Run(Insert, 1, "kept");

        Assert.Equal(["kept"], _connection.Rows<string>(Read, 0));
    }

    [Fact]
    public void A_reader_that_stops_early_leaves_the_statement_usable()
    {
        _connection.Run(Insert, 1, "one");
        _connection.Run(Insert, 2, "two");
        using (var reader = _connection.Statement(Read, 0).ExecuteReader())
        {
            Assert.True(reader.Read());
        }

        Assert.Equal(["one", "two"], _connection.Rows<string>(Read, 0));
    }

    [Fact]
    public void A_statement_that_failed_runs_again()
    {
        _connection.Run(Insert, 1, "one");

        Assert.Throws<SqliteException>(() => _connection.Run(Insert, 1, "again"));
        _connection.Run(Insert, 2, "two");

        Assert.Equal(["one", "two"], _connection.Rows<string>(Read, 0));
    }

    [Fact]
    public void A_changed_table_is_seen()
    {
        _connection.Run(Insert, 1, "one");
        _ = _connection.Rows<string>(Read, 0);
        _connection.Run("ALTER TABLE notes ADD COLUMN more TEXT");
        _connection.Run(Insert, 2, "two");

        Assert.Equal(["one", "two"], _connection.Rows<string>(Read, 0));
    }

    [Fact]
    public void A_value_too_few_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => _connection.Run(Insert, 1));

    public void Dispose() => _connection.Dispose();
}
