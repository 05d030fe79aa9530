using System.Data.Common;
using Syndication.Articles;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.SqlServer;

/// <summary>How articles and their versions are read: by ordinal, in the order of the columns that are named here.</summary>
internal static class ArticleRow
{
    public const int Count = 16;

    public const int ContentCount = 6;

    /// <summary>The columns of <c>articles</c>, with the alias <c>a</c>.</summary>
    public const string Columns =
        """
        a.article_key, a.article_id, a.latest_version, a.lifted_version, a.public_version, a.withheld, a.withdrawn, a.expired,
        a.embargo_time_us, a.expire_time_us, a.held_expire_time_us, a.first_published_time_us, a.advisory, a.internal_reason,
        a.advisory_time_us, a.last_number
        """;

    /// <summary>The columns of <c>article_versions</c>, with the alias <c>v</c>.</summary>
    public const string ContentColumns = "v.version, v.change, v.version_time_us, v.head, v.body, v.desk";

    /// <summary>The same without the body.</summary>
    public const string HeadColumns = "v.version, v.change, v.version_time_us, v.head, CAST(0x AS varbinary(max)) AS body, v.desk";

    public static ArticleRecord Read(DbDataReader reader, int first) => new()
    {
        ArticleKey = reader.GetInt64(first),
        ArticleId = reader.GetString(first + 1),
        LatestVersion = reader.GetInt32(first + 2),
        LiftedVersion = reader.GetInt32(first + 3),
        PublicVersion = reader.GetInt32(first + 4),
        Withheld = reader.GetBoolean(first + 5),
        Withdrawn = reader.GetBoolean(first + 6),
        Expired = reader.GetBoolean(first + 7),
        EmbargoTime = Time(reader, first + 8),
        ExpireTime = Time(reader, first + 9),
        HeldExpireTime = Time(reader, first + 10),
        FirstPublishedTime = Time(reader, first + 11),
        Advisory = reader.GetString(first + 12),
        InternalReason = reader.GetString(first + 13),
        AdvisoryTime = Time(reader, first + 14),
        LastNumber = reader.GetInt64(first + 15),
    };

    public static EncodedArticle ReadContent(DbDataReader reader, int first) => new(
        reader.GetInt32(first),
        (ChangeType)reader.GetByte(first + 1),
        LogTime.FromMicroseconds(reader.GetInt64(first + 2)),
        reader.GetFieldValue<byte[]>(first + 3),
        reader.GetFieldValue<byte[]>(first + 4),
        reader.GetFieldValue<byte[]>(first + 5));

    private static DateTimeOffset? Time(DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : LogTime.FromMicroseconds(reader.GetInt64(ordinal));
}
