using System.Buffers.Binary;
using Syndication.Streams;

namespace Syndication.Log;

/// <summary>What an entry means to the readers of one stream.</summary>
public enum MembershipAction : byte
{
    /// <summary>Nothing: it is not sent.</summary>
    None = 0,

    /// <summary>It is sent as what it is.</summary>
    Deliver = 1,

    /// <summary>It is sent as a removal: the article has left the stream.</summary>
    Remove = 2,
}

/// <summary>What an entry means to the readers of one stream: to those without access to held articles and to those with it.</summary>
/// <param name="StreamKey">The stream in its filter's revision.</param>
/// <param name="Open">For readers without access to held articles.</param>
/// <param name="Held">For readers with it.</param>
/// <param name="OpenContinues">
/// Whether the stream held the article before, for readers without that access: only then may they be told what changed. Not
/// known of entries from before the stream had its filter.
/// </param>
/// <param name="HeldContinues">The same for readers with it.</param>
public readonly record struct Membership(
    long StreamKey, MembershipAction Open, MembershipAction Held, bool OpenContinues = false, bool HeldContinues = false)
{
    /// <summary>The length of one membership in <see cref="Pack"/>.</summary>
    private const int PackedLength = 10;

    /// <summary>Beside an action: whether the stream held the article before.</summary>
    private const byte ContinuesFlag = 0x80;

    /// <summary>The stream without a filter: it holds every article.</summary>
    public static Membership OfAll(bool isPublic) => new(
        StreamDefinition.AllKey,
        isPublic ? MembershipAction.Deliver : MembershipAction.None,
        MembershipAction.Deliver,
        OpenContinues: true,
        HeldContinues: true);

    /// <summary>For readers of one kind.</summary>
    public MembershipAction For(bool held) => held ? Held : Open;

    /// <summary>Whether readers of one kind may be told what changed.</summary>
    public bool ContinuesFor(bool held) => held ? HeldContinues : OpenContinues;

    /// <summary>One value for a column: ten bytes for each stream, its key, big endian, and the two actions.</summary>
    public static byte[] Pack(IReadOnlyList<Membership> memberships)
    {
        var packed = new byte[memberships.Count * PackedLength];
        for (var i = 0; i < memberships.Count; i++)
        {
            var slot = packed.AsSpan(i * PackedLength, PackedLength);
            BinaryPrimitives.WriteInt64BigEndian(slot, memberships[i].StreamKey);
            slot[8] = PackAction(memberships[i].Open, memberships[i].OpenContinues);
            slot[9] = PackAction(memberships[i].Held, memberships[i].HeldContinues);
        }

        return packed;
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    public static Membership[] Unpack(ReadOnlySpan<byte> packed)
    {
        var memberships = packed.Length == 0 ? [] : new Membership[packed.Length / PackedLength];
        for (var i = 0; i < memberships.Length; i++)
        {
            memberships[i] = UnpackOne(packed.Slice(i * PackedLength, PackedLength));
        }

        return memberships;
    }

    /// <summary>Whether readers of one kind of a stream may be told what changed: what only an entry's own memberships say, not the index.</summary>
    public static bool Continues(ReadOnlySpan<byte> packed, long streamKey, bool held)
    {
        for (; packed.Length >= PackedLength; packed = packed[PackedLength..])
        {
            if (BinaryPrimitives.ReadInt64BigEndian(packed) == streamKey)
            {
                return UnpackOne(packed).ContinuesFor(held);
            }
        }

        return false;
    }

    private static Membership UnpackOne(ReadOnlySpan<byte> slot) => new(
        BinaryPrimitives.ReadInt64BigEndian(slot),
        (MembershipAction)(slot[8] & ~ContinuesFlag),
        (MembershipAction)(slot[9] & ~ContinuesFlag),
        (slot[8] & ContinuesFlag) != 0,
        (slot[9] & ContinuesFlag) != 0);

    private static byte PackAction(MembershipAction action, bool continues) => (byte)((byte)action | (continues ? ContinuesFlag : 0));
}
