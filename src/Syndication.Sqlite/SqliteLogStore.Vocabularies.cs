using Dapper;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Syndication.Log;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Sqlite;

public sealed partial class SqliteLogStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredVocabulary>> ReadVocabulariesAsync(bool concepts, CancellationToken cancellationToken)
    {
        const string Read =
            """
            SELECT scheme AS Scheme, uri AS Uri, revision AS Revision, concept_count AS ConceptCount, load_time_us AS LoadTime,
                CASE WHEN @concepts THEN vocabulary ELSE x'' END AS Vocabulary
            FROM vocabularies ORDER BY scheme
            """;
        return Task.FromResult<IReadOnlyList<StoredVocabulary>>(database.Read(connection => connection.Query<VocabularyRow>(Read, new { concepts })
            .Select(row => new StoredVocabulary(
                row.Scheme, row.Uri, (int)row.Revision, (int)row.ConceptCount, LogTime.FromMicroseconds(row.LoadTime), Vocabulary.Parser.ParseFrom(row.Vocabulary)))
            .ToList()));
    }

    private static void ChangeVocabulary(SqliteConnection connection, SqliteTransaction transaction, VocabularyChange change, long commitTime)
    {
        const string Delete = "DELETE FROM vocabularies WHERE scheme = @Scheme";
        const string Upsert =
            """
            INSERT INTO vocabularies (scheme, uri, revision, concept_count, load_time_us, vocabulary)
            VALUES (@Scheme, @Uri, @Revision, @ConceptCount, @commitTime, @Content)
            ON CONFLICT (scheme) DO UPDATE SET
                uri = excluded.uri, revision = excluded.revision, concept_count = excluded.concept_count,
                load_time_us = excluded.load_time_us, vocabulary = excluded.vocabulary
            """;
        if (change.After is not { } after)
        {
            connection.Execute(Delete, new { change.Scheme }, transaction);
            return;
        }

        connection.Execute(
            Upsert,
            new { change.Scheme, after.Uri, change.Revision, ConceptCount = after.Concepts.Count, commitTime, Content = after.ToByteArray() },
            transaction);
    }

    private sealed record VocabularyRow(string Scheme, string Uri, long Revision, long ConceptCount, long LoadTime, byte[] Vocabulary);
}
