using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Sqlite;

namespace Syndication.Benchmarks.Bare;

/// <summary>
/// One table, one writer. What has gathered while a transaction ran shares the next: the least that an answer after the
/// disk's costs. The connections are of the store's kind: WAL, <c>synchronous=FULL</c>, no checkpoint inside a commit.
/// </summary>
internal sealed class BareLog(SqliteDatabase database, Action<byte[]> committed) : IDisposable
{
    private const int MaxBatch = 512;

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SqliteConnection _writer = database.Open();
    private long _number;

    /// <summary>Completes when the update is on disk.</summary>
    public Task AppendAsync(byte[] update)
    {
        var pending = new Pending(update);
        _queue.Writer.TryWrite(pending);
        return pending.Completion.Task;
    }

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _writer.Execute("CREATE TABLE updates (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
        await using var insert = _writer.CreateCommand();
        insert.CommandText = "INSERT INTO updates (number, bytes) VALUES (@number, @bytes)";
        var number = insert.Parameters.Add("@number", SqliteType.Integer);
        var bytes = insert.Parameters.Add("@bytes", SqliteType.Blob);
        insert.Prepare();
        var group = new List<Pending>();
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            group.Clear();
            while (group.Count < MaxBatch && _queue.Reader.TryRead(out var pending))
            {
                group.Add(pending);
            }

            using (var transaction = _writer.BeginTransaction(deferred: false))
            {
                insert.Transaction = transaction;
                foreach (var pending in group)
                {
                    number.Value = ++_number;
                    bytes.Value = pending.Update;
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
            }

            foreach (var pending in group)
            {
                committed(pending.Update);
                pending.Completion.SetResult();
            }
        }
    }

    /// <summary>Reads everything that was stored by now, in pages of 64.</summary>
    public IEnumerable<byte[][]> ReadPages()
    {
        const int PageCount = 64;
        using var connection = database.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, bytes FROM updates WHERE number > @after ORDER BY number LIMIT @count";
        select.Parameters.AddWithValue("@count", PageCount);
        var after = select.Parameters.Add("@after", SqliteType.Integer);
        after.Value = 0L;
        select.Prepare();
        var page = new List<byte[]>(PageCount);
        do
        {
            page.Clear();
            using (var reader = select.ExecuteReader())
            {
                while (reader.Read())
                {
                    after.Value = reader.GetInt64(0);
                    page.Add(reader.GetFieldValue<byte[]>(1));
                }
            }

            yield return [.. page];
        }
        while (page.Count == PageCount);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private sealed class Pending(byte[] update)
    {
        public byte[] Update { get; } = update;

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
