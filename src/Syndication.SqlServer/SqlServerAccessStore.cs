using Dapper;
using Syndication.Access;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.SqlServer;

/// <summary>Partners, keys and what is counted of them, in SQL Server.</summary>
public sealed class SqlServerAccessStore(SqlServerDatabase database) : IAccessStore
{
    // Two statements, two states: a change in between has an entry in the log, which has every node read again.
    private static readonly Statement Access = new(
        """
        SELECT p.partner FROM dbo.partners AS p;
        SELECT k.api_key AS ApiKey, k.secret_hash AS SecretHash FROM dbo.api_keys AS k;
        """);

    private static readonly Statement KeyUses = new("SELECT u.key_id AS KeyId, u.last_used_time_us AS LastUsedTime FROM dbo.key_uses AS u;");

    // A row that another node inserts between look and insert is a duplicate key: the whole is tried again.
    private static readonly Statement AddUsage = new(
        """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        UPDATE u SET last_used_time_us = n.last_used_time_us
        FROM dbo.key_uses AS u JOIN @uses AS n ON n.key_id = u.key_id WHERE n.last_used_time_us > u.last_used_time_us;
        INSERT INTO dbo.key_uses (key_id, last_used_time_us)
        SELECT n.key_id, n.last_used_time_us FROM @uses AS n WHERE NOT EXISTS (SELECT 1 FROM dbo.key_uses AS u WHERE u.key_id = n.key_id);
        UPDATE d SET requests = d.requests + n.requests, bytes = d.bytes + n.bytes
        FROM dbo.usage_days AS d JOIN @usage AS n ON n.partner_id = d.partner_id AND n.day_number = d.day_number;
        INSERT INTO dbo.usage_days (partner_id, day_number, requests, bytes)
        SELECT n.partner_id, n.day_number, n.requests, n.bytes FROM @usage AS n
        WHERE NOT EXISTS (SELECT 1 FROM dbo.usage_days AS d WHERE d.partner_id = n.partner_id AND d.day_number = n.day_number);
        COMMIT TRANSACTION;
        """,
        Parameter.Table("uses", TableTypes.KeyUses), Parameter.Table("usage", TableTypes.Usage));

    private static readonly Statement Usage = new(
        """
        SELECT d.partner_id AS PartnerId, d.day_number AS DayNumber, d.requests AS Requests, d.bytes AS Bytes
        FROM dbo.usage_days AS d WHERE d.partner_id = @partnerId AND d.day_number >= @day ORDER BY d.day_number DESC;
        """,
        Parameter.VarChar("partnerId", 200), Parameter.Int("day"));

    private static readonly Statement Day = new(
        """
        SELECT d.partner_id AS PartnerId, d.day_number AS DayNumber, d.requests AS Requests, d.bytes AS Bytes
        FROM dbo.partners AS p JOIN dbo.usage_days AS d ON d.partner_id = p.partner_id WHERE d.day_number = @day;
        """,
        Parameter.Int("day"));

    /// <inheritdoc/>
    public Task<AccessSet> ReadAccessAsync(CancellationToken cancellationToken) => database.ReadAsync(
        Access,
        reader =>
        {
            var partners = reader.Parse<byte[]>().Select(Partner.Parser.ParseFrom).ToList();
            reader.NextResult();
            return new AccessSet(
                partners, reader.Parse<KeyRow>().Select(row => new ApiKeyRecord(ApiKey.Parser.ParseFrom(row.ApiKey), row.SecretHash)).ToList());
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadKeyUsesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, DateTimeOffset>>(
            KeyUses, reader => reader.Parse<UseRow>().ToDictionary(row => row.KeyId, row => LogTime.FromMicroseconds(row.LastUsedTime)), cancellationToken);

    /// <inheritdoc/>
    public Task AddUsageAsync(IReadOnlyCollection<KeyUse> keyUses, IReadOnlyCollection<PartnerUsage> usage, CancellationToken cancellationToken) =>
        database.WriteAsync(
            AddUsage,
            isRepeatable: false,
            _ => true,
            TableTypes.KeyUses.Rows(
                keyUses.GroupBy(use => use.KeyId), uses => [uses.Key, LogTime.ToMicroseconds(uses.Max(use => use.Time))]),
            TableTypes.Usage.Rows(
                usage.GroupBy(used => (used.PartnerId, used.Day)),
                used => [used.Key.PartnerId, DayNumber(used.Key.Day), used.Sum(one => one.Requests), used.Sum(one => one.Bytes)]));

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartnerUsage>> ReadUsageAsync(string partnerId, DateOnly firstDay, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PartnerUsage>>(
            Usage, reader => [.. reader.Parse<UsageRow>().Select(row => row.ToUsage())], cancellationToken, partnerId, DayNumber(firstDay));

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartnerUsage>> ReadDayAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PartnerUsage>>(
            Day, reader => [.. reader.Parse<UsageRow>().Select(row => row.ToUsage())], cancellationToken, DayNumber(day));

    private static int DayNumber(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day;

    private sealed record KeyRow(byte[] ApiKey, byte[] SecretHash);

    private sealed record UseRow(string KeyId, long LastUsedTime);

    private sealed record UsageRow(string PartnerId, int DayNumber, long Requests, long Bytes)
    {
        public PartnerUsage ToUsage() => new(PartnerId, new DateOnly(DayNumber / 10_000, DayNumber / 100 % 100, DayNumber % 100), Requests, Bytes);
    }
}
