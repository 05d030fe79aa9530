using Dapper;
using Syndication.Access;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>Partners, keys and what is counted of them, in an embedded database.</summary>
public sealed class SqliteAccessStore(SqliteDatabase database) : IAccessStore
{
    /// <inheritdoc/>
    public Task<AccessSet> ReadAccessAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        const string ReadPartners = "SELECT partner FROM partners";
        const string ReadKeys = "SELECT api_key AS ApiKey, secret_hash AS SecretHash FROM api_keys";
        return new AccessSet(
            connection.Query<byte[]>(ReadPartners).Select(Partner.Parser.ParseFrom),
            connection.Query<KeyRow>(ReadKeys).Select(row => new ApiKeyRecord(ApiKey.Parser.ParseFrom(row.ApiKey), row.SecretHash)));
    }));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadKeyUsesAsync(CancellationToken cancellationToken)
    {
        const string Read = "SELECT key_id AS KeyId, last_used_time_us AS Time FROM key_uses";
        return Task.FromResult<IReadOnlyDictionary<string, DateTimeOffset>>(database.Read(connection => connection.Query<UseRow>(Read)
            .ToDictionary(row => row.KeyId, row => LogTime.FromMicroseconds(row.Time))));
    }

    /// <inheritdoc/>
    public async Task AddUsageAsync(IReadOnlyCollection<KeyUse> keyUses, IReadOnlyCollection<PartnerUsage> usage, CancellationToken cancellationToken)
    {
        const string UpsertUse =
            """
            INSERT INTO key_uses (key_id, last_used_time_us) VALUES (@KeyId, @Time)
            ON CONFLICT (key_id) DO UPDATE SET last_used_time_us = max(last_used_time_us, excluded.last_used_time_us)
            """;
        const string AddUsage =
            """
            INSERT INTO usage_days (partner_id, day, requests, bytes) VALUES (@PartnerId, @Day, @Requests, @Bytes)
            ON CONFLICT (partner_id, day) DO UPDATE SET requests = requests + excluded.requests, bytes = bytes + excluded.bytes
            """;
        await database.WriteAsync(
            (connection, _) =>
            {
                foreach (var use in keyUses)
                {
                    connection.Run(UpsertUse, use.KeyId, LogTime.ToMicroseconds(use.Time));
                }

                foreach (var used in usage)
                {
                    connection.Run(AddUsage, used.PartnerId, DayNumber(used.Day), used.Requests, used.Bytes);
                }

                return (true, true);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartnerUsage>> ReadUsageAsync(string partnerId, DateOnly firstDay, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT partner_id AS PartnerId, day AS Day, requests AS Requests, bytes AS Bytes
            FROM usage_days WHERE partner_id = @PartnerId AND day >= @Day ORDER BY day DESC
            """;
        return Task.FromResult<IReadOnlyList<PartnerUsage>>(database.Read(connection => connection
            .Query<UsageRow>(Read, new { PartnerId = partnerId, Day = DayNumber(firstDay) }).Select(row => row.ToUsage()).ToList()));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartnerUsage>> ReadDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT u.partner_id AS PartnerId, u.day AS Day, u.requests AS Requests, u.bytes AS Bytes
            FROM partners p CROSS JOIN usage_days u ON u.partner_id = p.partner_id AND u.day = @Day
            """;
        return Task.FromResult<IReadOnlyList<PartnerUsage>>(database.Read(connection => connection
            .Query<UsageRow>(Read, new { Day = DayNumber(day) }).Select(row => row.ToUsage()).ToList()));
    }

    private static long DayNumber(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day;

    private sealed record KeyRow
    {
        public required byte[] ApiKey { get; init; }

        public required byte[] SecretHash { get; init; }
    }

    private sealed record UseRow
    {
        public required string KeyId { get; init; }

        public required long Time { get; init; }
    }

    private sealed record UsageRow
    {
        public required string PartnerId { get; init; }

        public required long Day { get; init; }

        public required long Requests { get; init; }

        public required long Bytes { get; init; }

        public PartnerUsage ToUsage() =>
            new(PartnerId, new DateOnly((int)(Day / 10_000), (int)(Day / 100 % 100), (int)(Day % 100)), Requests, Bytes);
    }
}
