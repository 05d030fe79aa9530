namespace Syndication.Changes;

/// <summary>What changed between two versions, compared before it is known whether it will be these two.</summary>
/// <param name="From">The older version.</param>
/// <param name="To">The newer version.</param>
/// <param name="Changes">What changed.</param>
public sealed record PreparedChanges(int From, int To, EncodedChanges Changes);
