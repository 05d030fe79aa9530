using System.Globalization;
using Dapper;
using Google.Protobuf;
using Microsoft.Data.SqlClient;
using Syndication.Audit;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.SqlServer;

/// <summary>Webhooks in SQL Server.</summary>
public sealed class SqlServerWebhookStore(SqlServerDatabase database) : IWebhookStore
{
    private const string Columns =
        """
        w.settings AS Settings, w.state AS State, w.secret AS Secret, w.previous_secret AS PreviousSecret, w.previous_until_us AS PreviousUntil,
        w.place AS Place, w.batch_count AS BatchCount, w.replays AS Replays, w.attempts AS Attempts, w.status AS Status, w.fence AS Fence
        """;

    private static readonly string Active = ((int)WebhookState.Active).ToString(CultureInfo.InvariantCulture);

    private static readonly string Parked = ((int)WebhookState.Parked).ToString(CultureInfo.InvariantCulture);

    private static readonly Statement Find = new(
        $"SELECT {Columns} FROM dbo.webhooks AS w WHERE w.webhook_id = @webhookId;", Parameter.VarChar("webhookId", 200));

    private static readonly Statement List = new(
        $"SELECT {Columns} FROM dbo.webhooks AS w WHERE @partnerId IS NULL OR w.partner_id = @partnerId ORDER BY w.webhook_id;",
        Parameter.VarChar("partnerId", 200));

    private static readonly Statement FindRequest = new(
        "SELECT r.fingerprint AS Fingerprint, r.response AS Response FROM dbo.webhook_requests AS r WHERE r.request_key = @requestKey;",
        Parameter.Binary("requestKey", 32));

    // One transaction. A change that finds another revision than it was decided on, or a request that was answered meanwhile,
    // undoes itself and answers 0; where a row of that key is inserted between look and insert, the duplicate has the whole
    // tried again. Its own answer may be lost: the audit's event, whose id is made before, tells that it was written.
    private static readonly Statement Change = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @rows int = 0;
        BEGIN TRANSACTION;
        IF EXISTS (SELECT 1 FROM dbo.audit_events AS v JOIN @events AS n ON n.time_us = v.time_us AND n.event_id = v.event_id)
        BEGIN
            COMMIT TRANSACTION;
            SELECT 1 AS written;
            RETURN;
        END;
        IF @kind = {(int)WebhookChangeKind.Create}
        BEGIN
            INSERT INTO dbo.webhooks (
                webhook_id, partner_id, stream_id, consumer, revision, state, settings, secret, previous_until_us, place, batch_count,
                replays, attempts, status, fence, lease_until_us)
            SELECT @webhookId, @partnerId, @streamId, @consumer, @revision, @state, @settings, @secret, 0, @place, 0, 0, 0, @status, 0, 0
            WHERE NOT EXISTS (
                SELECT 1 FROM dbo.webhooks AS w WHERE w.partner_id = @partnerId AND w.stream_id = @streamId AND w.consumer = @consumer);
            SET @rows = @@ROWCOUNT;
        END
        ELSE IF @kind = {(int)WebhookChangeKind.Delete}
        BEGIN
            DELETE FROM dbo.webhooks WHERE webhook_id = @webhookId AND revision = @revision - 1;
            SET @rows = @@ROWCOUNT;
            DELETE FROM dbo.webhook_attempts WHERE webhook_id = @webhookId;
            DELETE FROM dbo.webhook_requests WHERE webhook_id = @webhookId;
        END
        ELSE
        BEGIN
            UPDATE dbo.webhooks
            SET revision = @revision, settings = @settings, state = CASE WHEN @setsState = 1 THEN @state ELSE state END, secret = @secret,
                previous_secret = @previousSecret, previous_until_us = @previousUntil
            WHERE webhook_id = @webhookId AND revision = @revision - 1;
            SET @rows = @@ROWCOUNT;
            UPDATE dbo.webhooks SET status = @status, fence = fence + 1
            WHERE webhook_id = @webhookId AND @rows = 1 AND @kind IN ({(int)WebhookChangeKind.Restart}, {(int)WebhookChangeKind.Rewind});
            UPDATE dbo.webhooks SET place = @place, batch_count = 0, replays = @replays
            WHERE webhook_id = @webhookId AND @rows = 1 AND @kind = {(int)WebhookChangeKind.Rewind};
        END;
        IF @rows = 1 AND @requestKey IS NOT NULL
        BEGIN
            INSERT INTO dbo.webhook_requests (request_key, webhook_id, fingerprint, response)
            SELECT @requestKey, @webhookId, @fingerprint, @response
            WHERE NOT EXISTS (SELECT 1 FROM dbo.webhook_requests AS r WHERE r.request_key = @requestKey);
            SET @rows = @@ROWCOUNT;
        END;
        IF @rows = 0
        BEGIN
            ROLLBACK TRANSACTION;
            SELECT 0 AS written;
            RETURN;
        END;
        {SqlServerAuditStore.InsertEvents}
        COMMIT TRANSACTION;
        SELECT 1 AS written;
        """,
        Parameter.TinyInt("kind"), Parameter.Bit("setsState"), Parameter.VarChar("webhookId", 200), Parameter.VarChar("partnerId", 200),
        Parameter.VarChar("streamId", 100), Parameter.VarChar("consumer", 200), Parameter.Int("revision"), Parameter.TinyInt("state"),
        Parameter.VarBinary("settings", -1), Parameter.VarBinary("secret", 64), Parameter.VarBinary("previousSecret", 64),
        Parameter.BigInt("previousUntil"), Parameter.VarBinary("place", 200), Parameter.Int("replays"), Parameter.VarBinary("status", -1),
        Parameter.Binary("requestKey", 32), Parameter.Binary("fingerprint", 32), Parameter.VarBinary("response", -1),
        Parameter.Table("events", TableTypes.AuditEvents));

    // Most looks find nothing to take or to renew, and write nothing. Two nodes that want the same webhook queue up for its row:
    // the second finds it taken.
    private static readonly Statement Lease = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        IF EXISTS (
            SELECT 1 FROM dbo.webhooks AS w
            WHERE w.state = {Active} AND (w.lease_until_us <= @now OR (w.lease_owner = @node AND w.lease_until_us < @renewBefore)))
        BEGIN
            UPDATE w
            SET fence = CASE WHEN w.lease_owner = @node AND w.lease_until_us > @now THEN w.fence ELSE w.fence + 1 END,
                lease_owner = @node, lease_until_us = @until
            FROM dbo.webhooks AS w
            WHERE w.state = {Active} AND (w.lease_until_us <= @now OR (w.lease_owner = @node AND w.lease_until_us < @renewBefore));
        END;
        SELECT w.webhook_id AS WebhookId, w.fence AS Fence, w.revision AS Revision, w.lease_until_us AS LeaseUntil FROM dbo.webhooks AS w
        WHERE w.state = {Active} AND w.lease_owner = @node AND w.lease_until_us > @now;
        SELECT CASE WHEN EXISTS (SELECT 1 FROM dbo.webhooks AS w WHERE w.state = {Active}) THEN 1 ELSE 0 END AS any_active;
        """,
        Parameter.UniqueIdentifier("node"), Parameter.BigInt("now"), Parameter.BigInt("until"), Parameter.BigInt("renewBefore"));

    private static readonly Statement Release = new(
        "UPDATE dbo.webhooks SET lease_until_us = 0 WHERE lease_owner = @node;", Parameter.UniqueIdentifier("node"));

    private static readonly Statement Report = new(
        $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @rows int;
        BEGIN TRANSACTION;
        UPDATE dbo.webhooks
        SET place = @place, batch_count = @batchCount, attempts = @attempts, status = @status,
            state = CASE WHEN @parks = 1 AND state = {Active} THEN {Parked} ELSE state END
        WHERE webhook_id = @webhookId AND fence = @fence;
        SET @rows = @@ROWCOUNT;
        IF @rows = 1
        BEGIN
            INSERT INTO dbo.webhook_attempts (webhook_id, attempt, delivery)
            SELECT @webhookId, @attempt, @delivery
            WHERE @attempt IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM dbo.webhook_attempts AS t WHERE t.webhook_id = @webhookId AND t.attempt = @attempt);
            DELETE FROM dbo.webhook_attempts WHERE webhook_id = @webhookId AND attempt <= @attempt - @keptAttempts;
            {SqlServerAuditStore.InsertEvents}
        END;
        COMMIT TRANSACTION;
        SELECT @rows AS written;
        """,
        Parameter.VarChar("webhookId", 200), Parameter.BigInt("fence"), Parameter.VarBinary("place", 200), Parameter.Int("batchCount"),
        Parameter.BigInt("attempts"), Parameter.VarBinary("status", -1), Parameter.Bit("parks"), Parameter.BigInt("attempt"),
        Parameter.VarBinary("delivery", -1), Parameter.Int("keptAttempts"), Parameter.Table("events", TableTypes.AuditEvents));

    private static readonly Statement Attempts = new(
        """
        SELECT TOP (@maxCount) t.delivery FROM dbo.webhook_attempts AS t
        WHERE t.webhook_id = @webhookId AND t.attempt < @before ORDER BY t.attempt DESC;
        """,
        Parameter.VarChar("webhookId", 200), Parameter.BigInt("before"), Parameter.Int("maxCount"));

    /// <inheritdoc/>
    public Task<WebhookRecord?> FindAsync(string webhookId, CancellationToken cancellationToken) =>
        database.ReadAsync(Find, reader => reader.Parse<WebhookRow>().SingleOrDefault()?.ToRecord(), cancellationToken, webhookId);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookRecord>> ListAsync(string? partnerId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<WebhookRecord>>(
            List, reader => [.. reader.Parse<WebhookRow>().Select(row => row.ToRecord())], cancellationToken, partnerId);

    /// <inheritdoc/>
    public Task<AnsweredWebhookRequest?> FindRequestAsync(RequestKey key, CancellationToken cancellationToken) => database.ReadAsync(
        FindRequest, reader => reader.Parse<AnsweredWebhookRequest>().SingleOrDefault(), cancellationToken, SqlServerLogStore.KeyOf(key));

    /// <inheritdoc/>
    public Task<bool> WriteAsync(WebhookChange change, CancellationToken cancellationToken)
    {
        var (webhook, settings) = (change.Webhook, change.Webhook.Settings);
        return database.WriteAsync(
            Change,
            isRepeatable: true,
            IsWritten,
            (byte)change.Kind,
            change.SetsState,
            settings.WebhookId,
            settings.Partner,
            settings.Stream,
            settings.Consumer,
            settings.Revision,
            (byte)webhook.State,
            settings.ToByteArray(),
            webhook.Secret,
            webhook.PreviousSecret,
            webhook.PreviousUntil is { } until ? LogTime.ToMicroseconds(until) : 0,
            webhook.Place.ToBytes(),
            webhook.Replays,
            webhook.Status.ToByteArray(),
            change.Request is { } request ? SqlServerLogStore.KeyOf(request.Key) : null,
            change.Request?.Fingerprint,
            change.Request?.Response,
            SqlServerAuditStore.Rows([change.Event]));
    }

    /// <inheritdoc/>
    public Task<WebhookLeases> LeaseAsync(Guid node, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) => database.WriteAsync(
        Lease,
        isRepeatable: true,
        reader =>
        {
            var held = reader.Parse<LeaseRow>().Select(row => row.ToLease()).ToList();
            reader.NextResult();
            return new WebhookLeases(held, reader.Read() && reader.GetInt32(0) == 1);
        },
        node,
        LogTime.ToMicroseconds(now),
        LogTime.ToMicroseconds(now + duration),
        LogTime.ToMicroseconds(now + (duration * 2 / 3)));

    /// <inheritdoc/>
    public Task ReleaseAsync(Guid node, CancellationToken cancellationToken) => database.WriteAsync(Release, isRepeatable: true, _ => true, node);

    /// <inheritdoc/>
    public Task<bool> ReportAsync(WebhookReport report, CancellationToken cancellationToken) => database.WriteAsync(
        Report,
        isRepeatable: true,
        IsWritten,
        report.WebhookId,
        report.Fence,
        report.Place.ToBytes(),
        report.BatchCount,
        report.Attempts,
        report.Status.ToByteArray(),
        report.Parks,
        report.Attempt?.Attempt,
        report.Attempt?.ToByteArray(),
        report.KeptAttempts,
        SqlServerAuditStore.Rows(report.Event is { } record ? [record] : Array.Empty<AuditRecord>()));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookDelivery>> ListAttemptsAsync(string webhookId, long before, int maxCount, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<WebhookDelivery>>(
            Attempts, reader => [.. reader.Parse<byte[]>().Select(WebhookDelivery.Parser.ParseFrom)], cancellationToken, webhookId, before, maxCount);

    private static bool IsWritten(SqlDataReader reader) => reader.Read() && reader.GetInt32(0) == 1;

    private sealed record LeaseRow(string WebhookId, long Fence, int Revision, long LeaseUntil)
    {
        public WebhookLease ToLease() => new(WebhookId, Fence, Revision, LogTime.FromMicroseconds(LeaseUntil));
    }

    private sealed record WebhookRow(
        byte[] Settings,
        byte State,
        byte[] Secret,
        byte[]? PreviousSecret,
        long PreviousUntil,
        byte[] Place,
        int BatchCount,
        int Replays,
        long Attempts,
        byte[] Status,
        long Fence)
    {
        public WebhookRecord ToRecord() => new()
        {
            Settings = Webhook.Parser.ParseFrom(Settings),
            State = (WebhookState)State,
            Secret = Secret,
            PreviousSecret = PreviousSecret,
            PreviousUntil = PreviousUntil == 0 ? null : LogTime.FromMicroseconds(PreviousUntil),
            Place = Cursor.Read(Place) ?? throw new InvalidDataException("A webhook's place is no place."),
            BatchCount = BatchCount,
            Replays = Replays,
            Attempts = Attempts,
            Status = WebhookStatus.Parser.ParseFrom(Status),
            Fence = Fence,
        };
    }
}
