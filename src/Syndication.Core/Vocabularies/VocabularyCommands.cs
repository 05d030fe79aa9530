using Syndication.Log;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Vocabularies;

/// <summary>
/// A change of a vocabulary: an internal entry of the log, followed by one for each stream for which it changes what the filter
/// stands for, all in one transaction. So a stream's filter and what it stands for change in one place for all nodes.
/// </summary>
public abstract record VocabularyCommand(string Principal, string RequestId) : StreamCommand(Principal, RequestId)
{
    /// <summary>Adds the change and those of the streams.</summary>
    protected Outcome<(int Ordinal, IReadOnlyList<string> Streams)> Add(
        AppendScope scope, IReadOnlyList<StoredVocabulary> stored, string scheme, int revision, Vocabulary? after)
    {
        var others = stored.Where(vocabulary => vocabulary.Scheme != scheme).Select(vocabulary => vocabulary.Content);
        var graph = ConceptGraph.Of(after is null ? others : others.Append(after));
        var changed = new List<StreamDefinition>();
        foreach (var stream in scope.Streams.Set.Streams)
        {
            var filter = graph.Resolve(stream.Filter);
            if (StreamRejections.TooBroad(stream.StreamId, filter) is { } refused)
            {
                return refused;
            }

            if (!filter.Equals(stream.Filter))
            {
                changed.Add(stream with { Filter = filter, Revision = stream.Revision + 1, UpdateTime = scope.Now });
            }
        }

        scope.Batch.Entries.Add(new NewEntry
        {
            Kind = EntryKind.VocabularyChanged,
            UpdateId = Guid.NewGuid(),
            Principal = Principal,
            Advisory = scheme,
            InternalReason = after is null ? "deleted" : $"revision {revision}, {after.Concepts.Count} concepts",
        });
        var ordinal = scope.Batch.Entries.Count - 1;
        scope.Batch.Vocabularies.Add(new VocabularyChange(ordinal, scheme, revision, after));
        foreach (var stream in changed)
        {
            Add(scope, stream.StreamId, stream, newFilter: true);
        }

        return (ordinal, changed.ConvertAll(stream => stream.StreamId));
    }
}

/// <summary>Loads a vocabulary. It has been checked.</summary>
public sealed record LoadVocabularyCommand(string Principal, string RequestId) : VocabularyCommand(Principal, RequestId)
{
    private const int MaxVocabularies = 100;

    /// <summary>The vocabulary.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        var stored = await scope.ReadVocabulariesAsync(cancellationToken);
        var before = stored.FirstOrDefault(vocabulary => vocabulary.Scheme == Vocabulary.Scheme);
        if (before is not null && before.Content.Equals(Vocabulary))
        {
            return new Decision(new LoadVocabularyResponse(), -1);
        }

        if (before is null && stored.Count >= MaxVocabularies)
        {
            return Rejection.OfField("vocabulary.scheme", $"is new, and {MaxVocabularies} vocabularies are loaded already: delete one first");
        }

        if (Vocabulary.Uri.Length > 0 && stored.FirstOrDefault(other => other.Scheme != Vocabulary.Scheme && other.Uri == Vocabulary.Uri) is { } twin)
        {
            return Rejection.OfField("vocabulary.uri", $"is that of \"{twin.Scheme}\"");
        }

        var added = Add(scope, stored, Vocabulary.Scheme, (before?.Revision ?? 0) + 1, Vocabulary);
        return added.Rejection is { } rejection
            ? rejection
            : new Decision(new LoadVocabularyResponse { ChangedStreams = { added.Value.Streams } }, added.Value.Ordinal);
    }
}

/// <summary>Deletes a vocabulary.</summary>
public sealed record DeleteVocabularyCommand(string Principal, string RequestId) : VocabularyCommand(Principal, RequestId)
{
    /// <summary>Its scheme.</summary>
    public required string Scheme { get; init; }

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        var stored = await scope.ReadVocabulariesAsync(cancellationToken);
        if (stored.All(vocabulary => vocabulary.Scheme != Scheme))
        {
            return VocabularyCatalog.NotFound(Scheme);
        }

        var added = Add(scope, stored, Scheme, 0, null);
        return added.Rejection is { } rejection
            ? rejection
            : new Decision(new DeleteVocabularyResponse { ChangedStreams = { added.Value.Streams } }, added.Value.Ordinal);
    }
}
