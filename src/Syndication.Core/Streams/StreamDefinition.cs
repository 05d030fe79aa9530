using Syndication.V1;
using Syndication.Vocabularies;

namespace Syndication.Streams;

/// <summary>A stream in the revision of its filter.</summary>
public sealed record StreamDefinition
{
    /// <summary>The key of the reserved stream <see cref="AllId"/>.</summary>
    public const long AllKey = 0;

    /// <summary>The name of the reserved stream that has no filter.</summary>
    public const string AllId = "all";

    /// <summary>Names the stream in one revision of its filter: the number of the entry that gave it this filter.</summary>
    public required long StreamKey { get; init; }

    /// <summary>The contract's id.</summary>
    public required string StreamId { get; init; }

    /// <summary>What people call it.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Which articles it holds, with what that stood for when the filter was saved or a vocabulary changed it.</summary>
    public required ArticleFilter Filter { get; init; }

    /// <summary>Which findings refuse an article that the filter matches; null: none.</summary>
    public FindingsGate? FindingsGate { get; init; }

    /// <summary>Counts all changes.</summary>
    public required int Revision { get; init; }

    /// <summary>The internal entry at which this filter took effect: from there on the index is written with each publish.</summary>
    public long SinceNumber => StreamKey;

    /// <summary>How far the archive before <see cref="SinceNumber"/> is searched; complete when it reaches that number.</summary>
    public required long BackfilledThrough { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdateTime { get; init; }

    /// <summary>Whether the archive is searched.</summary>
    public bool IsBackfilled => BackfilledThrough >= SinceNumber;

    /// <summary>The reserved stream.</summary>
    public static StreamDefinition All { get; } = new()
    {
        StreamKey = AllKey,
        StreamId = AllId,
        DisplayName = "All articles",
        Filter = new ArticleFilter(),
        Revision = 1,
        BackfilledThrough = 0,
        CreateTime = DateTimeOffset.UnixEpoch,
        UpdateTime = DateTimeOffset.UnixEpoch,
    };

    /// <summary>As the contract shows it.</summary>
    /// <param name="narrower">With what its filter stands for.</param>
    public V1.Stream ToStream(bool narrower = false)
    {
        var stream = new V1.Stream
        {
            StreamId = StreamId,
            DisplayName = DisplayName,
            Description = Description,
            Filter = narrower ? Filter : ConceptGraph.Strip(Filter),
            Revision = Revision,
            FindingsGate = FindingsGate,
            Backfill = new BackfillProgress
            {
                Complete = IsBackfilled,
                Percent = IsBackfilled ? 100 : (int)(BackfilledThrough * 100 / SinceNumber),
            },
        };
        if (StreamId != AllId)
        {
            stream.CreateTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(CreateTime);
            stream.UpdateTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(UpdateTime);
        }

        return stream;
    }
}

/// <summary>All streams as they are after one internal entry of the log.</summary>
/// <param name="StreamsNumber">The number of the last entry that changed a stream; 0 when none has.</param>
/// <param name="Streams">The streams but for <see cref="StreamDefinition.All"/>, by name.</param>
/// <param name="Retired">The stream that a key once named, for keys that are no stream's any more.</param>
public sealed record StreamSet(long StreamsNumber, IReadOnlyList<StreamDefinition> Streams, IReadOnlyDictionary<long, string> Retired)
{
    /// <summary>The stream of that name; null when there is none.</summary>
    public StreamDefinition? Find(string streamId) => streamId == StreamDefinition.AllId
        ? StreamDefinition.All
        : Streams.FirstOrDefault(stream => stream.StreamId == streamId);
}

/// <summary>A change of one stream inside a batch.</summary>
/// <param name="EntryOrdinal">Which of the batch's entries records it, from 0.</param>
/// <param name="StreamId">The stream's name.</param>
/// <param name="After">The stream after it, its key, numbers and times left to the store; null when it is deleted.</param>
/// <param name="NewFilter">Whether the filter is new, so that the stream gets a new key.</param>
public sealed record StreamChange(int EntryOrdinal, string StreamId, StreamDefinition? After, bool NewFilter);
