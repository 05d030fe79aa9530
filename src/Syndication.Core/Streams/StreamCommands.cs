using Syndication.Log;
using Syndication.Publishing;
using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Streams;

/// <summary>A change of a stream: an internal entry of the log, in a transaction of its own, so that what follows sees its key.</summary>
public abstract record StreamCommand(string Principal, string RequestId) : LogCommand(Principal, RequestId)
{
    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <summary>Adds the change.</summary>
    protected int Add(AppendScope scope, string streamId, StreamDefinition? after, bool newFilter)
    {
        scope.Batch.Entries.Add(new NewEntry
        {
            Kind = EntryKind.StreamChanged,
            UpdateId = Guid.NewGuid(),
            Principal = Principal,
            Advisory = streamId,
            InternalReason = after is null ? "deleted" : $"revision {after.Revision}{(newFilter ? ", new filter" : "")}",
        });
        var ordinal = scope.Batch.Entries.Count - 1;
        scope.Batch.Streams.Add(new StreamChange(ordinal, streamId, after, newFilter));
        return ordinal;
    }

    /// <summary>A filter with everything that it stands for at this place of the log.</summary>
    protected static async ValueTask<ArticleFilter> ResolveAsync(AppendScope scope, ArticleFilter? filter, CancellationToken cancellationToken)
    {
        filter ??= new ArticleFilter();
        var vocabularies = ConceptGraph.Concerns(filter) ? await scope.ReadVocabulariesAsync(cancellationToken) : [];
        return ConceptGraph.Of(vocabularies.Select(vocabulary => vocabulary.Content)).Resolve(filter);
    }
}

/// <summary>Creates a stream.</summary>
public sealed record CreateStreamCommand(string Principal, string RequestId) : StreamCommand(Principal, RequestId)
{
    /// <summary>The stream as requested.</summary>
    public required V1.Stream Stream { get; init; }

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        if (scope.Streams.Set.Find(Stream.StreamId) is not null)
        {
            return StreamRejections.Exists(Stream.StreamId);
        }

        var filter = await ResolveAsync(scope, Stream.Filter, cancellationToken);
        if (StreamRejections.TooBroad(Stream.StreamId, filter) is { } refused)
        {
            return refused;
        }

        var after = new StreamDefinition
        {
            StreamKey = 0,
            StreamId = Stream.StreamId,
            DisplayName = Stream.DisplayName,
            Description = Stream.Description,
            Filter = filter,
            FindingsGate = Stream.FindingsGate,
            Revision = 1,
            BackfilledThrough = 0,
            CreateTime = scope.Now,
            UpdateTime = scope.Now,
        };
        var ordinal = Add(scope, after.StreamId, after, newFilter: true);
        return new Decision(new CreateStreamResponse { Stream = after.ToStream() }, ordinal);
    }
}

/// <summary>Changes a stream.</summary>
public sealed record UpdateStreamCommand(string Principal, string RequestId) : StreamCommand(Principal, RequestId)
{
    /// <summary>The stream's name and new values.</summary>
    public required V1.Stream Stream { get; init; }

    /// <summary>Which fields to change.</summary>
    public required IReadOnlySet<string> Fields { get; init; }

    /// <summary>The revision that is changed.</summary>
    public required int Revision { get; init; }

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        if (Stream.StreamId == StreamDefinition.AllId)
        {
            return StreamRejections.Reserved();
        }

        if (scope.Streams.Set.Find(Stream.StreamId) is not { } before)
        {
            return StreamRejections.NotFound(Stream.StreamId);
        }

        if (Revision != before.Revision)
        {
            return StreamRejections.RevisionMismatch(Stream.StreamId, Revision, before.Revision);
        }

        var filter = Fields.Contains("filter") ? await ResolveAsync(scope, Stream.Filter, cancellationToken) : before.Filter;
        if (StreamRejections.TooBroad(Stream.StreamId, filter) is { } refused)
        {
            return refused;
        }

        var after = before with
        {
            DisplayName = Fields.Contains("display_name") ? Stream.DisplayName : before.DisplayName,
            Description = Fields.Contains("description") ? Stream.Description : before.Description,
            Filter = filter,
            FindingsGate = Fields.Contains("findings_gate") ? Stream.FindingsGate : before.FindingsGate,
            Revision = before.Revision + 1,
            UpdateTime = scope.Now,
        };
        var newFilter = !filter.Equals(before.Filter);
        var ordinal = Add(scope, after.StreamId, after, newFilter);
        return new Decision(new UpdateStreamResponse { Stream = after.ToStream() }, ordinal);
    }
}

/// <summary>Deletes a stream.</summary>
public sealed record DeleteStreamCommand(string Principal, string RequestId) : StreamCommand(Principal, RequestId)
{
    /// <summary>The stream.</summary>
    public required string StreamId { get; init; }

    /// <summary>The revision that is deleted; 0 means whichever there is.</summary>
    public required int Revision { get; init; }

    /// <inheritdoc/>
    public override ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        if (StreamId == StreamDefinition.AllId)
        {
            return new(StreamRejections.Reserved());
        }

        if (scope.Streams.Set.Find(StreamId) is not { } before)
        {
            return new(StreamRejections.NotFound(StreamId));
        }

        return Revision != 0 && Revision != before.Revision
            ? new(StreamRejections.RevisionMismatch(StreamId, Revision, before.Revision))
            : new(new Decision(new DeleteStreamResponse(), Add(scope, StreamId, null, newFilter: false)));
    }
}
