using Syndication.Log;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.SqlServer;

public sealed partial class SqlServerLogStore
{
    private static readonly Statement ReadVocabularies = new(
        """
        SELECT v.scheme, v.uri, v.revision, v.concept_count, v.load_time_us, CASE WHEN @concepts = 1 THEN v.vocabulary ELSE 0x END
        FROM dbo.vocabularies AS v ORDER BY v.scheme;
        """,
        Parameter.Bit("concepts"));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredVocabulary>> ReadVocabulariesAsync(bool concepts, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredVocabulary>>(
            ReadVocabularies,
            reader =>
            {
                var vocabularies = new List<StoredVocabulary>();
                while (reader.Read())
                {
                    vocabularies.Add(new StoredVocabulary(
                        reader.GetString(0),
                        reader.GetString(1),
                        reader.GetInt32(2),
                        reader.GetInt32(3),
                        LogTime.FromMicroseconds(reader.GetInt64(4)),
                        Vocabulary.Parser.ParseFrom(reader.GetFieldValue<byte[]>(5))));
                }

                return vocabularies;
            },
            cancellationToken,
            concepts);
}
