using Syndication.Log;
using Syndication.Receipts;

namespace Syndication.Sqlite;

public sealed partial class SqliteDeliveryStore
{
    /// <summary>How long a reservation holds for what is committed after it.</summary>
    private static readonly long LeaseMicroseconds = (long)TimeSpan.FromSeconds(60).TotalMicroseconds;

    /// <summary>
    /// How many ranges of one reader are told apart. A reader that always starts anew and leaves gaps has its gaps counted as
    /// sent from there on, rather than rows without end.
    /// </summary>
    private const int MaxRanges = 64;

    private const string ReadState = "SELECT head, commit_time_us FROM log_state WHERE id = 1";

    private const string Extend =
        """
        UPDATE deliveries SET until_time_us = max(until_time_us, @until) WHERE delivery_id = @Id AND through_number IS NULL
        """;

    /// <summary>Ranges that nobody writes to any more: closed ones, and those whose updates are all committed already.</summary>
    private const string FindRange =
        """
        SELECT delivery_id, from_number, through_number, until_time_us, count(*) OVER ()
        FROM deliveries
        WHERE partner_id = @PartnerId AND consumer = @Consumer AND stream_key = @StreamKey AND held = @Held
            AND from_number <= @Place AND (through_number IS NOT NULL OR until_time_us < @CommitTime)
        ORDER BY coalesce(through_number, @Place) DESC, from_number DESC LIMIT 1
        """;

    private const string FindGap =
        """
        SELECT EXISTS (SELECT 1 FROM stream_entries WHERE stream_key = @StreamKey AND number > @Through AND number <= @Place)
        """;

    private const string FindGapAfterTime =
        """
        SELECT EXISTS (
            SELECT 1 FROM stream_entries s CROSS JOIN log_entries e ON e.number = s.number
            WHERE s.stream_key = @StreamKey AND s.number > @First AND s.number <= @Place AND e.commit_time_us > @Until)
        """;

    private const string TakeOver =
        """
        UPDATE deliveries SET delivery_id = @Id, until_time_us = max(until_time_us, @until), floor_number = max(floor_number, @floor),
            through_number = CASE WHEN @Through IS NULL THEN NULL ELSE max(@Through, floor_number, @floor) END
        WHERE delivery_id = @Old
        """;

    private const string Begin =
        """
        INSERT INTO deliveries (
            delivery_id, partner_id, consumer, stream_key, held, from_number, head_number, until_time_us, floor_number, through_number)
        VALUES (@Id, @PartnerId, @Consumer, @StreamKey, @Held, @Place, @Head, @until, 0, @Through)
        """;

    private const string End =
        """
        UPDATE deliveries SET through_number = max(@Through, floor_number, from_number) WHERE delivery_id = @Id AND through_number IS NULL
        """;

    private const string InsertRead =
        """
        INSERT OR IGNORE INTO article_reads (article_key, partner_id, first_time_us)
        SELECT article_key, @PartnerId, @now FROM articles WHERE article_id = @ArticleId
        """;

    /// <summary>Who takes a snapshot is sent all kills: only those of articles that the partner may have are written.</summary>
    private const string InsertKill =
        """
        INSERT OR IGNORE INTO withdrawal_sends (article_key, partner_id, sent_time_us)
        SELECT a.article_key, @PartnerId, @Time FROM articles a
        WHERE a.article_id = @ArticleId AND a.withdrawn = 1 AND (
            EXISTS (SELECT 1 FROM deliveries d WHERE d.partner_id = @PartnerId AND d.head_number < a.last_number)
            OR EXISTS (SELECT 1 FROM article_reads r WHERE r.article_key = a.article_key AND r.partner_id = @PartnerId))
        """;

    private const string UpsertContact =
        """
        INSERT INTO stream_contacts (partner_id, stream_key, held, seen_time_us) VALUES (@PartnerId, @StreamKey, @Held, @now)
        ON CONFLICT (partner_id, stream_key, held) DO UPDATE SET seen_time_us = max(seen_time_us, excluded.seen_time_us)
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<DateTimeOffset>> WriteAsync(
        IReadOnlyList<DeliveryWrite> writes, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            var until = new DateTimeOffset[writes.Count];
            for (var i = 0; i < writes.Count; i++)
            {
                until[i] = Write(connection, writes[i], LogTime.ToMicroseconds(now));
            }

            return (true, (IReadOnlyList<DateTimeOffset>)until);
        },
        cancellationToken);

    private static DateTimeOffset Write(StoreConnection connection, DeliveryWrite write, long now)
    {
        switch (write)
        {
            case DeliveryWrite.Reserve reservation:
                return Reserve(connection, reservation, now);
            case DeliveryWrite.Close close:
                connection.Run(End, close.Through, close.Id);
                break;
            case DeliveryWrite.Read read:
                foreach (var articleId in read.ArticleIds)
                {
                    connection.Run(InsertRead, read.PartnerId, now, articleId);
                }

                break;
            case DeliveryWrite.KillSent kill:
                connection.Run(InsertKill, kill.PartnerId, LogTime.ToMicroseconds(kill.Time), kill.ArticleId);
                break;
            case DeliveryWrite.Contact contact:
                connection.Run(UpsertContact, contact.Seen.PartnerId, contact.Seen.StreamKey, contact.Seen.Held, now);
                break;
        }

        return default;
    }

    private static DateTimeOffset Reserve(StoreConnection connection, DeliveryWrite.Reserve reservation, long now)
    {
        // Not before anything that is committed: whatever is read of the log now may be sent.
        var (id, reader, place, head, through) = reservation;
        var state = ReadLogState(connection);
        var until = Math.Max(now, state.CommitTime) + LeaseMicroseconds;
        if (connection.Run(Extend, until, id) == 0)
        {
            var range = FindRangeBefore(connection, reader, place, state.CommitTime);
            if (range is not null && (range.Count >= MaxRanges || !HasGap(connection, reader.StreamKey, range, place)))
            {
                connection.Run(TakeOver, id, until, range.Through ?? state.Head, through, range.Id);
            }
            else
            {
                connection.Run(
                    Begin, id, reader.PartnerId, reader.Consumer, reader.StreamKey, reader.Held, place, head, until, through);
            }
        }

        return LogTime.FromMicroseconds(until);
    }

    /// <summary>Whether the stream has entries between a range and a place: they were not sent, and must not count as sent.</summary>
    private static bool HasGap(StoreConnection connection, long streamKey, RangeRow range, long place) => range.Through is { } through
        ? connection.Number(FindGap, streamKey, through, place) != 0
        : connection.Number(FindGapAfterTime, streamKey, range.First, place, range.Until) != 0;

    private static StateRow ReadLogState(StoreConnection connection)
    {
        using var rows = connection.Select(ReadState);
        return rows.Read() ? new StateRow(rows.Number(0), rows.Number(1)) : throw new InvalidOperationException("The counter row is missing.");
    }

    private static RangeRow? FindRangeBefore(StoreConnection connection, DeliveryReader reader, long place, long commitTime)
    {
        using var rows = connection.Select(FindRange, reader.PartnerId, reader.Consumer, reader.StreamKey, reader.Held, place, commitTime);
        return rows.Read() ? new RangeRow(rows.Number(0), rows.Number(1), rows.OptionalNumber(2), rows.Number(3), rows.Number(4)) : null;
    }

    private sealed record StateRow(long Head, long CommitTime);

    private sealed record RangeRow(long Id, long First, long? Through, long Until, long Count);
}
