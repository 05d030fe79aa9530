using Google.Protobuf;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.V1;

namespace Syndication.Vocabularies;

/// <summary>The vocabularies: what there are, how they are loaded and deleted, and what filters stand for with them.</summary>
public sealed class VocabularyCatalog(LogAppender appender, ILogStore store)
{
    private volatile Known? _known;

    /// <summary>Loads a vocabulary.</summary>
    public async Task<Outcome<LoadVocabularyResponse>> LoadAsync(string principal, LoadVocabularyRequest request, CancellationToken cancellationToken)
    {
        var fields = VocabularyCheck.Validate(request.Vocabulary, "vocabulary").ToList();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var command = new LoadVocabularyCommand(principal, request.RequestId)
        {
            Fingerprint = LogCommand.FingerprintOf(request, LoadVocabularyRequest.RequestIdFieldNumber),
            Vocabulary = request.Vocabulary,
        };
        var outcome = await AppendAsync(command, LoadVocabularyResponse.Parser, cancellationToken);
        if (outcome.Rejection is null)
        {
            // When it was loaded is not part of the remembered answer.
            var stored = await store.ReadVocabulariesAsync(concepts: false, cancellationToken);
            outcome.Value.Info = stored.FirstOrDefault(vocabulary => vocabulary.Scheme == request.Vocabulary.Scheme)?.ToInfo();
        }

        return outcome;
    }

    /// <summary>Deletes a vocabulary.</summary>
    public async Task<Outcome<DeleteVocabularyResponse>> DeleteAsync(string principal, DeleteVocabularyRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (request.Scheme.Length == 0)
        {
            fields.Add(new FieldViolation("scheme", "is required"));
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var command = new DeleteVocabularyCommand(principal, request.RequestId)
        {
            Fingerprint = LogCommand.FingerprintOf(request, DeleteVocabularyRequest.RequestIdFieldNumber),
            Scheme = request.Scheme,
        };
        return await AppendAsync(command, DeleteVocabularyResponse.Parser, cancellationToken);
    }

    /// <summary>All vocabularies, by scheme.</summary>
    public async Task<IReadOnlyList<VocabularyInfo>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ReadVocabulariesAsync(concepts: false, cancellationToken)).Select(vocabulary => vocabulary.ToInfo())];

    /// <summary>One vocabulary.</summary>
    public async Task<Outcome<GetVocabularyResponse>> GetAsync(string scheme, CancellationToken cancellationToken)
    {
        var stored = (await ReadAsync(cancellationToken)).Stored.FirstOrDefault(vocabulary => vocabulary.Scheme == scheme);
        return stored is null ? NotFound(scheme) : new GetVocabularyResponse { Info = stored.ToInfo(), Vocabulary = stored.Content };
    }

    /// <summary>A filter with everything that it stands for now, on whichever node the vocabularies were loaded.</summary>
    public async Task<ArticleFilter> ResolveAsync(ArticleFilter? filter, CancellationToken cancellationToken) =>
        filter is null ? new ArticleFilter()
        : ConceptGraph.Concerns(filter) ? (await ReadAsync(cancellationToken)).Graph.Resolve(filter)
        : filter;

    /// <summary>There is no such vocabulary.</summary>
    internal static Rejection NotFound(string scheme) => new(ErrorReason.VocabularyNotFound, $"No vocabulary \"{scheme}\" is loaded.")
    {
        Metadata = new Dictionary<string, string> { ["scheme"] = scheme },
    };

    /// <summary>The vocabularies as they are in the database: their concepts are read again only where something has changed.</summary>
    private async Task<Known> ReadAsync(CancellationToken cancellationToken)
    {
        var now = await store.ReadVocabulariesAsync(concepts: false, cancellationToken);
        if (_known is not { } known || !known.Stored.Select(KeyOf).SequenceEqual(now.Select(KeyOf)))
        {
            var stored = await store.ReadVocabulariesAsync(concepts: true, cancellationToken);
            _known = known = new Known(stored, ConceptGraph.Of(stored.Select(vocabulary => vocabulary.Content)));
        }

        return known;
    }

    private static (string, int, DateTimeOffset) KeyOf(StoredVocabulary vocabulary) => (vocabulary.Scheme, vocabulary.Revision, vocabulary.LoadTime);

    private async Task<Outcome<T>> AppendAsync<T>(LogCommand command, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var appended = await appender.AppendAsync(command, cancellationToken);
        return appended.Rejection is { } rejection ? rejection : parser.ParseFrom(appended.Value.Response);
    }

    private sealed record Known(IReadOnlyList<StoredVocabulary> Stored, ConceptGraph Graph);
}
