namespace Syndication.Client;

/// <summary>What an update asks of whoever keeps a copy of the stream's articles.</summary>
public enum UpdateEffect
{
    /// <summary>Nothing: history whose text may no longer be given out. What to do comes later in the stream.</summary>
    None,

    /// <summary>Store the article, in place of any other version.</summary>
    Store,

    /// <summary>Take the article down, in every version. One that is not there is to be ignored.</summary>
    TakeDown,
}
