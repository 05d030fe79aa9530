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
        _connection.Run(Insert, 2, (string?)null);
        _connection.Run(Insert, 3, "three");

        Assert.Equal(["one", null, "three"], Texts(0));
        Assert.Equal(["three"], Texts(2));
    }

    [Fact]
    public void A_statement_belongs_to_the_transaction_that_is_open()
    {
        using (_connection.BeginTransaction())
        {
            _connection.Run(Insert, 1, "rolled back");
        }

        _connection.Run(Insert, 1, "kept");

        Assert.Equal(["kept"], Texts(0));
    }

    [Fact]
    public void A_reader_that_stops_early_leaves_the_statement_usable()
    {
        _connection.Run(Insert, 1, "one");
        _connection.Run(Insert, 2, "two");
        using (var rows = _connection.Select(Read, 0))
        {
            Assert.True(rows.Read());
        }

        Assert.Equal(["one", "two"], Texts(0));
    }

    [Fact]
    public void A_statement_that_failed_runs_again()
    {
        _connection.Run(Insert, 1, "one");

        Assert.Throws<SqliteException>(() => _connection.Run(Insert, 1, "again"));
        _connection.Run(Insert, 2, "two");

        Assert.Equal(["one", "two"], Texts(0));
    }

    [Fact]
    public void Nothing_is_not_the_same_as_an_empty_value()
    {
        _connection.Run(Insert, 1, "");
        _connection.Run(Insert, 2, Array.Empty<byte>());
        _connection.Run(Insert, 3, (byte[]?)null);
        _connection.Run(Insert, 4, new string('é', 300));

        Assert.Equal(["", "", null, new string('é', 300)], Texts(0));
    }

    [Fact]
    public void A_changed_table_is_seen()
    {
        _connection.Run(Insert, 1, "one");
        _ = Texts(0);
        _connection.Run("ALTER TABLE notes ADD COLUMN more TEXT");
        _connection.Run(Insert, 2, "two");

        Assert.Equal(["one", "two"], Texts(0));
    }

    [Fact]
    public void A_value_too_few_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => _connection.Run(Insert, 1));

    private List<string?> Texts(int after)
    {
        var texts = new List<string?>();
        using var rows = _connection.Select(Read, after);
        while (rows.Read())
        {
            texts.Add(rows.IsNull(0) ? null : rows.Text(0));
        }

        return texts;
    }

    public void Dispose() => _connection.Dispose();
}
