using Dapper;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Syndication.Log;
using Syndication.Streams;

namespace Syndication.Sqlite;

public sealed partial class SqliteLogStore
{
    private const string LockState =
        """
        SELECT head, commit_time_us, streams_number, epoch FROM log_state WHERE id = 1
        """;

    private const string CountUnchanged =
        """
        SELECT count(*) FROM json_each(@expected) k CROSS JOIN articles a
        ON a.article_id = k.value ->> 0 AND a.last_number = k.value ->> 1
        """;

    private const string InsertEntry =
        """
        INSERT INTO log_entries (
            number, kind, update_id, commit_time_us, article_key, version, public_version, is_public, status,
            content_number, public_content_number, memberships, advisory, internal_reason, principal, changes,
            article_id, first_published_time_us)
        VALUES (
            @Number, @Kind, @UpdateId, @CommitTime, @ArticleKey, @Version, @PublicVersion, @IsPublic, @Status,
            CASE @Carries WHEN 1 THEN (SELECT v.number FROM article_versions v WHERE v.article_key = @ArticleKey AND v.version = @Version) END,
            CASE @Carries WHEN 1 THEN (SELECT v.number FROM article_versions v WHERE v.article_key = @ArticleKey AND v.version = @PublicVersion) END,
            @Memberships, @Advisory, @InternalReason, @Principal, @Changes, @ArticleId, @FirstPublishedTime)
        """;

    private const string InsertVersion =
        """
        INSERT INTO article_versions (number, article_key, version, change, version_time_us, head, body, desk)
        VALUES (@Number, @ArticleKey, @Version, @Change, @CommitTime, @Head, @Body, @Desk)
        """;

    private const string UpsertArticle =
        """
        INSERT INTO articles (
            article_key, article_id, latest_version, lifted_version, public_version, withheld, withdrawn, expired,
            embargo_time_us, expire_time_us, held_expire_time_us, first_published_time_us, advisory, internal_reason,
            advisory_time_us, last_number)
        VALUES (
            @ArticleKey, @ArticleId, @LatestVersion, @LiftedVersion, @PublicVersion, @Withheld, @Withdrawn, @Expired,
            @EmbargoTime, @ExpireTime, @HeldExpireTime, @FirstPublishedTime, @Advisory, @InternalReason,
            @AdvisoryTime, @LastNumber)
        ON CONFLICT (article_key) DO UPDATE SET
            latest_version = excluded.latest_version, lifted_version = excluded.lifted_version,
            public_version = excluded.public_version, withheld = excluded.withheld, withdrawn = excluded.withdrawn,
            expired = excluded.expired, embargo_time_us = excluded.embargo_time_us, expire_time_us = excluded.expire_time_us,
            held_expire_time_us = excluded.held_expire_time_us, first_published_time_us = excluded.first_published_time_us,
            advisory = excluded.advisory, internal_reason = excluded.internal_reason,
            advisory_time_us = excluded.advisory_time_us, last_number = excluded.last_number
        """;

    private const string InsertMembership =
        """
        INSERT INTO stream_entries (stream_key, number, article_key, open, held) VALUES (@StreamKey, @Number, @ArticleKey, @Open, @Held)
        """;

    private const string InsertRequest =
        """
        INSERT INTO requests (principal, request_id, fingerprint, number, update_id, commit_time_us, response)
        VALUES (@Principal, @RequestId, @Fingerprint, @Number, @UpdateId, @CommitTime, @Response)
        """;

    private const string UpsertConsumer =
        """
        INSERT INTO consumers (principal, consumer, stream_id, cursor, rank_number, rank_within, acknowledged_time_us)
        VALUES (@Principal, @Consumer, @StreamId, @Cursor, @RankNumber, @RankWithin, @Time)
        ON CONFLICT (principal, consumer, stream_id) DO UPDATE SET
            cursor = excluded.cursor, rank_number = excluded.rank_number, rank_within = excluded.rank_within,
            acknowledged_time_us = excluded.acknowledged_time_us
        WHERE @Rewind OR (excluded.rank_number, excluded.rank_within) > (rank_number, rank_within)
        """;

    private const string MoveHead =
        """
        UPDATE log_state SET head = @Head, head_check = @HeadCheck, commit_time_us = @CommitTime,
            streams_number = max(streams_number, @StreamsNumber)
        WHERE id = 1
        """;

    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(AppendBatch batch, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, transaction) => Append(connection, transaction, batch), cancellationToken);

    private static (bool Commit, AppendResult Result) Append(StoreConnection connection, SqliteTransaction transaction, AppendBatch batch)
    {
        // The transaction is IMMEDIATE: this process is the database's only writer until the commit, and the head that it
        // reads here is the one that it moves at the end. That is the counter row's lock.
        var state = ReadState(connection);
        if (batch.Entries.Count > 0 && state.StreamsNumber != batch.StreamsNumber)
        {
            return (false, new AppendResult.Conflict());
        }

        var known = batch.Articles.Where(change => change.ExpectedLastNumber != 0).ToList();
        if (known.Count > 0)
        {
            var expected = JsonArray(known.Select(change => new object[] { change.Record.ArticleId, change.ExpectedLastNumber }));
            if (connection.Number(CountUnchanged, expected) != known.Count)
            {
                return (false, new AppendResult.Conflict());
            }
        }

        var first = state.Head + 1;
        var commitTime = Math.Max(state.CommitTime, LogTime.ToMicroseconds(batch.Now));
        var places = PlacesOf(batch, first, commitTime);
        try
        {
            InsertVersions(connection, batch, first, commitTime, places);
            UpsertArticles(connection, batch, commitTime, places);
            InsertEntries(connection, batch, first, commitTime, places);
            InsertRequests(connection, batch, first, commitTime);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == 19)
        {
            // SQLITE_CONSTRAINT: another process was first with a new article or a request id.
            return (false, new AppendResult.Conflict());
        }

        if (!ChangePartners(connection, batch) || !ChangeKeys(connection, batch))
        {
            return (false, new AppendResult.Conflict());
        }

        foreach (var change in batch.Streams)
        {
            ChangeStream(connection, transaction, change, first + change.EntryOrdinal);
        }

        foreach (var change in batch.Vocabularies)
        {
            ChangeVocabulary(connection, transaction, change, commitTime);
        }

        if (batch.Acknowledgements.Count > 0)
        {
            connection.Execute(
                UpsertConsumer,
                batch.Acknowledgements.Select(place => new
                {
                    place.Key.Principal,
                    place.Key.Consumer,
                    place.Key.StreamId,
                    place.Cursor,
                    RankNumber = place.Rank.Number,
                    RankWithin = place.Rank.Within,
                    Time = LogTime.ToMicroseconds(place.Time),
                    place.Rewind,
                }),
                transaction);
        }

        if (batch.Entries.Count > 0)
        {
            connection.Run(
                MoveHead,
                first + batch.Entries.Count - 1,
                (long)LogPosition.CheckOf(batch.Entries[^1].UpdateId),
                commitTime,
                batch.LastStreamsOrdinal is >= 0 and var ordinal ? first + ordinal : 0);
        }

        return (true, new AppendResult.Committed(first, LogTime.FromMicroseconds(commitTime), (int)state.Epoch)
        {
            Entries = CommittedEntries(batch, first, LogTime.FromMicroseconds(commitTime), places),
        });
    }

    private static StateRow ReadState(StoreConnection connection)
    {
        using var rows = connection.Select(LockState);
        return rows.Read()
            ? new StateRow(rows.Number(0), rows.Number(1), rows.Number(2), rows.Number(3))
            : throw new InvalidOperationException("The counter row is missing.");
    }

    /// <summary>The entries as the tail would read them; null where one shows content that is not in the batch.</summary>
    private static LogEntry[]? CommittedEntries(
        AppendBatch batch, long first, DateTimeOffset commitTime, Dictionary<string, ArticlePlace> places)
    {
        var records = batch.Articles.ToDictionary(change => change.Record.ArticleId, change =>
        {
            var place = places[change.Record.ArticleId];
            return change.Record with
            {
                ArticleKey = place.Key,
                LastNumber = place.Last,
                FirstPublishedTime = place.FirstPublishedTime is { } time ? LogTime.FromMicroseconds(time) : null,
                AdvisoryTime = change.Advised ? commitTime : change.Record.AdvisoryTime,
            };
        });
        var entries = new LogEntry[batch.Entries.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = batch.Entries[i];
            if (!records.TryGetValue(entry.ArticleId, out var record)
                || (LogEntry.Carries(entry.Kind) && (entry.NewVersion is null || entry.PublicVersion != entry.Version)))
            {
                return null;
            }

            var content = entry.NewVersion is { } version ? version with { VersionTime = commitTime } : null;
            entries[i] = new LogEntry
            {
                Number = first + i,
                Kind = entry.Kind,
                UpdateId = entry.UpdateId,
                CommitTime = commitTime,
                Version = entry.Version,
                PublicVersion = entry.PublicVersion,
                IsPublic = entry.IsPublic,
                Status = entry.Status,
                Advisory = entry.Advisory,
                Memberships = entry.Memberships,
                Content = content,
                PublicContent = content,
                Changes = entry.Changes,
                Article = record,
            };
        }

        return entries;
    }

    /// <summary>What the commit gives each article of the batch.</summary>
    private static Dictionary<string, ArticlePlace> PlacesOf(AppendBatch batch, long first, long commitTime)
    {
        var places = batch.Articles.ToDictionary(
            change => change.Record.ArticleId,
            change => new ArticlePlace(change.Record.ArticleKey, 0, change.FirstPublished ? commitTime : Microseconds(change.Record.FirstPublishedTime)));
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            var articleId = batch.Entries[i].ArticleId;
            if (articleId.Length > 0)
            {
                var place = places[articleId];
                places[articleId] = place with { Key = place.Key == 0 ? first + i : place.Key, Last = first + i };
            }
        }

        return places;
    }

    private static void InsertVersions(
        StoreConnection connection, AppendBatch batch, long first, long commitTime, Dictionary<string, ArticlePlace> places)
    {
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            if (batch.Entries[i].NewVersion is { } content)
            {
                connection.Run(
                    InsertVersion,
                    first + i,
                    places[batch.Entries[i].ArticleId].Key,
                    content.Version,
                    (int)content.Change,
                    commitTime,
                    content.Head,
                    content.Body,
                    content.Desk);
            }
        }
    }

    private static void UpsertArticles(
        StoreConnection connection, AppendBatch batch, long commitTime, Dictionary<string, ArticlePlace> places)
    {
        foreach (var change in batch.Articles)
        {
            var record = change.Record;
            var place = places[record.ArticleId];
            connection.Run(
                UpsertArticle,
                place.Key,
                record.ArticleId,
                record.LatestVersion,
                record.LiftedVersion,
                record.PublicVersion,
                record.Withheld,
                record.Withdrawn,
                record.Expired,
                Microseconds(record.EmbargoTime),
                Microseconds(record.ExpireTime),
                Microseconds(record.HeldExpireTime),
                place.FirstPublishedTime,
                record.Advisory,
                record.InternalReason,
                change.Advised ? commitTime : Microseconds(record.AdvisoryTime),
                place.Last);
        }
    }

    private static void InsertEntries(
        StoreConnection connection, AppendBatch batch, long first, long commitTime, Dictionary<string, ArticlePlace> places)
    {
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            var entry = batch.Entries[i];
            var place = entry.ArticleId.Length > 0 ? places[entry.ArticleId] : null;
            connection.Run(
                InsertEntry,
                first + i,
                (int)entry.Kind,
                entry.UpdateId.ToByteArray(bigEndian: true),
                commitTime,
                place?.Key,
                entry.Version,
                entry.PublicVersion,
                entry.IsPublic,
                (int)entry.Status,
                LogEntry.Carries(entry.Kind),
                Membership.Pack(entry.Memberships),
                entry.Advisory,
                entry.InternalReason,
                entry.Principal,
                entry.Changes?.Pack(),
                place is null ? null : entry.ArticleId,
                place?.FirstPublishedTime);
            foreach (var membership in entry.Memberships)
            {
                connection.Run(InsertMembership, membership.StreamKey, first + i, place?.Key, (int)membership.Open, (int)membership.Held);
            }
        }
    }

    private static void InsertRequests(StoreConnection connection, AppendBatch batch, long first, long commitTime)
    {
        foreach (var request in batch.Requests)
        {
            var entry = request.EntryOrdinal < 0 ? null : batch.Entries[request.EntryOrdinal];
            connection.Run(
                InsertRequest,
                request.Key.Principal,
                request.Key.RequestId,
                request.Fingerprint,
                entry is null ? 0 : first + request.EntryOrdinal,
                entry?.UpdateId.ToByteArray(bigEndian: true),
                commitTime,
                request.Response);
        }
    }

    /// <returns>False when a partner is not at its expected revision.</returns>
    private static bool ChangePartners(StoreConnection connection, AppendBatch batch)
    {
        const string Insert = "INSERT INTO partners (partner_id, revision, partner) VALUES (@PartnerId, @Revision, @Partner) ON CONFLICT DO NOTHING";
        const string Update = "UPDATE partners SET revision = @Revision, partner = @Partner WHERE partner_id = @PartnerId AND revision = @Expected";
        return batch.Partners.All(change => change.ExpectedRevision == 0
            ? connection.Run(Insert, change.Partner.PartnerId, change.Partner.Revision, change.Partner.ToByteArray()) == 1
            : connection.Run(
                Update, change.Partner.Revision, change.Partner.ToByteArray(), change.Partner.PartnerId, change.ExpectedRevision) == 1);
    }

    /// <returns>False when a new key's id exists.</returns>
    private static bool ChangeKeys(StoreConnection connection, AppendBatch batch)
    {
        const string Insert = "INSERT INTO api_keys (key_id, secret_hash, api_key) VALUES (@KeyId, @SecretHash, @ApiKey) ON CONFLICT DO NOTHING";
        const string Update = "UPDATE api_keys SET api_key = @ApiKey WHERE key_id = @KeyId";
        return batch.Keys.All(change => change.IsNew
            ? connection.Run(Insert, change.Record.Key.KeyId, change.Record.SecretHash, change.Record.Key.ToByteArray()) == 1
            : connection.Run(Update, change.Record.Key.ToByteArray(), change.Record.Key.KeyId) == 1);
    }

    private static void ChangeStream(SqliteConnection connection, SqliteTransaction transaction, StreamChange change, long number)
    {
        const string Retire = "UPDATE stream_filters SET retired = 1 WHERE stream_id = @StreamId";
        const string Delete = "DELETE FROM streams WHERE stream_id = @StreamId";
        const string AddFilter =
            """
            INSERT INTO stream_filters (stream_key, stream_id, backfilled_through, retired) VALUES (@StreamKey, @StreamId, @BackfilledThrough, 0)
            """;
        const string Upsert =
            """
            INSERT INTO streams (stream_id, stream_key, display_name, description, filter, revision, create_time_us, update_time_us, findings_gate)
            VALUES (@StreamId, @StreamKey, @DisplayName, @Description, @Filter, @Revision, @CreateTime, @UpdateTime, @FindingsGate)
            ON CONFLICT (stream_id) DO UPDATE SET
                stream_key = excluded.stream_key, display_name = excluded.display_name, description = excluded.description,
                filter = excluded.filter, revision = excluded.revision, update_time_us = excluded.update_time_us,
                findings_gate = excluded.findings_gate
            """;
        if (change.After is not { } after)
        {
            connection.Execute(Retire, new { change.StreamId }, transaction);
            connection.Execute(Delete, new { change.StreamId }, transaction);
            return;
        }

        var key = change.NewFilter ? number : after.StreamKey;
        if (change.NewFilter)
        {
            // In an empty archive there is nothing to search.
            connection.Execute(Retire, new { change.StreamId }, transaction);
            connection.Execute(AddFilter, new { StreamKey = key, change.StreamId, BackfilledThrough = number == 1 ? 1 : 0 }, transaction);
        }

        connection.Execute(
            Upsert,
            new
            {
                change.StreamId,
                StreamKey = key,
                after.DisplayName,
                after.Description,
                Filter = after.Filter.ToByteArray(),
                after.Revision,
                CreateTime = LogTime.ToMicroseconds(after.CreateTime),
                UpdateTime = LogTime.ToMicroseconds(after.UpdateTime),
                FindingsGate = after.FindingsGate?.ToByteArray(),
            },
            transaction);
    }

    private static long? Microseconds(DateTimeOffset? time) => time is { } value ? LogTime.ToMicroseconds(value) : null;

    /// <summary>What a commit gives an article.</summary>
    /// <param name="Key">A new article's key is the number of its first entry.</param>
    /// <param name="Last">The number of its last entry.</param>
    /// <param name="FirstPublishedTime">Microseconds; null while it is not public.</param>
    private sealed record ArticlePlace(long Key, long Last, long? FirstPublishedTime);

    private sealed record StateRow(long Head, long CommitTime, long StreamsNumber, long Epoch);
}
