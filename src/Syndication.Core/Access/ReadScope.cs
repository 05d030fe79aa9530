using Syndication.Streams;

namespace Syndication.Access;

/// <summary>What a caller may read, and how much of it.</summary>
public sealed class ReadScope
{
    private ReadScope(string? partnerId, bool held, IReadOnlyList<ReadableStream> streams)
    {
        PartnerId = partnerId;
        Held = held;
        Streams = streams;
    }

    /// <summary>The partner that reads; null for the staff.</summary>
    public string? PartnerId { get; }

    /// <summary>Whether articles under embargo are asked for: by the staff everywhere, by a partner where <see cref="ReadableStream.Held"/> says so.</summary>
    public bool Held { get; }

    /// <summary>Whether desk-only fields are shown.</summary>
    public bool Desk => PartnerId is null;

    /// <summary>Whether texts that are withheld or expired are shown: to the staff, where it asks for them.</summary>
    public bool HeldTexts => Held && Desk;

    /// <summary>The streams that a partner may read; for the staff <c>all</c>, which has no index.</summary>
    public IReadOnlyList<ReadableStream> Streams { get; }

    /// <summary>The staff reads everything.</summary>
    public static ReadScope Staff(bool held) => new(null, held, [new ReadableStream(StreamDefinition.All, held)]);

    /// <summary>A partner reads what its streams hold.</summary>
    public static ReadScope Partner(string partnerId, IReadOnlyList<ReadableStream> streams) => new(partnerId, streams.Any(stream => stream.Held), streams);

    /// <summary>Whether some streams are read with access under embargo and others are not.</summary>
    public bool IsMixed => Streams.Any(stream => stream.Held) && Streams.Any(stream => !stream.Held);

    /// <summary>The stream of that name as the caller may read it; null when it may not, or there is none.</summary>
    public ReadableStream? Find(string streamId) => Streams.Where(stream => stream.Definition.StreamId == streamId).Cast<ReadableStream?>().FirstOrDefault();

    /// <summary>The same caller, reading one stream alone.</summary>
    public ReadScope Only(ReadableStream stream) => new(PartnerId, stream.Held, [stream]);
}

/// <summary>A stream that a caller may read.</summary>
/// <param name="Definition">The stream.</param>
/// <param name="Held">Whether its articles under embargo are read, too.</param>
public readonly record struct ReadableStream(StreamDefinition Definition, bool Held);
