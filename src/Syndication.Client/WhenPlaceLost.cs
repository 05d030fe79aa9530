namespace Syndication.Client;

/// <summary>What a consumer does whose place the server can no longer go on from; see <see cref="SyndicationException.IsPlaceLost"/>.</summary>
public enum WhenPlaceLost
{
    /// <summary>Takes a snapshot: everything that the stream holds, then whatever comes. Nothing is missed and nothing stays that should go.</summary>
    TakeSnapshot,

    /// <summary>Throws, and leaves the stored place as it is.</summary>
    Throw,
}
