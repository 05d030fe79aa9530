using Google.Protobuf;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>Webhooks in an embedded database.</summary>
public sealed class SqliteWebhookStore(SqliteDatabase database) : IWebhookStore
{
    private const string Columns =
        """
        settings, state, secret, previous_secret, previous_until_us, place, batch_count, replays, attempts, status, fence
        """;

    private const string Find = $"SELECT {Columns} FROM webhooks WHERE webhook_id = @WebhookId";

    private const string List = $"SELECT {Columns} FROM webhooks WHERE @PartnerId IS NULL OR partner_id = @PartnerId ORDER BY webhook_id";

    private const string FindRequest = "SELECT fingerprint, response FROM webhook_requests WHERE principal = @Principal AND request_id = @RequestId";

    private const string Insert =
        """
        INSERT OR IGNORE INTO webhooks (
            webhook_id, partner_id, stream_id, consumer, revision, state, settings, secret, previous_until_us, place, batch_count,
            replays, attempts, status, fence, lease_until_us)
        VALUES (@WebhookId, @PartnerId, @StreamId, @Consumer, @Revision, @State, @Settings, @Secret, 0, @Place, 0, 0, 0, @Status, 0, 0)
        """;

    private const string UpdateSettings =
        """
        UPDATE webhooks SET revision = @Revision, settings = @Settings, state = coalesce(@State, state), secret = @Secret,
            previous_secret = @PreviousSecret, previous_until_us = @PreviousUntil
        WHERE webhook_id = @WebhookId AND revision = @Revision - 1
        """;

    private const string UpdateStatus = "UPDATE webhooks SET status = @Status, fence = fence + 1 WHERE webhook_id = @WebhookId";

    private const string UpdatePlace = "UPDATE webhooks SET place = @Place, batch_count = 0, replays = @Replays WHERE webhook_id = @WebhookId";

    private const string Delete = "DELETE FROM webhooks WHERE webhook_id = @WebhookId AND revision = @Revision - 1";

    private const string DeleteAttempts = "DELETE FROM webhook_attempts WHERE webhook_id = @WebhookId";

    private const string DeleteRequests = "DELETE FROM webhook_requests WHERE webhook_id = @WebhookId";

    private const string InsertRequest =
        """
        INSERT OR IGNORE INTO webhook_requests (principal, request_id, webhook_id, fingerprint, response)
        VALUES (@Principal, @RequestId, @WebhookId, @Fingerprint, @Response)
        """;

    /// <summary>All that are active: most looks find nothing to take or to renew among them, and need not write.</summary>
    private const string ReadActive =
        """
        SELECT webhook_id, fence, revision, lease_until_us, lease_owner IS @Node FROM webhooks WHERE state = @Active
        """;

    private const string Take =
        """
        UPDATE webhooks SET fence = CASE WHEN lease_owner = @Node AND lease_until_us > @Now THEN fence ELSE fence + 1 END,
            lease_owner = @Node, lease_until_us = @Until
        WHERE state = @Active AND (lease_until_us <= @Now OR (lease_owner = @Node AND lease_until_us < @RenewBefore))
        """;

    private const string Release = "UPDATE webhooks SET lease_until_us = 0 WHERE lease_owner = @Node";

    private const string Report =
        """
        UPDATE webhooks SET place = @Place, batch_count = @BatchCount, attempts = @Attempts, status = @Status,
            state = CASE WHEN @Parks AND state = @Active THEN @Parked ELSE state END
        WHERE webhook_id = @WebhookId AND fence = @Fence
        """;

    private const string InsertAttempt = "INSERT OR REPLACE INTO webhook_attempts (webhook_id, attempt, delivery) VALUES (@WebhookId, @Attempt, @Delivery)";

    private const string DropAttempts = "DELETE FROM webhook_attempts WHERE webhook_id = @WebhookId AND attempt <= @Last";

    private const string ReadAttempts =
        """
        SELECT delivery FROM webhook_attempts WHERE webhook_id = @WebhookId AND attempt < @Before ORDER BY attempt DESC LIMIT @MaxCount
        """;

    /// <inheritdoc/>
    public Task<WebhookRecord?> FindAsync(string webhookId, CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        using var rows = connection.Select(Find, webhookId);
        return rows.Read() ? Row(rows) : null;
    }));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookRecord>> ListAsync(string? partnerId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection =>
        {
            var found = new List<WebhookRecord>();
            using var rows = connection.Select(List, partnerId);
            while (rows.Read())
            {
                found.Add(Row(rows));
            }

            return (IReadOnlyList<WebhookRecord>)found;
        }));

    /// <inheritdoc/>
    public Task<AnsweredWebhookRequest?> FindRequestAsync(RequestKey key, CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        using var rows = connection.Select(FindRequest, key.Principal, key.RequestId);
        return rows.Read() ? new AnsweredWebhookRequest(rows.Bytes(0).ToArray(), rows.Bytes(1).ToArray()) : null;
    }));

    /// <inheritdoc/>
    public Task<bool> WriteAsync(WebhookChange change, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            if (!Apply(connection, change) || !Remember(connection, change))
            {
                return (false, false);
            }

            SqliteAuditStore.Add(connection, transaction, change.Event);
            return (true, true);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<WebhookLeases> LeaseAsync(Guid node, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var owner = node.ToByteArray();
        var time = LogTime.ToMicroseconds(now);
        var (until, renewBefore) = (LogTime.ToMicroseconds(now + duration), LogTime.ToMicroseconds(now + (duration * 2 / 3)));
        var active = database.Read(connection => ReadLeases(connection, owner));
        if (active.Any(row => row.Until <= time || (row.IsOwn && row.Until < renewBefore)))
        {
            active = await database.WriteAsync(
                (connection, _) =>
                {
                    connection.Run(Take, owner, time, until, Active, renewBefore);
                    return (true, ReadLeases(connection, owner));
                },
                cancellationToken);
        }

        return new WebhookLeases(
            [
                .. active.Where(row => row.IsOwn && row.Until > time)
                    .Select(row => new WebhookLease(row.WebhookId, row.Fence, row.Revision, LogTime.FromMicroseconds(row.Until))),
            ],
            active.Count > 0);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Guid node, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, _) => (true, connection.Run(Release, node.ToByteArray())), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ReportAsync(WebhookReport report, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            var written = connection.Run(
                Report, report.Place.ToBytes(), report.BatchCount, report.Attempts, report.Status.ToByteArray(), report.Parks, Active, Parked, report.WebhookId, report.Fence);
            if (written == 0)
            {
                return (false, false);
            }

            if (report.Attempt is { } attempt)
            {
                connection.Run(InsertAttempt, report.WebhookId, attempt.Attempt, attempt.ToByteArray());
                connection.Run(DropAttempts, report.WebhookId, attempt.Attempt - report.KeptAttempts);
            }

            if (report.Event is { } record)
            {
                SqliteAuditStore.Add(connection, transaction, record);
            }

            return (true, true);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookDelivery>> ListAttemptsAsync(string webhookId, long before, int maxCount, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection =>
        {
            var found = new List<WebhookDelivery>();
            using var rows = connection.Select(ReadAttempts, webhookId, before, maxCount);
            while (rows.Read())
            {
                found.Add(WebhookDelivery.Parser.ParseFrom(rows.Bytes(0)));
            }

            return (IReadOnlyList<WebhookDelivery>)found;
        }));

    private static long Active => (long)WebhookState.Active;

    private static long Parked => (long)WebhookState.Parked;

    private static bool Apply(StoreConnection connection, WebhookChange change)
    {
        var (webhook, settings) = (change.Webhook, change.Webhook.Settings);
        switch (change.Kind)
        {
            case WebhookChangeKind.Create:
                return connection.Run(
                    Insert, settings.WebhookId, settings.Partner, settings.Stream, settings.Consumer, settings.Revision, (long)webhook.State,
                    settings.ToByteArray(), webhook.Secret, webhook.Place.ToBytes(), webhook.Status.ToByteArray()) == 1;
            case WebhookChangeKind.Delete:
                connection.Run(DeleteAttempts, settings.WebhookId);
                connection.Run(DeleteRequests, settings.WebhookId);
                return connection.Run(Delete, settings.WebhookId, settings.Revision) == 1;
        }

        var previousUntil = webhook.PreviousUntil is { } until ? LogTime.ToMicroseconds(until) : 0;
        if (connection.Run(
            UpdateSettings, settings.Revision, settings.ToByteArray(), change.SetsState ? (long)webhook.State : (long?)null, webhook.Secret,
            webhook.PreviousSecret, previousUntil, settings.WebhookId) == 0)
        {
            return false;
        }

        if (change.Kind is WebhookChangeKind.Restart or WebhookChangeKind.Rewind)
        {
            connection.Run(UpdateStatus, webhook.Status.ToByteArray(), settings.WebhookId);
        }

        if (change.Kind == WebhookChangeKind.Rewind)
        {
            connection.Run(UpdatePlace, webhook.Place.ToBytes(), webhook.Replays, settings.WebhookId);
        }

        return true;
    }

    private static bool Remember(StoreConnection connection, WebhookChange change) => change.Request is not { } request
        || connection.Run(
            InsertRequest, request.Key.Principal, request.Key.RequestId, change.Webhook.WebhookId, request.Fingerprint, request.Response) == 1;

    private static List<LeaseRow> ReadLeases(StoreConnection connection, byte[] owner)
    {
        var active = new List<LeaseRow>();
        using var rows = connection.Select(ReadActive, owner, Active);
        while (rows.Read())
        {
            active.Add(new LeaseRow(rows.Text(0), rows.Number(1), (int)rows.Number(2), rows.Number(3), rows.Number(4) != 0));
        }

        return active;
    }

    private static WebhookRecord Row(SqlRows rows) => new()
    {
        Settings = Webhook.Parser.ParseFrom(rows.Bytes(0)),
        State = (WebhookState)rows.Number(1),
        Secret = rows.Bytes(2).ToArray(),
        PreviousSecret = rows.IsNull(3) ? null : rows.Bytes(3).ToArray(),
        PreviousUntil = rows.Number(4) == 0 ? null : LogTime.FromMicroseconds(rows.Number(4)),
        Place = Cursor.Read(rows.Bytes(5)) ?? throw new InvalidDataException("A webhook's place is no place."),
        BatchCount = (int)rows.Number(6),
        Replays = (int)rows.Number(7),
        Attempts = rows.Number(8),
        Status = WebhookStatus.Parser.ParseFrom(rows.Bytes(9)),
        Fence = rows.Number(10),
    };

    private sealed record LeaseRow(string WebhookId, long Fence, int Revision, long Until, bool IsOwn);
}
