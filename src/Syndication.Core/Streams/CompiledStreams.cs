using Syndication.Log;

namespace Syndication.Streams;

/// <summary>A stream with its filter made ready.</summary>
public sealed record CompiledStream(StreamDefinition Definition, StreamFilter Filter)
{
    /// <summary>What an entry that was read with its contents means to this stream, and what holds after it.</summary>
    public (MembershipState After, MembershipAction Open, MembershipAction Held) Apply(MembershipState before, LogEntry entry)
    {
        var latest = entry.Content is { } content && Filter.Matches(content.Decode(desk: false));
        var open = ReferenceEquals(entry.PublicContent, entry.Content)
            ? latest
            : entry.PublicContent is { } publicContent && Filter.Matches(publicContent.Decode(desk: false));
        return before.Apply(entry.Kind, entry.IsPublic, open, latest);
    }
}

/// <summary>All streams with their filters made ready, as they are after one internal entry of the log.</summary>
public sealed class CompiledStreams
{
    private CompiledStreams(StreamSet set, IReadOnlyList<CompiledStream> streams)
    {
        Set = set;
        Streams = streams;
    }

    /// <summary>No streams.</summary>
    public static CompiledStreams None { get; } = Compile(new StreamSet(0, [], new Dictionary<long, string>()));

    /// <summary>The streams as stored.</summary>
    public StreamSet Set { get; }

    /// <summary>The streams but for <c>all</c>, which has no index of its own.</summary>
    public IReadOnlyList<CompiledStream> Streams { get; }

    /// <summary>Makes the filters of a set of streams ready.</summary>
    public static CompiledStreams Compile(StreamSet set) =>
        new(set, [.. set.Streams.Select(stream => new CompiledStream(stream, StreamFilter.Compile(stream.Filter)))]);
}
