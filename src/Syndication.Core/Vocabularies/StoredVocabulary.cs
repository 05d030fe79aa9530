using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Vocabularies;

/// <summary>A vocabulary in the database.</summary>
/// <param name="Scheme">What articles and filters call it.</param>
/// <param name="Uri">What the URIs of its concepts begin with; may be empty.</param>
/// <param name="Revision">1, 2, 3 … since the scheme was last deleted.</param>
/// <param name="ConceptCount">How many concepts it has.</param>
/// <param name="LoadTime">When it was loaded, UTC.</param>
/// <param name="Content">The whole of it; empty where the concepts were not read.</param>
public sealed record StoredVocabulary(string Scheme, string Uri, int Revision, int ConceptCount, DateTimeOffset LoadTime, Vocabulary Content)
{
    /// <summary>As the contract shows it.</summary>
    public VocabularyInfo ToInfo() => new()
    {
        Scheme = Scheme,
        Uri = Uri,
        Revision = Revision,
        ConceptCount = ConceptCount,
        LoadTime = Timestamp.FromDateTimeOffset(LoadTime),
    };
}

/// <summary>A change of one vocabulary inside a batch.</summary>
/// <param name="EntryOrdinal">Which of the batch's entries records it, from 0.</param>
/// <param name="Scheme">Its scheme.</param>
/// <param name="Revision">The revision after it.</param>
/// <param name="After">The vocabulary after it; null when it is deleted.</param>
public sealed record VocabularyChange(int EntryOrdinal, string Scheme, int Revision, Vocabulary? After);
