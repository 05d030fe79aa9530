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
public readonly record struct Membership(long StreamKey, MembershipAction Open, MembershipAction Held)
{
    /// <summary>For readers of one kind.</summary>
    public MembershipAction For(bool held) => held ? Held : Open;
}
