using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Syndication.Search;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>The full-text index on SQLite's FTS5, in a database file beside the log's.</summary>
public sealed class SqliteTextIndex(SqliteSearchDatabase database) : ITextIndex
{
    // Control characters: no text that was published has them.
    private const char Open = '\u0001';
    private const char Close = '\u0002';

    private const string MarkTokens = "tokenize = 'unicode61 remove_diacritics 2'";

    /// <inheritdoc/>
    public Task<IndexPosition> ReadPositionAsync(CancellationToken cancellationToken)
    {
        const string Read = "SELECT epoch_id AS EpochId, number AS Number FROM index_state WHERE id = 1";
        return Task.FromResult(database.Read(connection =>
        {
            var row = connection.QuerySingle<StateRow>(Read);
            return new IndexPosition(new Guid(row.EpochId, bigEndian: true), row.Number);
        }));
    }

    /// <inheritdoc/>
    public Task<bool> WriteAsync(
        IReadOnlyList<IndexedArticle> articles, IndexPosition expected, IndexPosition after, CancellationToken cancellationToken)
    {
        const string Move =
            """
            UPDATE index_state SET number = @number WHERE id = 1 AND epoch_id = @epochId AND number = @expected
            """;
        return database.WriteAsync(
            (connection, transaction) =>
            {
                var epochId = expected.EpochId.ToByteArray(bigEndian: true);
                if (connection.Execute(Move, new { number = after.Number, epochId, expected = expected.Number }, transaction) == 0)
                {
                    return (false, false);
                }

                foreach (var article in articles)
                {
                    Replace(connection, article);
                }

                return (true, true);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ClearAsync(Guid epochId, CancellationToken cancellationToken)
    {
        const string Clear =
            """
            DELETE FROM public_text;
            DELETE FROM held_text;
            DELETE FROM headlines;
            DELETE FROM links;
            DELETE FROM headline_keys;
            UPDATE index_state SET epoch_id = @epochId, number = 0 WHERE id = 1;
            """;
        return database.WriteAsync(
            (connection, transaction) =>
            {
                connection.Execute(Clear, new { epochId = epochId.ToByteArray(bigEndian: true) }, transaction);
                return (true, true);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CanSearchAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextHit>> SearchAsync(SearchNode query, bool held, int maxCount, CancellationToken cancellationToken)
    {
        // bm25 is smaller for better matches; a word in the headline weighs most, a name more than the running text.
        const string SearchPublic =
            """
            SELECT rowid AS ArticleKey, -bm25(public_text, 8.0, 1.0, 4.0) AS Score FROM public_text
            WHERE public_text MATCH @match ORDER BY bm25(public_text, 8.0, 1.0, 4.0), rowid DESC LIMIT @maxCount
            """;
        const string SearchHeld =
            """
            SELECT rowid AS ArticleKey, -bm25(held_text, 8.0, 1.0, 4.0) AS Score FROM held_text
            WHERE held_text MATCH @match ORDER BY bm25(held_text, 8.0, 1.0, 4.0), rowid DESC LIMIT @maxCount
            """;
        const string ListHeld = "SELECT rowid FROM held_text";
        var parameters = new { match = ToMatch(query), maxCount };
        return Task.FromResult<IReadOnlyList<TextHit>>(database.Read(connection =>
        {
            var hits = connection.Query<TextHit>(SearchPublic, parameters).ToList();
            if (!held)
            {
                return hits;
            }

            // The version that counts for these callers is the held one: the public text of the same article does not.
            var covered = connection.Query<long>(ListHeld).ToHashSet();
            hits.RemoveAll(hit => covered.Contains(hit.ArticleKey));
            hits.AddRange(connection.Query<TextHit>(SearchHeld, parameters));
            return [.. hits.OrderByDescending(hit => hit.Score).ThenByDescending(hit => hit.ArticleKey).Take(maxCount)];
        }));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<TextSnippet>>> MarkAsync(
        SearchNode query, IReadOnlyList<ArticleText> texts, CancellationToken cancellationToken)
    {
        const string Create =
            $"""
            CREATE VIRTUAL TABLE page USING fts5(headline, body, names, {MarkTokens})
            """;
        const string Insert = "INSERT INTO page (rowid, headline, body, names) VALUES (@Row, @Headline, @Body, @Names)";
        const string Mark =
            """
            SELECT rowid AS Row, snippet(page, 0, @open, @close, '…', 32) AS Headline, snippet(page, 1, @open, @close, '…', 32) AS Body,
                snippet(page, 2, @open, @close, '…', 16) AS Names
            FROM page WHERE page MATCH @match
            """;

        // The index keeps no texts: those of one page of results are indexed again, in memory, where SQLite can mark them.
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        connection.Execute(Create);
        connection.Execute(Insert, texts.Select((text, row) => new
        {
            Row = row,
            Headline = ArticleText.Decode(text.Headline),
            Body = ArticleText.Decode(text.Body),
            Names = ArticleText.Decode(text.Names),
        }));
        var marked = connection
            .Query<MarkedRow>(Mark, new { match = ToMatch(query), open = Open.ToString(), close = Close.ToString() })
            .ToDictionary(row => row.Row);
        return Task.FromResult<IReadOnlyList<IReadOnlyList<TextSnippet>>>(
            [.. Enumerable.Range(0, texts.Count).Select(row => marked.TryGetValue(row, out var found) ? Snippets(found) : [])]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> FindHeadlinesAsync(HeadlineKey headline, CancellationToken cancellationToken)
    {
        const string Find =
            $"""
            SELECT h.article_key FROM headline_keys JOIN headlines h ON h.article_key = headline_keys.rowid
            WHERE headline_keys MATCH @match AND {IsMeant} LIMIT 3
            """;
        return FindAsync(Find, headline, LinkRelation.Unspecified);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> FindLinksAsync(HeadlineKey headline, LinkRelation relation, CancellationToken cancellationToken)
    {
        const string Find =
            $"""
            SELECT DISTINCT h.article_key FROM headline_keys JOIN links h ON h.article_key = headline_keys.rowid AND h.relation = @relation
            WHERE headline_keys MATCH @match AND {IsMeant} LIMIT 3
            """;
        return FindAsync(Find, headline, relation);
    }

    /// <summary>Whether a headline is one that is looked for, and not only of the same key.</summary>
    private const string IsMeant =
        """
        (h.folded IN (SELECT value FROM json_each(@equal))
            OR h.folded >= @begins AND h.folded < @begins || char(0x10FFFF)
            OR substr(h.folded, -length(@ends)) = @ends)
        """;

    /// <summary>By the first of the ways that finds any.</summary>
    private Task<IReadOnlyList<long>> FindAsync(string find, HeadlineKey headline, LinkRelation relation)
    {
        if (headline.Folded.Length == 0)
        {
            return Task.FromResult<IReadOnlyList<long>>([]);
        }

        var folded = headline.Folded;
        return Task.FromResult(database.Read<IReadOnlyList<long>>(connection =>
        {
            var equal = Look(connection, [], [folded]);
            if (equal.Count > 0 || !headline.IsLong)
            {
                return equal;
            }

            var begun = Look(connection, [HeadlineTokens.Beginning(relation, folded)], headline.Beginnings, begins: folded);
            return begun.Count > 0 ? begun
                : Look(connection, [HeadlineTokens.End(relation, folded)], [.. headline.Ends.Select(end => new HeadlineKey(end).Reversed)], ends: folded);
        }));

        List<long> Look(StoreConnection connection, IEnumerable<string> tokens, IReadOnlyList<string> equal, string? begins = null, string? ends = null)
        {
            var match = string.Join(" OR ", tokens.Concat(equal.Select(whole => HeadlineTokens.Whole(relation, whole))).Select(token => $"\"{token}\""));
            return connection
                .Query<long>(find, new { match, equal = SqliteLogStore.JsonArray(equal), begins, ends, relation = (int)relation })
                .AsList();
        }
    }

    private static void Replace(StoreConnection connection, IndexedArticle article)
    {
        const string ForgetPublic = "DELETE FROM public_text WHERE rowid = @key";
        const string ForgetHeld = "DELETE FROM held_text WHERE rowid = @key";
        const string ForgetHeadline = "DELETE FROM headlines WHERE article_key = @key";
        const string ForgetLinks = "DELETE FROM links WHERE article_key = @key";
        const string ForgetKeys = "DELETE FROM headline_keys WHERE rowid = @key";
        const string AddPublic = "INSERT INTO public_text (rowid, headline, body, names) VALUES (@key, @headline, @body, @names)";
        const string AddHeld = "INSERT INTO held_text (rowid, headline, body, names) VALUES (@key, @headline, @body, @names)";
        const string AddHeadline = "INSERT INTO headlines (article_key, folded) VALUES (@key, @folded)";
        const string AddLink = "INSERT OR IGNORE INTO links (article_key, relation, folded) VALUES (@key, @relation, @folded)";
        const string AddKeys = "INSERT INTO headline_keys (rowid, keys) VALUES (@key, @keys)";
        var key = article.ArticleKey;
        if (!article.IsNew)
        {
            connection.Run(ForgetPublic, key);
            connection.Run(ForgetHeld, key);
            connection.Run(ForgetHeadline, key);
            connection.Run(ForgetLinks, key);
            connection.Run(ForgetKeys, key);
        }

        if (article.Public is { } text)
        {
            connection.Run(AddPublic, key, SqlValue.Text(text.Headline), SqlValue.Text(text.Body), SqlValue.Text(text.Names));
        }

        if (article.Held is { } held)
        {
            connection.Run(AddHeld, key, SqlValue.Text(held.Headline), SqlValue.Text(held.Body), SqlValue.Text(held.Names));
        }

        if (article.Headline is { } headline)
        {
            connection.Run(AddHeadline, key, headline.Folded);
        }

        foreach (var (relation, name) in article.Links)
        {
            connection.Run(AddLink, key, (int)relation, name.Folded);
        }

        if (HeadlineTokens.Of(article.Headline, article.Links) is { Length: > 0 } keys)
        {
            connection.Run(AddKeys, key, SqlValue.Text(keys));
        }
    }

    private static IReadOnlyList<TextSnippet> Snippets(MarkedRow row) =>
    [
        .. new[] { (SearchField.Headline, row.Headline), (SearchField.Body, row.Body), (SearchField.Names, row.Names) }
            .Where(pair => pair.Item2?.Contains(Open) == true)
            .Select(pair => Snippet(pair.Item1, pair.Item2!)),
    ];

    private static TextSnippet Snippet(SearchField field, string marked)
    {
        var text = new StringBuilder();
        var marks = new List<(int, int)>();
        var (position, start) = (0, 0);
        foreach (var rune in marked.Replace('\n', ' ').Trim().EnumerateRunes())
        {
            switch (rune.Value)
            {
                case Open:
                    start = position;
                    break;
                case Close:
                    marks.Add((start, position));
                    break;
                default:
                    text.Append(rune.ToString());
                    position++;
                    break;
            }
        }

        return new TextSnippet(field, text.ToString(), marks);
    }

    /// <summary>The query in FTS5's language. Every word is quoted, so that none is read as an operator.</summary>
    private static string ToMatch(SearchNode node) => node switch
    {
        SearchNode.Term term => (term.Field is { } field ? $"{field.ToString().ToLowerInvariant()} : " : "")
            + $"\"{term.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" + (term.IsPrefix ? " *" : ""),
        SearchNode.Or or => "(" + string.Join(" OR ", or.Alternatives.Select(ToMatch)) + ")",
        SearchNode.And { Negative.Count: 0 } and => "(" + string.Join(" AND ", and.Positive.Select(ToMatch)) + ")",
        SearchNode.And and => "((" + string.Join(" AND ", and.Positive.Select(ToMatch)) + ") NOT (" + string.Join(" OR ", and.Negative.Select(ToMatch)) + "))",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private sealed record StateRow(byte[] EpochId, long Number);

    /// <summary>Mapped by property: SQLite gives expressions no type by which a constructor could be chosen.</summary>
    private sealed record MarkedRow
    {
        public long Row { get; init; }

        public string? Headline { get; init; }

        public string? Body { get; init; }

        public string? Names { get; init; }
    }
}
