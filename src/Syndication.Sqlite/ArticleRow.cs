using Syndication.Log;

namespace Syndication.Sqlite;

/// <summary>A row of <c>articles</c>, in the order of <see cref="Columns"/>.</summary>
internal sealed record ArticleRow(
    long ArticleKey, string ArticleId, long LatestVersion, long LiftedVersion, long PublicVersion, long Withheld, long Withdrawn, long Expired,
    long? EmbargoTime, long? ExpireTime, long? HeldExpireTime, long? FirstPublishedTime, string Advisory, string InternalReason,
    long? AdvisoryTime, long LastNumber)
{
    /// <summary>The columns, of a table with the alias <c>a</c>.</summary>
    public const string Columns =
        """
        a.article_key AS ArticleKey, a.article_id AS ArticleId, a.latest_version AS LatestVersion, a.lifted_version AS LiftedVersion,
        a.public_version AS PublicVersion, a.withheld AS Withheld, a.withdrawn AS Withdrawn, a.expired AS Expired,
        a.embargo_time_us AS EmbargoTime, a.expire_time_us AS ExpireTime, a.held_expire_time_us AS HeldExpireTime,
        a.first_published_time_us AS FirstPublishedTime, a.advisory AS Advisory, a.internal_reason AS InternalReason,
        a.advisory_time_us AS AdvisoryTime, a.last_number AS LastNumber
        """;

    /// <summary>Reads the columns, from <paramref name="first"/> on.</summary>
    public static ArticleRecord Read(SqlRows row, int first) => new()
    {
        ArticleKey = row.Number(first),
        ArticleId = row.Text(first + 1),
        LatestVersion = (int)row.Number(first + 2),
        LiftedVersion = (int)row.Number(first + 3),
        PublicVersion = (int)row.Number(first + 4),
        Withheld = row.Number(first + 5) != 0,
        Withdrawn = row.Number(first + 6) != 0,
        Expired = row.Number(first + 7) != 0,
        EmbargoTime = Time(row.OptionalNumber(first + 8)),
        ExpireTime = Time(row.OptionalNumber(first + 9)),
        HeldExpireTime = Time(row.OptionalNumber(first + 10)),
        FirstPublishedTime = Time(row.OptionalNumber(first + 11)),
        Advisory = row.Text(first + 12),
        InternalReason = row.Text(first + 13),
        AdvisoryTime = Time(row.OptionalNumber(first + 14)),
        LastNumber = row.Number(first + 15),
    };

    public ArticleRecord ToRecord() => new()
    {
        ArticleKey = ArticleKey,
        ArticleId = ArticleId,
        LatestVersion = (int)LatestVersion,
        LiftedVersion = (int)LiftedVersion,
        PublicVersion = (int)PublicVersion,
        Withheld = Withheld != 0,
        Withdrawn = Withdrawn != 0,
        Expired = Expired != 0,
        EmbargoTime = Time(EmbargoTime),
        ExpireTime = Time(ExpireTime),
        HeldExpireTime = Time(HeldExpireTime),
        FirstPublishedTime = Time(FirstPublishedTime),
        Advisory = Advisory,
        InternalReason = InternalReason,
        AdvisoryTime = Time(AdvisoryTime),
        LastNumber = LastNumber,
    };

    private static DateTimeOffset? Time(long? microseconds) => microseconds is { } value ? LogTime.FromMicroseconds(value) : null;
}
