using Dapper;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Outlet;

/// <summary>
/// The outlet's articles, the kills that it has to confirm, and its place in the stream: one file, and one transaction for what comes
/// together, so that a crash leaves them agreeing with each other.
/// </summary>
internal sealed class OutletStore : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        -- snapshot_id: the last snapshot that named it; what a complete one has not named is dropped.
        CREATE TABLE IF NOT EXISTS article (article_id TEXT PRIMARY KEY, version INTEGER NOT NULL, headline TEXT NOT NULL, content BLOB NOT NULL, snapshot_id TEXT);
        CREATE TABLE IF NOT EXISTS kill (article_id TEXT PRIMARY KEY, confirmed INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT NOT NULL, snapshot_id TEXT);
        """;

    private const string Put = """
        INSERT INTO article (article_id, version, headline, content, snapshot_id) VALUES (@ArticleId, @Version, @Headline, @Content, @SnapshotId)
        ON CONFLICT (article_id) DO UPDATE SET version = excluded.version, headline = excluded.headline, content = excluded.content, snapshot_id = excluded.snapshot_id
        """;

    private readonly SqliteConnection _connection;

    public OutletStore(IOptions<OutletOptions> options)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = options.Value.Database }.ToString());
        _connection.Open();
        _connection.Execute(Schema);
    }

    /// <summary>Where to go on; null in a new database.</summary>
    public Checkpoint? ReadCheckpoint() =>
        _connection.QuerySingleOrDefault<Checkpoint>("SELECT cursor AS Cursor, snapshot_id AS SnapshotId FROM place");

    /// <summary>Does what a batch says and moves the place behind it, both or neither.</summary>
    public void Apply(StreamBatch batch)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var update in batch.Updates)
        {
            switch (update.Effect())
            {
                case UpdateEffect.Store:
                    var article = update.Article;
                    _connection.Execute(Put, new { article.ArticleId, article.Version, article.Headline, Content = article.ToByteArray(), batch.SnapshotId }, transaction);
                    break;
                case UpdateEffect.TakeDown:
                    _connection.Execute("DELETE FROM article WHERE article_id = @ArticleId", update, transaction);
                    break;
            }

            if (update.Kind == UpdateKind.Withdrawn)
            {
                _connection.Execute("INSERT OR IGNORE INTO kill (article_id) VALUES (@ArticleId)", update, transaction);
            }
        }

        if (batch.IsSnapshotComplete)
        {
            _connection.Execute("DELETE FROM article WHERE snapshot_id IS NOT @SnapshotId", batch, transaction);
        }

        _connection.Execute("INSERT OR REPLACE INTO place (one, cursor, snapshot_id) VALUES (1, @Cursor, @SnapshotId)", batch.Checkpoint, transaction);
        transaction.Commit();
    }

    /// <summary>Killed articles that are taken down, which nobody has been told.</summary>
    public IReadOnlyList<string> ReadUnconfirmedKills() => _connection.Query<string>("SELECT article_id FROM kill WHERE confirmed = 0").AsList();

    /// <summary>Notes that somebody has.</summary>
    public void MarkConfirmed(string articleId) => _connection.Execute("UPDATE kill SET confirmed = 1 WHERE article_id = @articleId", new { articleId });

    public void Dispose() => _connection.Dispose();
}
