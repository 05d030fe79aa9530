using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Log;
using Syndication.Sqlite;
using Syndication.Stores.Tests.Fixtures;
using Syndication.Streams;

namespace Syndication.Stores.Tests.Sqlite;

/// <summary>Databases that an earlier version has written.</summary>
public sealed class MigrationTests() : StoreTests(new SqliteFixture())
{
    [Fact]
    public async Task Entries_from_before_say_of_their_articles_what_those_from_since_say()
    {
        // What the desk is told of an article before it is public says no time of publication, in both.
        const string Read =
            """
            SELECT number, article_id AS ArticleId, CASE WHEN first_published_time_us <= commit_time_us THEN first_published_time_us END AS Time
            FROM log_entries ORDER BY number
            """;
        const string Undo =
            """
            DROP INDEX articles_blanked;
            ALTER TABLE log_entries DROP COLUMN article_id;
            ALTER TABLE log_entries DROP COLUMN first_published_time_us;
            DELETE FROM SchemaVersions WHERE ScriptName = '0010_add_article_to_entries.sql';
            """;
        var node = await StartNodeAsync(OnClock);
        await node.CreateStreamAsync("some", Make.Language("en"));
        await node.PublishAsync(Make.Article("corrected"));
        await node.PublishAsync(Make.Article("embargoed", embargo: Clock.GetUtcNow().AddMinutes(1)));
        await node.PublishAsync(Make.Article("killed"));
        Clock.Advance(TimeSpan.FromMinutes(2));
        await node.RunClockAsync();
        await node.WithdrawAsync("killed");
        await node.PublishAsync(Make.Article("corrected", text: "other"));
        await node.StopAsync();

        var path = ((SqliteFixture)Store).DatabasePath;
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        var written = (await connection.QueryAsync<(long, string?, long?)>(Read)).ToList();
        await connection.ExecuteAsync(Undo);
        Assert.Equal(["0010_add_article_to_entries.sql"], SqliteMigrator.Migrate(path));

        Assert.Equal(written, await connection.QueryAsync<(long, string?, long?)>(Read));
        Assert.Equal(7, written.Count);
        Assert.Equal(1, written.Count(entry => entry.Item2 is null));
        Assert.Equal(5, written.Count(entry => entry.Item3 is not null));
    }

    [Fact]
    public async Task Entries_that_a_process_of_an_earlier_version_goes_on_writing_are_read_as_any()
    {
        var node = await StartNodeAsync(OnClock);
        await node.PublishAsync(Make.Article("a"));
        await node.PublishAsync(Make.Article("killed"));
        await node.WithdrawAsync("killed");
        var before = await ReadAsync(node);

        await using var connection = new SqliteConnection($"Data Source={((SqliteFixture)Store).DatabasePath};Pooling=false");
        Assert.Equal(3, await connection.ExecuteAsync("UPDATE log_entries SET article_id = NULL, first_published_time_us = NULL"));

        Assert.Equal(before, await ReadAsync(node));
        Assert.Equal([("a", true), ("killed", true), ("killed", true)], before.Select(entry => (entry.ArticleId, entry.Time is not null)));
    }

    private static async Task<List<(string ArticleId, DateTimeOffset? Time)>> ReadAsync(Node node)
    {
        var read = new List<(string, DateTimeOffset?)>();
        var query = new PageQuery(StreamDefinition.AllKey, Held: false, 0, long.MaxValue, Compacted: false, 10, long.MaxValue, Collect);
        await node.Store.ReadPageAsync(query, Token);
        return read;

        ReadOnlyMemory<byte> Collect(in EntryBytes entry, PageBuffer buffer)
        {
            read.Add((Encoding.UTF8.GetString(entry.ArticleId), entry.FirstPublishedTime));
            return default;
        }
    }
}
