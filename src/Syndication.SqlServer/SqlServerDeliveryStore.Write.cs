using Syndication.Log;
using Syndication.Receipts;

namespace Syndication.SqlServer;

public sealed partial class SqlServerDeliveryStore
{
    /// <summary>How long a reservation holds for what is committed after it.</summary>
    private static readonly long LeaseMicroseconds = (long)TimeSpan.FromSeconds(60).TotalMicroseconds;

    /// <summary>
    /// How many ranges of one reader are told apart. A reader that always starts anew and leaves gaps has its gaps counted as
    /// sent from there on, rather than rows without end.
    /// </summary>
    private const int MaxRanges = 64;

    // Ranges one after the other, because a reservation goes on from what the one before it has closed; the rest in sets.
    //
    // The head is read before the transaction: an older one only makes reservations shorter and fewer ranges abandoned, and
    // nothing is held while it is waited for. A lease ends 60 s after anything that is committed, because whatever is read of
    // the log now may be sent. A range is abandoned when all that its lease covers is committed: what its owner still sends
    // lies before that head, which becomes the floor.
    //
    // Several nodes write at once. A range is taken over only as it was found: where its owner has extended it meanwhile, or
    // somebody else has taken it, a new range begins, which is never wrong. An owner whose range is gone begins one, too. Rows
    // that two insert at once are a duplicate key, and the whole is tried again: everything in it may be written twice.
    private static readonly Statement Write = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @head bigint, @commitTime bigint, @until bigint, @ordinal int, @isClose bit, @id bigint, @partnerId varchar(200),
            @consumer varchar(200), @streamKey bigint, @held bit, @place bigint, @readHead bigint, @through bigint, @count int,
            @rangeId uniqueidentifier, @first bigint, @oldThrough bigint, @oldUntil bigint, @rangeCount int;
        SELECT @head = s.head, @commitTime = s.commit_time_us FROM dbo.log_state AS s WHERE s.id = 1;
        SET @until = CASE WHEN @now > @commitTime THEN @now ELSE @commitTime END + @lease;
        BEGIN TRANSACTION;
        SELECT @ordinal = MIN(r.ordinal) FROM @ranges AS r;
        WHILE @ordinal IS NOT NULL
        BEGIN
            SELECT @isClose = r.is_close, @id = r.delivery_id, @partnerId = r.partner_id, @consumer = r.consumer, @streamKey = r.stream_key,
                @held = r.is_held, @place = r.from_number, @readHead = r.head_number, @through = r.through_number
            FROM @ranges AS r WHERE r.ordinal = @ordinal;
            IF @isClose = 1
            BEGIN
                UPDATE dbo.deliveries
                SET through_number = CASE
                    WHEN @through >= floor_number AND @through >= from_number THEN @through
                    WHEN floor_number >= from_number THEN floor_number ELSE from_number END
                WHERE delivery_id = @id AND through_number IS NULL;
            END
            ELSE
            BEGIN
                UPDATE dbo.deliveries SET until_time_us = CASE WHEN until_time_us > @until THEN until_time_us ELSE @until END
                WHERE delivery_id = @id AND through_number IS NULL;
                SET @count = @@ROWCOUNT;
                IF @count = 0
                BEGIN
                    SET @rangeId = NULL;
                    SELECT TOP (1) @rangeId = d.range_id, @first = d.from_number, @oldThrough = d.through_number, @oldUntil = d.until_time_us,
                        @rangeCount = COUNT(*) OVER ()
                    FROM dbo.deliveries AS d
                    WHERE d.partner_id = @partnerId AND d.consumer = @consumer AND d.stream_key = @streamKey AND d.is_held = @held
                        AND d.from_number <= @place AND (d.through_number IS NOT NULL OR d.until_time_us < @commitTime)
                    ORDER BY COALESCE(d.through_number, @place) DESC, d.from_number DESC;

                    -- Entries between the range and the place were not sent, and must not count as sent.
                    IF @rangeId IS NOT NULL AND @rangeCount < @maxRanges AND (
                        (@oldThrough IS NOT NULL AND EXISTS (
                            SELECT 1 FROM dbo.stream_entries AS s
                            WHERE s.stream_key = @streamKey AND s.number > @oldThrough AND s.number <= @place))
                        OR (@oldThrough IS NULL AND EXISTS (
                            SELECT 1 FROM dbo.stream_entries AS s JOIN dbo.log_entries AS e ON e.number = s.number
                            WHERE s.stream_key = @streamKey AND s.number > @first AND s.number <= @place AND e.commit_time_us > @oldUntil)))
                        SET @rangeId = NULL;
                    IF @rangeId IS NOT NULL
                    BEGIN
                        -- Closed with the reservation, it ends nowhere before what it reached: the floor before or now, or its end.
                        SET @oldThrough = COALESCE(@oldThrough, -1);
                        UPDATE dbo.deliveries
                        SET delivery_id = @id,
                            until_time_us = CASE WHEN until_time_us > @until THEN until_time_us ELSE @until END,
                            floor_number = CASE WHEN floor_number > COALESCE(through_number, @head) THEN floor_number ELSE COALESCE(through_number, @head) END,
                            through_number = CASE
                                WHEN @through IS NULL THEN NULL
                                WHEN @through >= floor_number AND @through >= COALESCE(through_number, @head) THEN @through
                                WHEN floor_number >= COALESCE(through_number, @head) THEN floor_number
                                ELSE COALESCE(through_number, @head) END
                        WHERE stream_key = @streamKey AND from_number = @first AND range_id = @rangeId
                            AND COALESCE(through_number, -1) = @oldThrough AND until_time_us = @oldUntil;
                        SET @count = @@ROWCOUNT;
                    END;

                    IF @count = 0
                        INSERT INTO dbo.deliveries (
                            stream_key, from_number, range_id, delivery_id, partner_id, consumer, is_held, head_number, until_time_us, floor_number,
                            through_number)
                        VALUES (@streamKey, @place, NEWID(), @id, @partnerId, @consumer, @held, @readHead, @until, 0, @through);
                END;
            END;
            SELECT @ordinal = MIN(r.ordinal) FROM @ranges AS r WHERE r.ordinal > @ordinal;
        END;

        INSERT INTO dbo.article_reads (article_key, partner_id, first_time_us)
        SELECT a.article_key, n.partner_id, @now FROM @reads AS n JOIN dbo.articles AS a ON a.article_id = n.article_id
        WHERE NOT EXISTS (SELECT 1 FROM dbo.article_reads AS r WHERE r.article_key = a.article_key AND r.partner_id = n.partner_id);

        -- Who takes a snapshot is sent all kills: only those of articles that the partner may have are written.
        INSERT INTO dbo.withdrawal_sends (article_key, partner_id, sent_time_us)
        SELECT a.article_key, n.partner_id, n.sent_time_us FROM @kills AS n JOIN dbo.articles AS a ON a.article_id = n.article_id
        WHERE a.withdrawn = 1
            AND (EXISTS (SELECT 1 FROM dbo.deliveries AS d WHERE d.partner_id = n.partner_id AND d.head_number < a.last_number)
                OR EXISTS (SELECT 1 FROM dbo.article_reads AS r WHERE r.article_key = a.article_key AND r.partner_id = n.partner_id))
            AND NOT EXISTS (SELECT 1 FROM dbo.withdrawal_sends AS w WHERE w.article_key = a.article_key AND w.partner_id = n.partner_id);
        UPDATE c SET seen_time_us = @now
        FROM dbo.stream_contacts AS c JOIN @contacts AS n ON n.partner_id = c.partner_id AND n.stream_key = c.stream_key AND n.is_held = c.is_held
        WHERE c.seen_time_us < @now;
        INSERT INTO dbo.stream_contacts (partner_id, stream_key, is_held, seen_time_us)
        SELECT n.partner_id, n.stream_key, n.is_held, @now FROM @contacts AS n
        WHERE NOT EXISTS (
            SELECT 1 FROM dbo.stream_contacts AS c WHERE c.partner_id = n.partner_id AND c.stream_key = n.stream_key AND c.is_held = n.is_held);
        COMMIT TRANSACTION;
        SELECT @until AS until_time_us;
        """,
        Parameter.BigInt("now"), Parameter.BigInt("lease"), Parameter.Int("maxRanges"), Parameter.Table("ranges", TableTypes.DeliveryRanges),
        Parameter.Table("reads", TableTypes.ArticleReads), Parameter.Table("kills", TableTypes.WithdrawalSends),
        Parameter.Table("contacts", TableTypes.StreamContacts));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DateTimeOffset>> WriteAsync(
        IReadOnlyList<DeliveryWrite> writes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = await database.WriteAsync(
            Write,
            isRepeatable: true,
            reader => reader.Read() ? LogTime.FromMicroseconds(reader.GetInt64(0)) : throw new InvalidOperationException("The counter row is missing."),
            LogTime.ToMicroseconds(now),
            LeaseMicroseconds,
            MaxRanges,
            TableTypes.DeliveryRanges.Rows(
                writes.Index().Where(write => write.Item is DeliveryWrite.Reserve or DeliveryWrite.Close), write => RowOf(write.Index, write.Item)),
            TableTypes.ArticleReads.Rows(
                writes.OfType<DeliveryWrite.Read>().SelectMany(read => read.ArticleIds.Select(articleId => (read.PartnerId, articleId))).Distinct(),
                read => [read.PartnerId, read.articleId]),
            TableTypes.WithdrawalSends.Rows(
                writes.OfType<DeliveryWrite.KillSent>().DistinctBy(kill => (kill.PartnerId, kill.ArticleId)),
                kill => [kill.PartnerId, kill.ArticleId, LogTime.ToMicroseconds(kill.Time)]),
            TableTypes.StreamContacts.Rows(
                writes.OfType<DeliveryWrite.Contact>().Select(contact => contact.Seen).Distinct(), seen => [seen.PartnerId, seen.StreamKey, seen.Held]));
        return [.. writes.Select(write => write is DeliveryWrite.Reserve ? until : default)];
    }

    private static object?[] RowOf(int ordinal, DeliveryWrite write) => write switch
    {
        DeliveryWrite.Reserve(var id, var reader, var place, var head, var through) =>
            [ordinal, false, id, reader.PartnerId, reader.Consumer, reader.StreamKey, reader.Held, place, head, through],
        DeliveryWrite.Close(var id, var through) => [ordinal, true, id, null, null, null, null, null, null, through],
        _ => throw new ArgumentOutOfRangeException(nameof(write), write, "No range."),
    };
}
