namespace Syndication.Changes;

/// <summary>How much of what changed is told, in bytes as encoded, and how long is looked for it.</summary>
/// <param name="FieldBytes">Of all fields; those of the desk have as much for themselves.</param>
/// <param name="BlockBytes">Of all blocks.</param>
/// <param name="BlockChangeBytes">Of one block.</param>
/// <param name="ValueCodePoints">The longest value of a field that is told whole.</param>
/// <param name="Steps">What the comparisons of sequences may take together; a million take some 10 ms.</param>
public sealed record ChangeLimits(int FieldBytes, int BlockBytes, int BlockChangeBytes, int ValueCodePoints, long Steps)
{
    /// <summary>
    /// In updates: 80 KiB together, so that the largest article (3 MiB) and its changes stay under the 4 MB that stock clients
    /// accept, with room for the frame.
    /// </summary>
    public static readonly ChangeLimits OfUpdate = new(16 * 1024, 48 * 1024, 16 * 1024, 1000, 2_000_000);

    /// <summary>In answers to a call.</summary>
    public static readonly ChangeLimits OfCall = new(128 * 1024, 768 * 1024, 256 * 1024, 10_000, 10_000_000);
}
