using Dapper;
using Microsoft.Data.SqlClient.Server;
using Syndication.Search;

namespace Syndication.SqlServer;

/// <summary>A step of a search query in postfix order.</summary>
internal enum SearchOperation : byte
{
    /// <summary>Puts the articles that have a term on the stack.</summary>
    Term = 0,

    /// <summary>Replaces the two on top by what both have.</summary>
    And = 1,

    /// <summary>Replaces the two on top by what either has.</summary>
    Or = 2,

    /// <summary>Replaces the two on top by what the lower has and the upper has not.</summary>
    Not = 3,
}

public sealed partial class SqlServerTextIndex
{
    // CONTAINS wants all words of a condition in one column, and an article matches when one is in its headline and the other in
    // its text. So each term is looked up by itself, and the server combines the sets, on a stack: one text for every query.
    // A word in the headline weighs most, a name more than the running text.
    private const string Evaluate =
        """
        SET NOCOUNT ON;
        CREATE TABLE #hits (depth int NOT NULL, article_key bigint NOT NULL, score float NOT NULL, PRIMARY KEY (depth, article_key));
        DECLARE @ordinal int = 0, @count int, @depth int = 0, @operation tinyint, @field tinyint, @condition nvarchar(4000);
        SELECT @count = COUNT(*) FROM @steps AS s;
        WHILE @ordinal < @count
        BEGIN
            SELECT @operation = s.operation, @field = s.field, @condition = s.condition FROM @steps AS s WHERE s.ordinal = @ordinal;
            IF @operation = 0
            BEGIN
                SET @depth = @depth + 1;
                INSERT INTO #hits (depth, article_key, score)
                SELECT @depth, n.article_key, SUM(n.score) FROM (
                    SELECT t.[KEY] AS article_key, t.[RANK] * 8.0 AS score FROM CONTAINSTABLE({0}, headline, @condition) AS t
                    WHERE COALESCE(@field, 0) = 0
                    UNION ALL
                    SELECT t.[KEY], t.[RANK] * 1.0 FROM CONTAINSTABLE({0}, body, @condition) AS t WHERE COALESCE(@field, 1) = 1
                    UNION ALL
                    SELECT t.[KEY], t.[RANK] * 4.0 FROM CONTAINSTABLE({0}, names, @condition) AS t WHERE COALESCE(@field, 2) = 2) AS n
                GROUP BY n.article_key;
            END
            ELSE
            BEGIN
                SET @depth = @depth - 1;
                IF @operation = 3
                    DELETE l FROM #hits AS l JOIN #hits AS u ON u.depth = @depth + 1 AND u.article_key = l.article_key WHERE l.depth = @depth;
                ELSE
                BEGIN
                    UPDATE l SET score = l.score + u.score
                    FROM #hits AS l JOIN #hits AS u ON u.depth = @depth + 1 AND u.article_key = l.article_key WHERE l.depth = @depth;
                    IF @operation = 1
                        DELETE l FROM #hits AS l WHERE l.depth = @depth AND NOT EXISTS (
                            SELECT 1 FROM #hits AS u WHERE u.depth = @depth + 1 AND u.article_key = l.article_key);
                    ELSE
                        INSERT INTO #hits (depth, article_key, score)
                        SELECT @depth, u.article_key, u.score FROM #hits AS u
                        WHERE u.depth = @depth + 1 AND NOT EXISTS (
                            SELECT 1 FROM #hits AS l WHERE l.depth = @depth AND l.article_key = u.article_key);
                END;
                DELETE FROM #hits WHERE depth = @depth + 1;
            END;
            SET @ordinal = @ordinal + 1;
        END;
        """;

    private static readonly Statement SearchPublic = new(
        $"""
        {Evaluate.Replace("{0}", "dbo.public_text", StringComparison.Ordinal)}
        SELECT TOP (@maxCount) h.article_key AS ArticleKey, h.score AS Score FROM #hits AS h
        WHERE h.depth = 1 AND (@held = 0 OR NOT EXISTS (SELECT 1 FROM dbo.held_text AS t WHERE t.article_key = h.article_key))
        ORDER BY h.score DESC, h.article_key DESC;
        """,
        Parameter.Table("steps", TableTypes.SearchSteps), Parameter.Bit("held"), Parameter.Int("maxCount"));

    private static readonly Statement SearchHeld = new(
        $"""
        {Evaluate.Replace("{0}", "dbo.held_text", StringComparison.Ordinal)}
        SELECT TOP (@maxCount) h.article_key AS ArticleKey, h.score AS Score FROM #hits AS h
        WHERE h.depth = 1 ORDER BY h.score DESC, h.article_key DESC;
        """,
        Parameter.Table("steps", TableTypes.SearchSteps), Parameter.Int("maxCount"));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TextHit>> SearchAsync(SearchNode query, bool held, int maxCount, CancellationToken cancellationToken)
    {
        var steps = new List<SqlDataRecord>();
        AddSteps(query, steps);
        var hits = await database.ReadAsync(SearchPublic, reader => reader.Parse<TextHit>().AsList(), cancellationToken, steps, held, maxCount);
        if (!held)
        {
            return hits;
        }

        // The version that counts for these callers is the held one: the public text of the same article is left out above.
        var heldHits = await database.ReadAsync(SearchHeld, reader => reader.Parse<TextHit>().AsList(), cancellationToken, steps, maxCount);
        return [.. hits.Concat(heldHits).OrderByDescending(hit => hit.Score).ThenByDescending(hit => hit.ArticleKey).Take(maxCount)];
    }

    /// <summary>The query in postfix order.</summary>
    internal static void AddSteps(SearchNode node, List<SqlDataRecord> steps)
    {
        switch (node)
        {
            case SearchNode.Term term:
                // In quotation marks no word is read as an operator. Where a phrase is cut at its end, the server lets all its words go on.
                var condition = $"\"{term.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}{(term.IsPrefix ? "*" : "")}\"";
                Add(SearchOperation.Term, term.Field is { } field ? (byte)field : null, condition);
                break;
            case SearchNode.Or or:
                AddAll(or.Alternatives, SearchOperation.Or);
                break;
            case SearchNode.And and:
                AddAll(and.Positive, SearchOperation.And);
                foreach (var negative in and.Negative)
                {
                    AddSteps(negative, steps);
                    Add(SearchOperation.Not, null, null);
                }

                break;
        }

        void AddAll(IReadOnlyList<SearchNode> nodes, SearchOperation operation)
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                AddSteps(nodes[i], steps);
                if (i > 0)
                {
                    Add(operation, null, null);
                }
            }
        }

        void Add(SearchOperation operation, byte? field, string? condition) =>
            steps.Add(TableTypes.SearchSteps.Row(steps.Count, (byte)operation, field, condition));
    }
}
