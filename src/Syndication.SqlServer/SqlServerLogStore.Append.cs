using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;
using Syndication.Log;
using Syndication.Streams;

namespace Syndication.SqlServer;

public sealed partial class SqlServerLogStore
{
    // One batch, one transaction, one round trip. What it takes and in which order:
    //
    // 1. The articles that are not new, updated where they still are at the expected entry: that is the check, and from here on
    //    nobody else changes them. Consumers' places, which need no number.
    // 2. The counter row, last: from here to the commit this is the only writer of new entries. It waits for nobody any more,
    //    because everything that follows is inserted under numbers that are its own. (A new article's id or a request id
    //    that another transaction has just inserted is waited for, and fails: that one holds the counter no longer.)
    // 3. Versions, articles, entries, what they mean to streams, requests, streams.
    //
    // A conflict is answered with number 0. A duplicate key is one too, and comes as an error, which rolls everything back.
    private static readonly Statement Append = new(
        """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @moved TABLE (head bigint NOT NULL, commit_time_us bigint NOT NULL, epoch int NOT NULL);
        DECLARE @first bigint, @time bigint, @epoch int, @changed int;
        BEGIN TRANSACTION;

        UPDATE a
        SET latest_version = c.latest_version, lifted_version = c.lifted_version, public_version = c.public_version,
            withheld = c.withheld, withdrawn = c.withdrawn, expired = c.expired, embargo_time_us = c.embargo_time_us,
            expire_time_us = c.expire_time_us, held_expire_time_us = c.held_expire_time_us,
            first_published_time_us = c.first_published_time_us, advisory = c.advisory, internal_reason = c.internal_reason,
            advisory_time_us = c.advisory_time_us
        FROM dbo.articles AS a JOIN @articles AS c ON c.article_key = a.article_key
        WHERE a.last_number = c.expected_last_number;
        IF @@ROWCOUNT <> @knownCount
        BEGIN
            ROLLBACK TRANSACTION;
            SELECT CAST(0 AS bigint) AS first_number, CAST(0 AS bigint) AS commit_time_us, 0 AS epoch;
            RETURN;
        END;

        UPDATE p
        SET revision = n.revision, partner = n.partner
        FROM dbo.partners AS p JOIN @partners AS n ON n.partner_id = p.partner_id WHERE p.revision = n.expected_revision;
        SET @changed = @@ROWCOUNT;
        UPDATE k
        SET api_key = n.api_key
        FROM dbo.api_keys AS k JOIN @keys AS n ON n.key_id = k.key_id WHERE n.is_new = 0;
        SET @changed = @changed + @@ROWCOUNT;
        IF @changed <> @knownAccessCount
        BEGIN
            ROLLBACK TRANSACTION;
            SELECT CAST(0 AS bigint) AS first_number, CAST(0 AS bigint) AS commit_time_us, 0 AS epoch;
            RETURN;
        END;

        UPDATE k
        SET place = n.place, rank_number = n.rank_number, rank_within = n.rank_within, acknowledged_time_us = n.acknowledged_time_us
        FROM dbo.consumers AS k
        JOIN @acknowledgements AS n ON n.principal = k.principal AND n.consumer = k.consumer AND n.stream_id = k.stream_id
        WHERE n.is_rewind = 1 OR n.rank_number > k.rank_number OR (n.rank_number = k.rank_number AND n.rank_within > k.rank_within);

        INSERT INTO dbo.consumers (principal, consumer, stream_id, place, rank_number, rank_within, acknowledged_time_us)
        SELECT n.principal, n.consumer, n.stream_id, n.place, n.rank_number, n.rank_within, n.acknowledged_time_us
        FROM @acknowledgements AS n
        WHERE NOT EXISTS (
            SELECT 1 FROM dbo.consumers AS k
            WHERE k.principal = n.principal AND k.consumer = n.consumer AND k.stream_id = n.stream_id);

        IF @count = 0
            SELECT @first = s.head + 1, @time = CASE WHEN s.commit_time_us > @now THEN s.commit_time_us ELSE @now END, @epoch = s.epoch
            FROM dbo.log_state AS s WHERE s.id = 1;
        ELSE
        BEGIN
            UPDATE dbo.log_state
            SET head = head + @count, head_check = @headCheck,
                commit_time_us = CASE WHEN commit_time_us > @now THEN commit_time_us ELSE @now END,
                streams_number = CASE WHEN @streamOrdinal >= 0 THEN head + 1 + @streamOrdinal ELSE streams_number END
            OUTPUT inserted.head, inserted.commit_time_us, inserted.epoch INTO @moved (head, commit_time_us, epoch)
            WHERE id = 1 AND streams_number = @streamsNumber;
            SELECT @first = m.head - @count + 1, @time = m.commit_time_us, @epoch = m.epoch FROM @moved AS m;
            IF @first IS NULL
            BEGIN
                ROLLBACK TRANSACTION;
                SELECT CAST(0 AS bigint) AS first_number, CAST(0 AS bigint) AS commit_time_us, 0 AS epoch;
                RETURN;
            END;
        END;

        INSERT INTO dbo.article_versions (number, article_key, version, change, version_time_us, content_bytes, head, body, desk)
        SELECT @first + e.ordinal, COALESCE(e.article_key, @first + e.key_ordinal), e.new_version, e.change, @time,
            DATALENGTH(e.head) + DATALENGTH(e.body) + DATALENGTH(e.desk), e.head, e.body, e.desk
        FROM @entries AS e WHERE e.new_version IS NOT NULL;

        UPDATE a
        SET last_number = @first + c.last_ordinal,
            first_published_time_us = CASE WHEN c.first_published = 1 THEN @time ELSE c.first_published_time_us END,
            advisory_time_us = CASE WHEN c.advised = 1 THEN @time ELSE c.advisory_time_us END
        FROM dbo.articles AS a JOIN @articles AS c ON c.article_key = a.article_key;

        INSERT INTO dbo.articles (
            article_key, article_id, latest_version, lifted_version, public_version, withheld, withdrawn, expired, embargo_time_us,
            expire_time_us, held_expire_time_us, first_published_time_us, advisory, internal_reason, advisory_time_us, last_number)
        SELECT @first + c.first_ordinal, c.article_id, c.latest_version, c.lifted_version, c.public_version, c.withheld, c.withdrawn,
            c.expired, c.embargo_time_us, c.expire_time_us, c.held_expire_time_us,
            CASE WHEN c.first_published = 1 THEN @time ELSE c.first_published_time_us END, c.advisory, c.internal_reason,
            CASE WHEN c.advised = 1 THEN @time ELSE c.advisory_time_us END, @first + c.last_ordinal
        FROM @articles AS c WHERE c.article_key IS NULL;

        INSERT INTO dbo.log_entries (
            number, kind, update_id, commit_time_us, article_key, version, public_version, is_public, status, content_number,
            public_content_number, content_bytes, memberships, advisory, internal_reason, principal, changes)
        SELECT @first + e.ordinal, e.kind, e.update_id, @time, COALESCE(e.article_key, @first + e.key_ordinal), e.version,
            e.public_version, e.is_public, e.status, v.number, p.number,
            COALESCE(v.content_bytes, 0) + COALESCE(DATALENGTH(e.changes), 0) + CASE WHEN e.public_version = e.version THEN 0 ELSE COALESCE(p.content_bytes, 0) END,
            e.memberships, e.advisory, e.internal_reason, e.principal, e.changes
        FROM @entries AS e
        LEFT JOIN dbo.article_versions AS v
            ON e.carries = 1 AND v.article_key = COALESCE(e.article_key, @first + e.key_ordinal) AND v.version = e.version
        LEFT JOIN dbo.article_versions AS p
            ON e.carries = 1 AND p.article_key = COALESCE(e.article_key, @first + e.key_ordinal) AND p.version = e.public_version;

        INSERT INTO dbo.partners (partner_id, revision, partner)
        SELECT n.partner_id, n.revision, n.partner FROM @partners AS n WHERE n.expected_revision = 0;

        INSERT INTO dbo.api_keys (key_id, secret_hash, api_key)
        SELECT n.key_id, n.secret_hash, n.api_key FROM @keys AS n WHERE n.is_new = 1;

        INSERT INTO dbo.stream_entries (stream_key, number, article_key, open_action, held_action)
        SELECT m.stream_key, @first + m.ordinal, COALESCE(e.article_key, @first + e.key_ordinal), m.open_action, m.held_action
        FROM @memberships AS m JOIN @entries AS e ON e.ordinal = m.ordinal;

        INSERT INTO dbo.requests (request_key, principal, request_id, fingerprint, number, update_id, commit_time_us, response)
        SELECT r.request_key, r.principal, r.request_id, r.fingerprint, COALESCE(@first + r.ordinal, 0), e.update_id, @time, r.response
        FROM @requests AS r LEFT JOIN @entries AS e ON e.ordinal = r.ordinal;

        UPDATE f
        SET retired = 1
        FROM dbo.stream_filters AS f JOIN @streams AS n ON n.stream_id = f.stream_id
        WHERE f.retired = 0 AND (n.is_deleted = 1 OR n.is_new_filter = 1);

        INSERT INTO dbo.stream_filters (stream_key, stream_id, backfilled_through, retired)
        SELECT @first + n.ordinal, n.stream_id, CASE WHEN @first + n.ordinal = 1 THEN 1 ELSE 0 END, 0
        FROM @streams AS n WHERE n.is_new_filter = 1;

        DELETE s FROM dbo.streams AS s JOIN @streams AS n ON n.stream_id = s.stream_id WHERE n.is_deleted = 1;

        UPDATE s
        SET stream_key = COALESCE(n.stream_key, @first + n.ordinal), display_name = n.display_name, description = n.description,
            filter = n.filter, revision = n.revision, update_time_us = n.update_time_us, findings_gate = n.findings_gate
        FROM dbo.streams AS s JOIN @streams AS n ON n.stream_id = s.stream_id
        WHERE n.is_deleted = 0;

        INSERT INTO dbo.streams (stream_id, stream_key, display_name, description, filter, revision, create_time_us, update_time_us, findings_gate)
        SELECT n.stream_id, COALESCE(n.stream_key, @first + n.ordinal), n.display_name, n.description, n.filter, n.revision,
            n.create_time_us, n.update_time_us, n.findings_gate
        FROM @streams AS n
        WHERE n.is_deleted = 0 AND NOT EXISTS (SELECT 1 FROM dbo.streams AS s WHERE s.stream_id = n.stream_id);

        DELETE FROM dbo.vocabularies WHERE scheme IN (SELECT n.scheme FROM @vocabularies AS n);

        INSERT INTO dbo.vocabularies (scheme, uri, revision, concept_count, load_time_us, vocabulary)
        SELECT n.scheme, n.uri, n.revision, n.concept_count, @time, n.vocabulary FROM @vocabularies AS n WHERE n.is_deleted = 0;

        COMMIT TRANSACTION;
        SELECT @first AS first_number, @time AS commit_time_us, @epoch AS epoch;
        """,
        Parameter.BigInt("now"), Parameter.BigInt("streamsNumber"), Parameter.Int("count"), Parameter.BigInt("headCheck"),
        Parameter.Int("streamOrdinal"), Parameter.Int("knownCount"), Parameter.Table("entries", TableTypes.Entries),
        Parameter.Table("articles", TableTypes.Articles), Parameter.Table("memberships", TableTypes.Memberships),
        Parameter.Table("requests", TableTypes.Requests), Parameter.Table("streams", TableTypes.Streams),
        Parameter.Table("acknowledgements", TableTypes.Acknowledgements), Parameter.Int("knownAccessCount"),
        Parameter.Table("partners", TableTypes.Partners), Parameter.Table("keys", TableTypes.ApiKeys),
        Parameter.Table("vocabularies", TableTypes.Vocabularies));

    // By the numbers behind a head that was known before the first attempt: what came since is little, and the ids need no index.
    private static readonly Statement FindEntry = new(
        """
        SELECT e.number, e.commit_time_us, (SELECT COUNT(*) FROM dbo.log_epochs AS f WHERE f.begins_after < e.number) AS epoch
        FROM dbo.log_entries AS e WHERE e.number > @after AND e.update_id = @updateId;
        """,
        Parameter.BigInt("after"), Parameter.UniqueIdentifier("updateId"));

    private long _knownHead;

    /// <inheritdoc/>
    /// <remarks>
    /// Where a connection is lost before the answer, the commit may have happened: the log is asked for the batch's first entry
    /// before the batch is sent again, and once more when that ends in a conflict, because the lost transaction may have been
    /// the one that was first. Both carry the same expectations, so at most one of them can commit.
    /// </remarks>
    public async Task<AppendResult> AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        var values = ValuesOf(batch);
        var knownHead = Interlocked.Read(ref _knownHead);
        var isUnknown = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (isUnknown && await FindAsync(batch, knownHead) is { } found)
                {
                    return found;
                }

                var (first, time, epoch) = await database.RunAsync(Append, ReadAppended, values);
                if (first != 0)
                {
                    Know(first + batch.Entries.Count - 1);
                    return new AppendResult.Committed(first, LogTime.FromMicroseconds(time), epoch);
                }

                return isUnknown && await FindAsync(batch, knownHead) is { } earlier ? earlier : new AppendResult.Conflict();
            }
            catch (SqlFaultException exception) when (exception.Fault == SqlFault.Duplicate)
            {
                // Another node was first with a new article, a request id or a consumer.
                return isUnknown && await FindSafelyAsync(batch, knownHead) is { } earlier ? earlier : new AppendResult.Conflict();
            }
            catch (SqlFaultException exception)
            {
                isUnknown |= exception.Fault == SqlFault.ConnectionLost;
                if (exception.Fault is SqlFault.Program)
                {
                    throw;
                }

                if (exception.Fault is not (SqlFault.Transient or SqlFault.ConnectionLost) || attempt >= database.TransactionAttempts)
                {
                    throw SqlServerDatabase.Unavailable(exception);
                }
            }

            await SqlServerDatabase.DelayAsync(attempt);
        }
    }

    /// <summary>Looks whether a batch whose answer was lost has been committed.</summary>
    private async Task<AppendResult?> FindAsync(AppendBatch batch, long knownHead)
    {
        if (batch.Entries.Count == 0)
        {
            // Acknowledgements may be repeated; a request that was answered is a conflict, and found by its id.
            return null;
        }

        var (number, time, epoch) = await database.RunAsync(FindEntry, ReadAppended, knownHead, batch.Entries[0].UpdateId);
        if (number == 0)
        {
            return null;
        }

        Know(number + batch.Entries.Count - 1);
        return new AppendResult.Committed(number, LogTime.FromMicroseconds(time), epoch);
    }

    private async Task<AppendResult?> FindSafelyAsync(AppendBatch batch, long knownHead)
    {
        try
        {
            return await FindAsync(batch, knownHead);
        }
        catch (SqlFaultException exception)
        {
            throw SqlServerDatabase.Unavailable(exception);
        }
    }

    private static (long First, long Time, int Epoch) ReadAppended(SqlDataReader reader) =>
        reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2)) : default;

    /// <summary>Remembers a number that is committed, the highest one.</summary>
    private void Know(long number)
    {
        var known = Interlocked.Read(ref _knownHead);
        while (number > known)
        {
            var before = Interlocked.CompareExchange(ref _knownHead, number, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    private static object?[] ValuesOf(AppendBatch batch)
    {
        var ordinals = OrdinalsOf(batch);
        return
        [
            LogTime.ToMicroseconds(batch.Now),
            batch.StreamsNumber,
            batch.Entries.Count,
            batch.Entries.Count == 0 ? 0L : LogPosition.CheckOf(batch.Entries[^1].UpdateId),
            batch.LastStreamsOrdinal,
            batch.Articles.Count(change => change.ExpectedLastNumber != 0),
            EntryRows(batch, ordinals),
            ArticleRows(batch, ordinals),
            TableTypes.Memberships.Rows(
                batch.Entries.SelectMany((entry, ordinal) => entry.Memberships.Select(membership => (ordinal, membership))),
                row => [row.ordinal, row.membership.StreamKey, (byte)row.membership.Open, (byte)row.membership.Held]),
            TableTypes.Requests.Rows(
                batch.Requests,
                request =>
                [
                    KeyOf(request.Key), request.Key.Principal, request.Key.RequestId, request.Fingerprint,
                    request.EntryOrdinal < 0 ? null : request.EntryOrdinal, request.Response,
                ]),
            TableTypes.Streams.Rows(batch.Streams, StreamValues),
            TableTypes.Acknowledgements.Rows(
                LastPlaces(batch.Acknowledgements),
                place =>
                [
                    place.Key.Principal, place.Key.Consumer, place.Key.StreamId, place.Cursor, place.Rank.Number, place.Rank.Within,
                    LogTime.ToMicroseconds(place.Time), place.Rewind,
                ]),
            batch.Partners.Count(change => change.ExpectedRevision != 0) + batch.Keys.GroupBy(change => change.Record.Key.KeyId).Count(changes => !changes.First().IsNew),
            TableTypes.Partners.Rows(
                batch.Partners,
                change => [change.Partner.PartnerId, change.ExpectedRevision, change.Partner.Revision, change.Partner.ToByteArray()]),
            TableTypes.ApiKeys.Rows(
                batch.Keys.GroupBy(change => change.Record.Key.KeyId),
                changes =>
                [
                    changes.Key, changes.First().IsNew, changes.Last().Record.SecretHash, changes.Last().Record.Key.ToByteArray(),
                ]),
            TableTypes.Vocabularies.Rows(
                batch.Vocabularies,
                change => change.After is { } after
                    ? [change.Scheme, false, after.Uri, change.Revision, after.Concepts.Count, after.ToByteArray()]
                    : [change.Scheme, true, null, null, null, null]),
        ];
    }

    /// <summary>The first and the last entry of each article in the batch, and its key; 0 where it is new.</summary>
    private static Dictionary<string, (long Key, int First, int Last)> OrdinalsOf(AppendBatch batch)
    {
        var ordinals = batch.Articles.ToDictionary(change => change.Record.ArticleId, change => (Key: change.Record.ArticleKey, First: -1, Last: -1));
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            var articleId = batch.Entries[i].ArticleId;
            if (articleId.Length > 0)
            {
                var (key, first, _) = ordinals[articleId];
                ordinals[articleId] = (key, first < 0 ? i : first, i);
            }
        }

        return ordinals;
    }

    private static List<SqlDataRecord> EntryRows(AppendBatch batch, Dictionary<string, (long Key, int First, int Last)> ordinals)
    {
        var rows = new List<SqlDataRecord>(batch.Entries.Count);
        foreach (var entry in batch.Entries)
        {
            var article = entry.ArticleId.Length == 0 ? default((long Key, int First, int Last)?) : ordinals[entry.ArticleId];
            rows.Add(TableTypes.Entries.Row(
                rows.Count,
                (byte)entry.Kind,
                entry.UpdateId,
                article is { Key: > 0 and var key } ? key : null,
                article is { Key: 0, First: var first } ? first : null,
                entry.Version,
                entry.PublicVersion,
                entry.IsPublic,
                (byte)entry.Status,
                LogEntry.Carries(entry.Kind),
                Membership.Pack(entry.Memberships),
                entry.Advisory,
                entry.InternalReason,
                entry.Principal,
                entry.NewVersion?.Version,
                entry.NewVersion is { } content ? (byte)content.Change : null,
                entry.NewVersion?.Head,
                entry.NewVersion?.Body,
                entry.NewVersion?.Desk,
                entry.Changes?.Pack()));
        }

        return rows;
    }

    private static List<SqlDataRecord> ArticleRows(AppendBatch batch, Dictionary<string, (long Key, int First, int Last)> ordinals)
    {
        // In the order of their keys: two appends that share articles lock them in the same order.
        var rows = new List<SqlDataRecord>(batch.Articles.Count);
        foreach (var change in batch.Articles.OrderBy(change => change.Record.ArticleKey))
        {
            var record = change.Record;
            var (key, first, last) = ordinals[record.ArticleId];
            rows.Add(TableTypes.Articles.Row(
                rows.Count,
                key == 0 ? null : key,
                record.ArticleId,
                change.ExpectedLastNumber,
                first,
                last,
                change.FirstPublished,
                change.Advised,
                record.LatestVersion,
                record.LiftedVersion,
                record.PublicVersion,
                record.Withheld,
                record.Withdrawn,
                record.Expired,
                Microseconds(record.EmbargoTime),
                Microseconds(record.ExpireTime),
                Microseconds(record.HeldExpireTime),
                Microseconds(record.FirstPublishedTime),
                record.Advisory,
                record.InternalReason,
                Microseconds(record.AdvisoryTime)));
        }

        return rows;
    }

    private static object?[] StreamValues(StreamChange change) =>
    [
        change.EntryOrdinal,
        change.StreamId,
        change.After is null,
        change.After is not null && change.NewFilter,
        change.After is null || change.NewFilter ? null : change.After.StreamKey,
        change.After?.DisplayName,
        change.After?.Description,
        change.After?.Filter.ToByteArray(),
        change.After?.Revision,
        Microseconds(change.After?.CreateTime),
        Microseconds(change.After?.UpdateTime),
        change.After?.FindingsGate?.ToByteArray(),
    ];

    /// <summary>What a sequence of acknowledgements comes to, for each consumer: its last rewind, if any, and the latest place after it.</summary>
    private static IEnumerable<Acknowledgement> LastPlaces(IEnumerable<Acknowledgement> places) => places.GroupBy(place => place.Key).Select(group =>
        group.Aggregate((last, next) => next.Rewind ? next
            : next.Rank.CompareTo(last.Rank) > 0 ? next with { Rewind = last.Rewind }
            : last));

    /// <summary>The key of a request: SHA-256 of principal, a zero byte and request id.</summary>
    internal static byte[] KeyOf(RequestKey key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Principal}\0{key.RequestId}"));

    private static long? Microseconds(DateTimeOffset? time) => time is { } value ? LogTime.ToMicroseconds(value) : null;
}
