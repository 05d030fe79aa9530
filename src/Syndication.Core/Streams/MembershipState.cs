using Syndication.Log;

namespace Syndication.Streams;

/// <summary>
/// Whether a stream holds an article, and whether it ever did: once for readers without access to held articles, once for
/// those with it. Folded over the article's entries in order, it decides what each of them means to the stream's readers.
/// </summary>
/// <param name="OpenIn">The public version matches.</param>
/// <param name="OpenEver">Some public version has matched.</param>
/// <param name="HeldIn">The latest version matches.</param>
/// <param name="HeldEver">Some version has matched.</param>
public readonly record struct MembershipState(bool OpenIn, bool OpenEver, bool HeldIn, bool HeldEver)
{
    /// <summary>What an entry means to the stream's readers, and what holds after it.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="isPublic">Whether readers without access to held articles are told.</param>
    /// <param name="publicMatches">Whether the public version after the entry matches; read only for kinds that carry an article.</param>
    /// <param name="latestMatches">Whether the latest version after the entry matches; read only for kinds that carry an article.</param>
    public (MembershipState After, MembershipAction Open, MembershipAction Held) Apply(
        EntryKind kind, bool isPublic, bool publicMatches, bool latestMatches)
    {
        var open = isPublic ? Decide(kind, OpenIn, OpenEver, publicMatches) : MembershipAction.None;
        var held = Decide(kind, HeldIn, HeldEver, latestMatches);
        var carries = LogEntry.Carries(kind);
        var after = new MembershipState(
            OpenIn: isPublic && carries ? publicMatches : OpenIn,
            OpenEver: OpenEver || (isPublic && carries && publicMatches),
            HeldIn: carries ? latestMatches : HeldIn,
            HeldEver: HeldEver || (carries && latestMatches));
        return (after, open, held);
    }

    /// <summary>Folds in what the index says of a later entry.</summary>
    public MembershipState Include(MembershipAction open, MembershipAction held) => new(
        OpenIn: open == MembershipAction.None ? OpenIn : open == MembershipAction.Deliver,
        OpenEver: OpenEver || open != MembershipAction.None,
        HeldIn: held == MembershipAction.None ? HeldIn : held == MembershipAction.Deliver,
        HeldEver: HeldEver || held != MembershipAction.None);

    private static MembershipAction Decide(EntryKind kind, bool isIn, bool ever, bool matches) => kind switch
    {
        // A kill goes to everybody who could have received any version, also after a removal.
        EntryKind.Withdrawn => ever ? MembershipAction.Deliver : MembershipAction.None,
        EntryKind.Withheld or EntryKind.Expired => isIn ? MembershipAction.Deliver : MembershipAction.None,
        _ when matches => MembershipAction.Deliver,
        _ => isIn ? MembershipAction.Remove : MembershipAction.None,
    };
}
