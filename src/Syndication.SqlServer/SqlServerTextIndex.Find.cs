using Dapper;
using Microsoft.Data.SqlClient;
using Syndication.Search;
using Syndication.V1;

namespace Syndication.SqlServer;

public sealed partial class SqlServerTextIndex
{
    private const int KeyLength = 200;

    /// <summary>How the text is looked up that a headline is compared by: at its beginning or, reversed, at its end.</summary>
    private const string ReadWays =
        """
        SET NOCOUNT ON;
        DECLARE @found TABLE (article_key bigint NOT NULL);
        """;

    private static readonly Statement FindHeadlines = new(
        $"""
        {ReadWays}
        INSERT INTO @found (article_key)
        SELECT TOP (3) h.article_key FROM dbo.headlines AS h WHERE h.folded_start = @foldedStart AND h.folded = @folded;
        IF NOT EXISTS (SELECT 1 FROM @found)
            INSERT INTO @found (article_key)
            SELECT TOP (3) n.article_key FROM (
                SELECT h.article_key FROM dbo.headlines AS h
                WHERE @isLong = 1 AND h.folded_start >= @foldedStart AND h.folded_start < @foldedEnd AND LEFT(h.folded, LEN(@folded)) = @folded
                UNION
                SELECT h.article_key FROM @beginnings AS b JOIN dbo.headlines AS h ON h.folded_start = LEFT(b.item, 200) AND h.folded = b.item) AS n;
        IF NOT EXISTS (SELECT 1 FROM @found)
            INSERT INTO @found (article_key)
            SELECT TOP (3) n.article_key FROM (
                SELECT h.article_key FROM dbo.headlines AS h
                WHERE @isLong = 1 AND h.reversed_start >= @reversedStart AND h.reversed_start < @reversedEnd
                    AND LEFT(h.reversed, LEN(@reversed)) = @reversed
                UNION
                SELECT h.article_key FROM @ends AS b JOIN dbo.headlines AS h ON h.reversed_start = LEFT(b.item, 200) AND h.reversed = b.item) AS n;
        SELECT f.article_key FROM @found AS f;
        """,
        Parameter.NVarChar("folded", -1), Parameter.NVarChar("foldedStart", KeyLength), Parameter.NVarChar("foldedEnd", KeyLength + 1),
        Parameter.NVarChar("reversed", -1), Parameter.NVarChar("reversedStart", KeyLength), Parameter.NVarChar("reversedEnd", KeyLength + 1),
        Parameter.Bit("isLong"), Parameter.Table("beginnings", TableTypes.Phrases), Parameter.Table("ends", TableTypes.Phrases));

    private static readonly Statement FindLinks = new(
        $"""
        {ReadWays}
        INSERT INTO @found (article_key)
        SELECT TOP (3) h.article_key FROM dbo.links AS h WHERE h.folded_start = @foldedStart AND h.folded = @folded AND h.relation = @relation;
        IF NOT EXISTS (SELECT 1 FROM @found)
            INSERT INTO @found (article_key)
            SELECT TOP (3) n.article_key FROM (
                SELECT h.article_key FROM dbo.links AS h
                WHERE @isLong = 1 AND h.relation = @relation AND h.folded_start >= @foldedStart AND h.folded_start < @foldedEnd
                    AND LEFT(h.folded, LEN(@folded)) = @folded
                UNION
                SELECT h.article_key FROM @beginnings AS b
                JOIN dbo.links AS h ON h.folded_start = LEFT(b.item, 200) AND h.relation = @relation AND h.folded = b.item) AS n;
        IF NOT EXISTS (SELECT 1 FROM @found)
            INSERT INTO @found (article_key)
            SELECT TOP (3) n.article_key FROM (
                SELECT h.article_key FROM dbo.links AS h
                WHERE @isLong = 1 AND h.relation = @relation AND h.reversed_start >= @reversedStart AND h.reversed_start < @reversedEnd
                    AND LEFT(h.reversed, LEN(@reversed)) = @reversed
                UNION
                SELECT h.article_key FROM @ends AS b
                JOIN dbo.links AS h ON h.reversed_start = LEFT(b.item, 200) AND h.relation = @relation AND h.reversed = b.item) AS n;
        SELECT f.article_key FROM @found AS f;
        """,
        Parameter.NVarChar("folded", -1), Parameter.NVarChar("foldedStart", KeyLength), Parameter.NVarChar("foldedEnd", KeyLength + 1),
        Parameter.NVarChar("reversed", -1), Parameter.NVarChar("reversedStart", KeyLength), Parameter.NVarChar("reversedEnd", KeyLength + 1),
        Parameter.Bit("isLong"), Parameter.Table("beginnings", TableTypes.Phrases), Parameter.Table("ends", TableTypes.Phrases),
        Parameter.TinyInt("relation"));

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> FindHeadlinesAsync(HeadlineKey headline, CancellationToken cancellationToken) => headline.Folded.Length == 0
        ? Task.FromResult<IReadOnlyList<long>>([])
        : database.ReadAsync(FindHeadlines, ReadKeys, cancellationToken, ValuesOf(headline));

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> FindLinksAsync(HeadlineKey headline, LinkRelation relation, CancellationToken cancellationToken) => headline.Folded.Length == 0
        ? Task.FromResult<IReadOnlyList<long>>([])
        : database.ReadAsync(FindLinks, ReadKeys, cancellationToken, [.. ValuesOf(headline), (byte)relation]);

    private static object?[] ValuesOf(HeadlineKey headline) =>
    [
        headline.Folded, StartOf(headline.Folded), EndOf(headline.Folded),
        headline.Reversed, StartOf(headline.Reversed), EndOf(headline.Reversed),
        headline.IsLong,
        TableTypes.Phrases.Rows(headline.Beginnings.Select((item, ordinal) => (item, ordinal)), row => [row.ordinal, row.item]),
        TableTypes.Phrases.Rows(headline.Ends.Select((item, ordinal) => (item, ordinal)), row => [row.ordinal, row.item]),
    ];

    private static string StartOf(string text) => text.Length <= KeyLength ? text : text[..KeyLength];

    /// <summary>After every text that begins with the start: no folded text has this code unit.</summary>
    private static string EndOf(string text) => StartOf(text) + '\uFFFF';

    private static IReadOnlyList<long> ReadKeys(SqlDataReader reader) => reader.Parse<long>().Distinct().AsList();
}
