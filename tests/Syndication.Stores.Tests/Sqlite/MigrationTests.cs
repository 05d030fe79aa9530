using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Sqlite;
using Syndication.Stores.Tests.Fixtures;

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
}
